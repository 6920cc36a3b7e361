import type { ServerContext } from "./api.ts";
import type { Classifier } from "./classifier.ts";
import type { Outcome } from "./predictor.ts";

/** Answers with JSON and the cost headers of text-embeddings-inference, and notes the cost for the log. */
export function replyWithCost(
  c: ServerContext,
  classifier: Classifier,
  outcome: Outcome,
  body: unknown,
): Response {
  const { predictions, characters, timings } = outcome;
  const tokens = predictions.reduce((sum, prediction) => sum + prediction.tokens, 0);
  const truncated = predictions.filter((prediction) => prediction.truncated).length;
  Object.assign(c.get("record"), {
    model: classifier.info.id,
    inputs: predictions.length,
    tokens,
    truncated,
  });
  const costs = {
    "x-compute-type": classifier.info.backend,
    "x-compute-time": timings.totalMs,
    "x-compute-characters": characters,
    "x-compute-tokens": tokens,
    "x-total-time": timings.totalMs,
    "x-tokenization-time": timings.tokenizationMs,
    "x-queue-time": timings.queueMs,
    "x-inference-time": timings.inferenceMs,
    "x-truncated": truncated,
  };
  const headers = Object.fromEntries(
    Object.entries(costs).map(([name, value]) => // whole milliseconds, as in TEI
    [name, typeof value === "number" ? String(Math.trunc(value)) : value]),
  );
  return c.json(body as Record<string, unknown>, 200, headers);
}

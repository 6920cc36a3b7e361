import type { z } from "@hono/zod-openapi";
import type { Api, ServerContext } from "../api.ts";
import type { Explainer } from "../classifier.ts";
import { RequestError } from "../errors.ts";
import { fromHf } from "../inputs.ts";
import type { Models } from "../models.ts";
import type { Predictor } from "../predictor.ts";
import { ExplainReply, ExplainRequest } from "./explain_schema.ts";

/** Attention weights of one reply, 4 Mi: up to 11 MB as base64. A single layer may be larger. */
const MAX_WEIGHTS = 4 * 1024 * 1024;

/** What a model attends to and why it says what it says, for one text: feeds the visualiser's page. */
export function addExplainRoutes(api: Api, models: Models): void {
  api.add({
    method: "post",
    path: "/v1/explain",
    summary: "Attention, importance of tokens and effects of heads for one text",
    body: ExplainRequest,
    reply: ExplainReply,
    handle: (c, body) => explain(c, models.default, body),
  });
}

async function explain(
  c: ServerContext,
  predictor: Predictor,
  body: z.infer<typeof ExplainRequest>,
): Promise<Response> {
  const { classifier, limits, permits, metrics, batcher } = predictor;
  metrics.requestCount.add(1, { method: "explain" });
  const { explainer } = classifier;
  if (!explainer) throw new RequestError("Backend", "model offers no explanations");
  if (body.label !== undefined && !classifier.info.labels.includes(body.label)) {
    throw new RequestError("Validation", "`label` must be one of the model's labels, see /info");
  }
  // An explanation costs many forward passes: it counts as a full batch of a client
  using _permits = permits.take(limits.maxClientBatchSize);
  const start = performance.now();
  const { signal } = c.req.raw;
  const [text] = fromHf(body.inputs).texts;
  const { input, encoding: { ids }, truncated } = await predictor.encode(text, { signal });
  if (ids.length > limits.maxExplainTokens) {
    throw new RequestError(
      "Validation",
      `\`inputs\` must have at most ${limits.maxExplainTokens} tokens to be explained. Given: ${ids.length}`,
    );
  }
  const options = {
    maxTokens: predictor.maxInputTokens,
    layers: layersOf(explainer, ids.length, body.layers),
    importance: [...new Set(body.importance)],
    headEffects: body.head_effects,
    label: body.label,
  };
  const reply = await batcher.runAlone(() => explainer.explain(input, options), signal);
  metrics.explainDuration.observe((performance.now() - start) / 1000);
  metrics.requestSuccess.add(1, { method: "explain" });
  Object.assign(c.get("record"), {
    model: classifier.info.id,
    inputs: 1,
    tokens: ids.length,
    truncated: Number(truncated),
  });
  c.header("x-compute-tokens", String(ids.length));
  c.header("x-truncated", String(Number(truncated)));
  return c.json(reply);
}

/** The layers asked for, each once; or from the first on as many as fit, one at least. */
function layersOf({ layers, heads }: Explainer, tokens: number, asked: number[] | undefined): number[] {
  const most = Math.max(1, Math.floor(MAX_WEIGHTS / (heads * tokens ** 2)));
  if (!asked) return Array.from({ length: Math.min(layers, most) }, (_, layer) => layer);
  const distinct = [...new Set(asked)].sort((a, b) => a - b);
  const last = distinct.at(-1) ?? 0;
  if (distinct.length > 0 && last >= layers) {
    throw new RequestError("Validation", `\`layers\` must be below ${layers}. Given: ${last}`);
  }
  if (distinct.length > most) {
    throw new RequestError(
      "Validation",
      `\`layers\` must be at most ${most} at once for ${tokens} tokens. Given: ${distinct.length}`,
    );
  }
  return distinct;
}

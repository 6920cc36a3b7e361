import { z } from "@hono/zod-openapi";
import type { Api, ServerContext } from "../api.ts";
import { RequestError } from "../errors.ts";
import { fromTei } from "../inputs.ts";
import type { Models } from "../models.ts";
import { replyWithCost } from "../reply.ts";
import { LabelScore, TeiInputs } from "../schemas.ts";
import { rank } from "../rank.ts";

const PredictRequest = z.object({
  inputs: TeiInputs,
  truncate: z.boolean().nullish(),
  truncation_direction: z.enum(["Left", "Right", "left", "right"]).nullish(),
  raw_scores: z.boolean().nullish(),
}).openapi("PredictRequest");

const PredictReply = z.union([z.array(LabelScore), z.array(z.array(LabelScore))]).openapi("PredictReply");

/** Classification as in text-embeddings-inference: a flat reply for one text, a nested one for a batch. */
export function addTeiRoutes(api: Api, models: Models): void {
  for (const path of ["/predict", "/invocations"]) {
    api.add({
      method: "post",
      path,
      summary: "Classify texts (text-embeddings-inference)",
      body: PredictRequest,
      reply: PredictReply,
      maxItems: { inputs: api.limits.maxClientBatchSize },
      handle: (c, body) => predict(c, models, body),
    });
  }
  for (const [path, kind] of [["/embed", "an embedding"], ["/rerank", "a re-ranker"]]) {
    api.add({
      method: "post",
      path,
      summary: `Refused: the model is not ${kind} model`,
      handle: () => {
        throw new RequestError("Backend", `model is not ${kind} model: it classifies, use /predict`);
      },
    });
  }
}

async function predict(
  c: ServerContext,
  models: Models,
  body: z.infer<typeof PredictRequest>,
): Promise<Response> {
  const { classifier } = models.default;
  const { texts, batch } = fromTei(body.inputs);
  const outcome = await models.default.predict(texts, {
    batch,
    truncate: body.truncate,
    truncationDirection: body.truncation_direction?.toLowerCase() === "left" ? "left" : "right",
    signal: c.req.raw.signal,
  });
  const replies = outcome.predictions.map(({ logits, scores }) =>
    rank(body.raw_scores ? logits : scores, classifier.info.labels)
  );
  return replyWithCost(c, classifier, outcome, batch ? replies : replies[0]);
}

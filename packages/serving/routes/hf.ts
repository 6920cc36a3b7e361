import { z } from "@hono/zod-openapi";
import type { Api, ServerContext } from "../api.ts";
import { fromHf } from "../inputs.ts";
import type { Models } from "../models.ts";
import type { Predictor } from "../predictor.ts";
import { replyWithCost } from "../reply.ts";
import { HfInputs, LabelScore } from "../schemas.ts";
import { applyScoreFunction, SCORE_FUNCTIONS } from "@taxon/decision";
import { rank } from "../rank.ts";

const HfRequest = z.object({
  inputs: HfInputs,
  parameters: z.object({
    top_k: z.int().positive().nullish(),
    function_to_apply: z.enum(SCORE_FUNCTIONS).nullish(),
  }).nullish(),
}).openapi("HfRequest");

const HfReply = z.array(z.array(LabelScore)).openapi("HfReply");

/** The Hugging Face inference API: one list of labels for each text, also when there is only one text. */
export function addHfRoutes(api: Api, models: Models): void {
  const shared = {
    method: "post",
    body: HfRequest,
    reply: HfReply,
    maxItems: { inputs: api.limits.maxClientBatchSize },
  } as const;
  api.add({
    ...shared,
    path: "/",
    summary: "Classify texts (Hugging Face inference API)",
    handle: (c, body) => classify(c, models.default, body),
  });
  api.add({
    ...shared,
    path: "/models/{id}",
    summary: "Classify texts with one of several models (Hugging Face inference API)",
    handle: (c, body) => classify(c, models.get(c.req.param("id")), body),
  });
}

async function classify(
  c: ServerContext,
  predictor: Predictor,
  body: z.infer<typeof HfRequest>,
): Promise<Response> {
  const { classifier } = predictor;
  const { texts, batch } = fromHf(body.inputs);
  const { top_k, function_to_apply } = body.parameters ?? {};
  const outcome = await predictor.predict(texts, { batch, signal: c.req.raw.signal });
  const reply = outcome.predictions.map(({ logits }) => {
    const scores = function_to_apply
      ? applyScoreFunction(logits, function_to_apply)
      : classifier.scores(logits);
    return rank(scores, classifier.info.labels, top_k ?? undefined);
  });
  return replyWithCost(c, classifier, outcome, reply);
}

import { z } from "@hono/zod-openapi";
import { predictedLabels } from "@taxon/decision";
import type { Api } from "../api.ts";
import { fromHf } from "../inputs.ts";
import type { Models } from "../models.ts";
import { replyWithCost } from "../reply.ts";
import { HfInputs } from "../schemas.ts";
import { rank } from "../rank.ts";

const ClassifyRequest = z.object({ inputs: HfInputs, top_k: z.int().positive().nullish() })
  .openapi("ClassifyRequest");

const Classification = z.object({
  label: z.string().openapi({ description: "The label of the highest score" }),
  score: z.number(),
  labels: z.array(z.string()).optional()
    .openapi({ description: "Multi-label models only: the labels that reach their thresholds" }),
  scores: z.record(z.string(), z.number()).openapi({ description: "Score by label, highest first" }),
  tokens: z.int().openapi({ description: "Tokens that the model read" }),
  truncated: z.boolean().openapi({ description: "Whether the text was longer than the model reads" }),
}).openapi("Classification");

/** The classification API of our own: all that the model said about each text, in the order of the texts. */
export function addNativeRoutes(api: Api, models: Models): void {
  const { classifier } = models.default;
  const several = classifier.info.problemType === "multi_label_classification";
  api.add({
    method: "post",
    path: "/v1/classify",
    summary: "Classify texts; one object for each text",
    body: ClassifyRequest,
    reply: z.array(Classification),
    maxItems: { inputs: api.limits.maxClientBatchSize },
    handle: async (c, body) => {
      const { texts, batch } = fromHf(body.inputs);
      const outcome = await models.default.predict(texts, { batch, signal: c.req.raw.signal });
      const reply = outcome.predictions.map(({ scores, tokens, truncated }) => {
        const ranked = rank(scores, classifier.info.labels, body.top_k ?? undefined);
        return {
          label: ranked[0].label,
          score: ranked[0].score,
          ...(several && { labels: predictedLabels(scores, classifier.info) }),
          scores: Object.fromEntries(ranked.map(({ label, score }) => [label, score])),
          tokens,
          truncated,
        };
      });
      return replyWithCost(c, classifier, outcome, reply);
    },
  });
}

import { z } from "@hono/zod-openapi";

/** Every error of every route. */
export const ErrorReply = z.object({
  error: z.string().openapi({ example: "batch size 33 > maximum allowed batch size 32" }),
  error_type: z.string().openapi({ example: "Validation" }),
}).openapi("ErrorReply");

/** One label with its score. */
export const LabelScore = z.object({
  score: z.number().openapi({ example: 0.98 }),
  label: z.string().openapi({ example: "billing" }),
}).openapi("LabelScore");

/** A text, in the form that says what it is. */
export const TextObject = z.object({ text: z.string(), text_pair: z.string().nullish() }).openapi(
  "TextObject",
);

/** Texts of the Hugging Face API: a list is a batch, a list within it is one text or a pair. */
export const HfInputs = z.union(
  [
    z.string(),
    TextObject,
    z.array(z.union([z.string(), TextObject, z.tuple([z.string()]), z.tuple([z.string(), z.string()])])),
  ],
  { error: "expected a text, {text, text_pair}, or a list of these" },
).openapi("HfInputs", { example: "The invoice is wrong" });

/** Texts of text-embeddings-inference: a flat list of two is a pair, a batch is a list of lists. */
export const TeiInputs = z.union(
  [
    z.string(),
    z.tuple([z.string()]),
    z.tuple([z.string(), z.string()]),
    z.array(z.union([z.tuple([z.string()]), z.tuple([z.string(), z.string()])])),
  ],
  {
    error: "expected a string, a pair of strings [string, string] or a batch of mixed strings and pairs " +
      "[[string], [string, string], ...]",
  },
).openapi("TeiInputs", { example: "The invoice is wrong" });

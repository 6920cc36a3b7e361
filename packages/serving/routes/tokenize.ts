import { z } from "@hono/zod-openapi";
import type { Api } from "../api.ts";
import { RequestError } from "../errors.ts";
import type { Models } from "../models.ts";

const TokenizeRequest = z.object({
  inputs: z.union([z.string(), z.array(z.string())], { error: "expected a string or a list of strings" })
    .openapi({ example: "The invoice is wrong" }),
  add_special_tokens: z.boolean().default(true),
}).openapi("TokenizeRequest");

const TokenizeReply = z.array(z.array(z.object({
  id: z.int(),
  text: z.string(),
  special: z.boolean(),
  start: z.int().nullable().openapi({ description: "In code points" }),
  stop: z.int().nullable(),
}))).openapi("TokenizeReply");

const MAX_IDS = 65_536;
const isId = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isIds = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= MAX_IDS && value.every(isId);

const DecodeRequest = z.object({
  // One custom check rather than a schema a number: a million wrong ids must not become a million issues
  ids: z.custom<number[] | number[][]>(
    (value) => isIds(value) || (Array.isArray(value) && value.every(isIds)),
    `expected token ids [int, ...] or a list of such lists, at most ${MAX_IDS} ids a list`,
  ).openapi({ type: "array", items: {}, example: [101, 2023, 102] }),
  skip_special_tokens: z.boolean().default(true),
}).openapi("DecodeRequest");

/** Tokenizer routes of text-embeddings-inference. */
export function addTokenizeRoutes(api: Api, models: Models): void {
  const { classifier, limits } = models.default;
  api.add({
    method: "post",
    path: "/tokenize",
    summary: "Tokens of texts, with their place in the text",
    body: TokenizeRequest,
    reply: TokenizeReply,
    maxItems: { inputs: limits.maxClientBatchSize },
    handle: (c, { inputs, add_special_tokens }) => {
      const texts = Array.isArray(inputs) ? inputs : [inputs];
      if (texts.length === 0) throw new RequestError("Empty", "`inputs` cannot be empty");
      const options = { addSpecialTokens: add_special_tokens };
      return c.json(
        tokenizing(() => texts.map((text) => classifier.tokenize(text.toWellFormed(), options))),
      );
    },
  });
  api.add({
    method: "post",
    path: "/decode",
    summary: "Texts of token ids",
    body: DecodeRequest,
    maxItems: { ids: MAX_IDS },
    reply: z.array(z.string()),
    handle: (c, { ids, skip_special_tokens }) => {
      if (ids.length === 0) throw new RequestError("Empty", "`ids` cannot be empty");
      const lists = Array.isArray(ids[0]) ? ids as number[][] : [ids as number[]];
      models.default.checkBatchSize(lists.length);
      const { vocabSize } = classifier.info;
      if (lists.some((list) => list.some((id) => id >= vocabSize))) {
        throw new RequestError("Tokenizer", `\`ids\` must be below ${vocabSize}, the size of the vocabulary`);
      }
      const options = { skipSpecialTokens: skip_special_tokens };
      return c.json(tokenizing(() => lists.map((list) => classifier.decode(list, options))));
    },
  });
}

function tokenizing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new RequestError("Tokenizer", "tokenization failed", { cause: error });
  }
}

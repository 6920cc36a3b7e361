import { z } from "@hono/zod-openapi";
import type { Api } from "../api.ts";
import { RequestError } from "../errors.ts";
import type { TokenList } from "../classifier.ts";
import type { Models } from "../models.ts";
import { tokenizing } from "../predictor.ts";

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

/** Characters of a request that are tokenized, tokens of the reply, ids that are decoded: what bounds a reply to some MB. */
const MAX_CHARACTERS = 65_536;
const MAX_TOKENS = 65_536;
const MAX_IDS = 65_536;
/** Characters of a reply of `/decode`. */
const MAX_DECODED = 4 * 2 ** 20;

const [OPEN, COMMA, CLOSE] = [0x5b, 0x2c, 0x5d];

const isId = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isIds = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= MAX_IDS && value.every(isId);

const DecodeRequest = z.object({
  // One custom check rather than a schema a number: a million wrong ids must not become a million issues
  ids: z.custom<number[] | number[][]>(
    (value) => isIds(value) || (Array.isArray(value) && value.every(isIds)),
    `expected token ids [int, ...] or a list of such lists, at most ${MAX_IDS} ids`,
  ).openapi({ type: "array", items: {}, example: [101, 2023, 102] }),
  skip_special_tokens: z.boolean().default(true),
}).openapi("DecodeRequest");

/** Tokenizer routes of text-embeddings-inference. */
export function addTokenizeRoutes(api: Api, models: Models): void {
  const { classifier, limits, permits } = models.default;
  api.add({
    method: "post",
    path: "/tokenize",
    summary: "Tokens of texts, with their place in the text",
    body: TokenizeRequest,
    reply: TokenizeReply,
    maxItems: { inputs: limits.maxClientBatchSize },
    handle: async (c, { inputs, add_special_tokens }) => {
      const texts = Array.isArray(inputs) ? inputs : [inputs];
      if (texts.length === 0) throw new RequestError("Empty", "`inputs` cannot be empty");
      requireAtMost(MAX_CHARACTERS, sum(texts), "`inputs`", "characters");
      using _permits = permits.take(texts.length);
      const { signal } = c.req.raw;
      const options = { addSpecialTokens: add_special_tokens, maxTokens: MAX_TOKENS };
      const wellFormed = texts.map((text) => text.toWellFormed());
      const tokens = await tokenizing(() => classifier.tokenize(wellFormed, options, signal), signal);
      const whole = tokens.filter((list) => list !== undefined);
      if (whole.length < tokens.length) requireAtMost(MAX_TOKENS, Infinity, "reply", "tokens");
      requireAtMost(MAX_TOKENS, sum(whole), "reply", "tokens");
      return c.body(listOf(whole), 200, { "content-type": "application/json" });
    },
  });
  api.add({
    method: "post",
    path: "/decode",
    summary: "Texts of token ids",
    body: DecodeRequest,
    maxItems: { ids: MAX_IDS },
    reply: z.array(z.string()),
    handle: async (c, { ids, skip_special_tokens }) => {
      if (ids.length === 0) throw new RequestError("Empty", "`ids` cannot be empty");
      const lists = Array.isArray(ids[0]) ? ids as number[][] : [ids as number[]];
      models.default.checkBatchSize(lists.length);
      const { vocabSize } = classifier.info;
      if (lists.some((list) => list.some((id) => id >= vocabSize))) {
        throw new RequestError("Tokenizer", `\`ids\` must be below ${vocabSize}, the size of the vocabulary`);
      }
      requireAtMost(MAX_IDS, sum(lists), "`ids`", "ids");
      using _permits = permits.take(lists.length);
      const { signal } = c.req.raw;
      const options = { skipSpecialTokens: skip_special_tokens };
      const texts = await tokenizing(() => classifier.decode(lists, options, signal), signal);
      requireAtMost(MAX_DECODED, sum(texts), "reply", "characters");
      return c.json(texts);
    },
  });
}

/** One list or more in a list, as JSON. */
function listOf(lists: readonly TokenList[]): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(1 + sum(lists.map(({ json }) => json)) + lists.length);
  body[0] = OPEN;
  let end = 1;
  for (const { json } of lists) {
    body.set(json, end);
    end += json.byteLength;
    body[end++] = COMMA;
  }
  body[end - 1] = CLOSE;
  return body;
}

function requireAtMost(most: number, given: number, what: string, unit: string): void {
  if (given <= most) return;
  throw new RequestError("Validation", `${what} must have at most ${most} ${unit} in all: send less at once`);
}

const sum = (parts: readonly { length: number }[]) => parts.reduce((total, { length }) => total + length, 0);

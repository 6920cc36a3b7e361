import { type AddedToken, readAddedToken, writeAddedToken } from "./added_tokens.ts";
import { readDecoder } from "./decoders/read_decoder.ts";
import { type Json, type JsonObject, ObjectReader, show } from "./json.ts";
import type { Model } from "./models/model.ts";
import { readModel } from "./models/read_model.ts";
import { readNormalizer } from "./normalizers/read_normalizer.ts";
import { readPadding, writePadding } from "./padding.ts";
import { readPostProcessor } from "./post_processors/read_post_processor.ts";
import { readPreTokenizer } from "./pre_tokenizers/read_pre_tokenizer.ts";
import type { TokenizerParts } from "./tokenizer_parts.ts";
import { readTruncation, writeTruncation } from "./truncation.ts";

/**
 * Reads a tokenizer.json.
 *
 * @throws {SyntaxError} If the file does not parse, is inconsistent, or has a setting that is not supported here.
 */
export function readTokenizerJson(json: Json | undefined): TokenizerParts {
  const fields = new ObjectReader(json, "tokenizer");
  fields.oneOf("version", ["1.0"]);
  const optional = <T>(key: string, read: (json: Json, path: string) => T): T | undefined => {
    const value = fields.take(key) ?? null;
    return value === null ? undefined : read(value, key);
  };
  const model = readModel(fields.take("model"), "model");
  const addedTokens = fields.list("added_tokens").map((token, i) =>
    readAddedToken(token, `added_tokens[${i}]`)
  );
  checkAddedTokens(addedTokens, model);
  const addedIds = new Map(addedTokens.map(({ content, id }) => [content, id]));
  const tokenToId = (token: string) => addedIds.get(token) ?? model.tokenToId(token);
  const parts: TokenizerParts = {
    model,
    addedTokens,
    normalizer: optional("normalizer", readNormalizer),
    preTokenizer: optional("pre_tokenizer", readPreTokenizer),
    postProcessor: optional("post_processor", (json, path) => readPostProcessor(json, path, tokenToId)),
    decoder: optional("decoder", readDecoder),
    truncation: optional("truncation", readTruncation),
    padding: optional("padding", readPadding),
  };
  fields.done();
  return parts;
}

/** Writes a tokenizer.json, as Python `tokenizers` reads it. */
export function writeTokenizerJson(parts: TokenizerParts): JsonObject {
  return {
    version: "1.0",
    truncation: parts.truncation ? writeTruncation(parts.truncation) : null,
    padding: parts.padding ? writePadding(parts.padding) : null,
    added_tokens: (parts.addedTokens ?? []).map(writeAddedToken),
    normalizer: parts.normalizer?.toJson() ?? null,
    pre_tokenizer: parts.preTokenizer?.toJson() ?? null,
    post_processor: parts.postProcessor?.toJson() ?? null,
    decoder: parts.decoder?.toJson() ?? null,
    model: parts.model.toJson(),
  };
}

/** Python `tokenizers` gives an added token the id of the vocabulary, or the next free one, whatever the file says. */
function checkAddedTokens(tokens: readonly AddedToken[], model: Model): void {
  const seen = new Set<string>();
  let next = model.size;
  for (const { id, content } of tokens) {
    const known = model.tokenToId(content);
    const expected = known ?? next;
    if (seen.has(content) || id !== expected) {
      throw new SyntaxError(
        seen.has(content)
          ? `Cannot load tokenizer: added token ${show(content)} is listed twice`
          : `Cannot load tokenizer: added token ${show(content)} has the id ${id}, expected ${expected}`,
      );
    }
    if (known === undefined) next++;
    seen.add(content);
  }
}

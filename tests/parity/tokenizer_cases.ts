import { AssertionError } from "@std/assert";
import type { EncodeOptions, Tokenizer } from "@taxon/text";

/** A line of `tokenizer/<folder>/golden.jsonl` that encodes one text or a pair. */
interface EncodingCase {
  text: string;
  pair?: string;
  ids: number[];
  tokens: string[];
  offsets: [number, number][];
  offsets_utf16: [number, number][];
  type_ids: number[];
  special: number[];
  decoded: string;
  truncate?: {
    max_length: number;
    stride?: number;
    strategy?: "longest_first" | "only_first" | "only_second";
    direction?: "left" | "right";
    overflowing_ids?: number[][];
    overflowing_offsets?: [number, number][][];
  };
}

/** A line that encodes several texts and pads them. */
interface BatchCase {
  batch: string[];
  padding: { direction: "left" | "right"; pad_to_multiple_of: number | null; pad_id: number };
  ids: number[][];
  attention_mask: number[][];
  type_ids: number[][];
}

/** One line of a `tokenizer/<folder>/golden.jsonl`. */
export type TokenizerCase = EncodingCase | BatchCase;

/**
 * Compares what `tokenizer` makes of one golden line with what Python `tokenizers` recorded there.
 *
 * @throws {AssertionError} If anything differs; the message names the text, the property and the first difference.
 */
export function checkTokenizerCase(tokenizer: Tokenizer, line: TokenizerCase): void {
  if ("batch" in line) checkBatch(tokenizer, line);
  else checkEncoding(tokenizer, line);
}

function checkEncoding(tokenizer: Tokenizer, line: EncodingCase): void {
  const { truncate } = line;
  const options: EncodeOptions = {
    padding: null,
    truncation: truncate
      ? {
        maxLength: truncate.max_length,
        stride: truncate.stride,
        strategy: truncate.strategy,
        direction: truncate.direction,
      }
      : null,
  };
  const encoding = tokenizer.encode(line.text, line.pair, options);
  const where = JSON.stringify(line.pair === undefined ? line.text : [line.text, line.pair]);
  equal(encoding.tokens, line.tokens, "tokens", where);
  equal(encoding.ids, line.ids, "ids", where);
  equal(encoding.offsets, line.offsets, "offsets", where);
  equal(encoding.offsetsUtf16, line.offsets_utf16, "offsets_utf16", where);
  equal(encoding.typeIds, line.type_ids, "type_ids", where);
  equal(encoding.specialTokensMask, line.special, "special", where);
  equal([tokenizer.decode(encoding.ids)], [line.decoded], "decoded", where);
  if (truncate?.overflowing_ids) {
    const overflowing = encoding.overflowing.map((window) => [...window.ids]);
    equal(overflowing, truncate.overflowing_ids, "overflowing_ids", where);
  }
  if (truncate?.overflowing_offsets) {
    const overflowing = encoding.overflowing.map((window) => window.offsets);
    equal(overflowing, truncate.overflowing_offsets, "overflowing_offsets", where);
  }
}

function checkBatch(tokenizer: Tokenizer, line: BatchCase): void {
  const { direction, pad_to_multiple_of, pad_id } = line.padding;
  const padding = { direction, padToMultipleOf: pad_to_multiple_of ?? undefined, padId: pad_id };
  const encodings = tokenizer.encodeBatch(line.batch, { padding, truncation: null });
  const where = `batch of ${line.batch.length} with padding ${JSON.stringify(line.padding)}`;
  equal(encodings.map(({ ids }) => [...ids]), line.ids, "ids", where);
  equal(
    encodings.map((encoding) => [...encoding.attentionMask]),
    line.attention_mask,
    "attention_mask",
    where,
  );
  equal(encodings.map((encoding) => [...encoding.typeIds]), line.type_ids, "type_ids", where);
}

function equal(got: ArrayLike<unknown>, expected: ArrayLike<unknown>, property: string, where: string): void {
  const length = Math.max(got.length, expected.length);
  for (let i = 0; i < length; i++) {
    const [ours, theirs] = [JSON.stringify(got[i]), JSON.stringify(expected[i])];
    if (ours === theirs) continue;
    throw new AssertionError(
      `${where.slice(0, 200)}: ${property}[${i}] is ${ours}, expected ${theirs} ` +
        `(${got.length} of ${expected.length} entries)`,
    );
  }
}

import { inFlags, type Log, parseOptions, readBytes, UsageError } from "@taxon/app-shared";
import type { MaskableText } from "@taxon/model";
import { keyFromSeed, permutation } from "@taxon/tensor";
import { parseTexts } from "@taxon/data";
import type { Tokenizer } from "@taxon/text";
import type { PretrainFlags } from "./command.ts";

/** Texts to learn from, and those on which it is measured what was learnt. */
export interface TextSplits {
  /** All of them, as they were read. */
  all: string[];
  train: string[];
  eval: string[];
}

/**
 * The texts of a file, split by the seed; empty ones are left out.
 *
 * @throws {UsageError} If there are fewer than two.
 */
export async function readSplits(flags: PretrainFlags, log: Log): Promise<TextSplits> {
  const texts = (await readTexts(flags, log)).filter((text) => text.trim() !== "");
  if (texts.length < 2) {
    throw new UsageError(
      `Cannot pretrain on ${flags.train}: it holds ${texts.length} texts; at least 2 are needed`,
    );
  }
  const order = permutation(keyFromSeed(flags.seed), texts.length);
  const held = Math.min(texts.length - 1, Math.max(1, Math.round(flags.evalFraction * texts.length)));
  const pick = (indices: Int32Array) => Array.from(indices.toSorted(), (index) => texts[index]);
  return { all: texts, train: pick(order.subarray(held)), eval: pick(order.subarray(0, held)) };
}

async function readTexts(flags: PretrainFlags, log: Log): Promise<string[]> {
  const { train: file } = flags;
  const content = await readBytes(file);
  const format = /\.(?:[ct]sv|jsonl|ndjson|json)$/i.test(file) ? undefined : "lines";
  const read = (warn: Log["warn"]) => parseTexts(content, { ...parseOptions(flags), file, format, warn });
  return (await inFlags(log, read)).map(({ text }) => text);
}

/**
 * Texts as sequences of at most `maxTokens`: a longer one is cut into several, each between the first and the last
 * token of the whole ([CLS] and [SEP]). Sequences without an ordinary token are left out.
 */
export function sequencesOf(
  tokenizer: Tokenizer,
  texts: readonly string[],
  maxTokens: number,
  onProgress: (share: number) => void = () => {},
): MaskableText[] {
  return texts.flatMap((text, i) => {
    onProgress(i / texts.length);
    const { ids, specialTokensMask: special } = tokenizer.encode(text, undefined, {
      padding: null,
      truncation: null,
    });
    const inner = ids.length - 2;
    const parts = Math.max(1, Math.ceil(inner / (maxTokens - 2)));
    return Array.from({ length: parts }, (_, part): MaskableText => {
      const start = 1 + part * (maxTokens - 2);
      const end = Math.min(start + maxTokens - 2, ids.length - 1);
      const places = [0, ...Array.from({ length: end - start }, (_, i) => start + i), ids.length - 1];
      return {
        ids: places.map((place) => ids[place]),
        ordinary: places.flatMap((place, i) => special[place] ? [] : [i]),
      };
    });
  }).filter(({ ordinary }) => ordinary.length > 0);
}

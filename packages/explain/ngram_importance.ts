import type { NgramCounts } from "@taxon/decision";
import { type EncoderClassifier, ngramKey } from "@taxon/model";
import { scope } from "@taxon/tensor";

/** One place where an n-gram stands, and the tokens there. */
export interface PlacedNgram {
  /** `words` or `characters`. */
  block: keyof NgramCounts;
  /** As `visitNgrams` of `@taxon/text` gives it, from 0 to 2²⁰ − 1. */
  bucket: number;
  /** At least one. */
  tokens: readonly number[];
}

/** Which logit of a text with how many tokens. */
export interface NgramImportanceOptions {
  /** Id of the label. */
  label: number;
  /** Of the text, special tokens included: length of the result. */
  tokens: number;
}

/** Texts whose n-grams are looked up at once. */
const TEXTS_AT_ONCE = 64;

/**
 * What the n-grams at each token add to a logit, [tokens]. Given its length the branch is linear, so each n-gram has a
 * share of its own (Sundararajan et al. 2017: integrated gradients of a linear model are its terms); a share goes in
 * equal parts to the places of the n-gram, and there to the tokens. The values sum to what the branch adds besides its
 * bias: the change from a text without n-grams.
 */
export async function ngramGradients(
  model: EncoderClassifier,
  ngrams: readonly PlacedNgram[],
  { label, tokens }: NgramImportanceOptions,
): Promise<Float64Array> {
  const values = new Float64Array(tokens);
  if (model.ngrams === undefined || ngrams.length === 0) return values;
  const counts = countPlaced(ngrams);
  const labels = model.config.labels.length;
  const { keys, terms } = scope(() => model.ngrams!.terms(counts));
  using owned = terms;
  const each = await owned?.data();
  const termOf = new Map(Array.from(keys, (key, i) => [key, each![i * labels + label]]));
  for (const { block, bucket, tokens: places } of ngrams) {
    const share = (termOf.get(ngramKey(block, bucket)) ?? 0) / counts[block].get(bucket)!;
    for (const token of places) values[token] += share / places.length;
  }
  return values;
}

/**
 * How much a logit drops when the n-grams that touch a token are taken out, [tokens].
 */
export async function ngramOcclusion(
  model: EncoderClassifier,
  ngrams: readonly PlacedNgram[],
  { label, tokens }: NgramImportanceOptions,
): Promise<Float64Array> {
  const drops = new Float64Array(tokens);
  const branch = model.ngrams;
  if (branch === undefined) return drops;
  const logits = async (texts: readonly NgramCounts[]) => {
    using result = scope(() => branch.forward(texts));
    const rows = await result.data();
    return texts.map((_, text) => rows[text * model.config.labels.length + label]);
  };
  const [whole] = await logits([countPlaced(ngrams)]);
  const places = [...new Set(ngrams.flatMap(({ tokens }) => tokens))];
  for (let from = 0; from < places.length; from += TEXTS_AT_ONCE) {
    const some = places.slice(from, from + TEXTS_AT_ONCE);
    const without = await logits(some.map((token) => {
      return countPlaced(ngrams.filter(({ tokens }) => !tokens.includes(token)));
    }));
    some.forEach((token, i) => drops[token] = whole - without[i]);
  }
  return drops;
}

/** What `countNgrams` gives, from places. */
export function countPlaced(ngrams: readonly PlacedNgram[]): NgramCounts {
  const counts = { words: new Map<number, number>(), characters: new Map<number, number>() };
  for (const { block, bucket } of ngrams) counts[block].set(bucket, (counts[block].get(bucket) ?? 0) + 1);
  return counts;
}

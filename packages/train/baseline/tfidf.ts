import type { OnProgress } from "../progress.ts";
import type { NgramCounts } from "@taxon/decision";
import { NGRAM_RULES } from "@taxon/text";
import type { SparseRows } from "../linear/mod.ts";

/** Weights of n-grams learned from a training set, and the buckets that occur in it. */
export interface Tfidf {
  /** Number of distinct features, words before characters. */
  features: number;
  /** Rarity of each feature, [features]. */
  idf: readonly number[];
  /** Feature of each bucket, −1 where it does not occur, [buckets]. */
  ids: Readonly<Record<keyof NgramCounts, Int32Array>>;
  transform(texts: readonly NgramCounts[], onProgress?: OnProgress): SparseRows;
}

type Block = keyof NgramCounts;
const BLOCKS: readonly Block[] = ["words", "characters"];

/**
 * TF-IDF with scikit-learn's formulas: weight (1 + ln tf) · (1 + ln((1 + n) / (1 + df))), each block of a row
 * scaled to length 1. N-grams that were not seen in `texts` are ignored later.
 */
export function fitTfidf(texts: readonly NgramCounts[], onProgress: OnProgress = () => {}): Tfidf {
  let features = 0;
  const idf: number[] = []; // [features]
  const ids = {} as Record<Block, Int32Array>; // bucket → feature, −1 if unseen
  for (const block of BLOCKS) {
    const documents = new Int32Array(NGRAM_RULES.buckets);
    texts.forEach((counts, i) => {
      onProgress(i / texts.length); // once for each block
      for (const bucket of counts[block].keys()) documents[bucket]++;
    });
    const known = ids[block] = new Int32Array(NGRAM_RULES.buckets).fill(-1);
    for (let bucket = 0; bucket < known.length; bucket++) {
      const df = documents[bucket];
      if (df === 0) continue;
      idf.push(1 + Math.log((1 + texts.length) / (1 + df)));
      known[bucket] = features++;
    }
  }
  return { features, idf, ids, transform: (rows, onProgress) => transform(rows, ids, idf, onProgress) };
}

function transform(
  texts: readonly NgramCounts[],
  ids: Record<Block, Int32Array>,
  idf: readonly number[],
  onProgress: OnProgress = () => {},
): SparseRows {
  const capacity = texts.reduce((sum, { words, characters }) => sum + words.size + characters.size, 0);
  const features = new Int32Array(capacity);
  const values = new Float32Array(capacity);
  const offsets = new Int32Array(texts.length + 1);
  let end = 0;
  texts.forEach((counts, row) => {
    onProgress(row / texts.length);
    for (const block of BLOCKS) {
      const start = end;
      let squares = 0;
      for (const [bucket, count] of counts[block]) {
        const feature = ids[block][bucket];
        if (feature < 0) continue;
        const value = (1 + Math.log(count)) * idf[feature];
        squares += value * value;
        features[end] = feature;
        values[end++] = value;
      }
      for (let i = start; i < end; i++) values[i] /= Math.sqrt(squares);
    }
    offsets[row + 1] = end;
  });
  return {
    rows: texts.length,
    columns: idf.length,
    offsets,
    features: features.slice(0, end),
    values: values.slice(0, end),
  };
}

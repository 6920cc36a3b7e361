import { NGRAM_RULES } from "@taxon/text";
import type { LinearModel } from "../linear/mod.ts";
import type { Tfidf } from "./tfidf.ts";

/** A fitted linear model on n-grams as tables; rows are the n-grams of its training texts. */
export interface NgramTable {
  /** Bucket of each row, rising; those of characters come after all of words, from `NGRAM_RULES.buckets` on. */
  buckets: Float32Array;
  /** Rarity of each row. */
  idf: Float32Array;
  /** [rows, outputs] */
  weight: Float32Array;
  /** [outputs] */
  bias: Float32Array;
}

/** The tables of a fit: features are numbered in the order of their buckets. */
export function ngramTable({ features, ids, idf }: Tfidf, { weight, bias }: LinearModel): NgramTable {
  const buckets = new Float32Array(features);
  [ids.words, ids.characters].forEach((block, b) =>
    block.forEach((feature, bucket) => {
      if (feature >= 0) buckets[feature] = b * NGRAM_RULES.buckets + bucket;
    })
  );
  return { buckets, idf: Float32Array.from(idf), weight, bias };
}

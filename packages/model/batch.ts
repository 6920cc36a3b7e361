import type { NgramCounts } from "@taxon/decision";
import { checkIds } from "@taxon/tensor";

/** Token ids of one text (or pair), special tokens included. */
export interface EncodedText {
  /** From 0 to vocabSize − 1, [tokens]. */
  ids: ArrayLike<number>;
  /** 0 for the first text, 1 for the second; absent means all 0. */
  typeIds?: ArrayLike<number>;
  /** What `countNgrams` of `@taxon/text` gives; for models with an n-gram branch. */
  ngrams?: NgramCounts;
}

/** Sequences one behind the other, without padding. */
export interface PackedBatch {
  /** Token ids, [tokens]. */
  ids: Int32Array;
  /** Text of its pair that each token is of, 0 or 1, [tokens]. */
  typeIds: Int32Array;
  /** Place of each token in its sequence, [tokens]. */
  positions: Int32Array;
  /** Sequence of each token, [tokens]. */
  sequences: Int32Array;
  /** First token of each sequence, and behind the last one the number of tokens, [sequences + 1]. */
  cuSeqlens: Int32Array;
  /** Place of each sequence in the logical batch, [sequences]; dropout masks follow it. */
  examples: Int32Array;
  /** N-grams of each sequence, where it came with them, [sequences]. */
  ngrams?: readonly (NgramCounts | undefined)[];
}

/**
 * Packs encoded texts.
 *
 * @param examples Place of each text in the logical batch, when this is a part of one; default 0, 1, ….
 * @throws {RangeError} If a text has no token, or a place is beyond 65535.
 */
export function packBatch(texts: readonly EncodedText[], examples?: ArrayLike<number>): PackedBatch {
  const cuSeqlens = new Int32Array(texts.length + 1);
  texts.forEach(({ ids }, i) => {
    if (ids.length === 0) {
      throw new RangeError(
        `Cannot pack text ${i}: it has no token; encode it with special tokens ([CLS] at least)`,
      );
    }
    cuSeqlens[i + 1] = cuSeqlens[i] + ids.length;
  });
  const tokens = cuSeqlens[texts.length];
  const batch: PackedBatch = {
    ids: new Int32Array(tokens),
    typeIds: new Int32Array(tokens),
    positions: new Int32Array(tokens),
    sequences: new Int32Array(tokens),
    cuSeqlens,
    examples: Int32Array.from(examples ?? texts.map((_, i) => i)),
    ngrams: texts.map(({ ngrams }) => ngrams),
  };
  checkIds(batch.examples, 65536, "place in the logical batch");
  texts.forEach(({ ids, typeIds }, s) => {
    for (let i = 0; i < ids.length; i++) {
      const at = cuSeqlens[s] + i;
      batch.ids[at] = ids[i];
      batch.typeIds[at] = typeIds?.[i] ?? 0;
      batch.positions[at] = i;
      batch.sequences[at] = s;
    }
  });
  return batch;
}

/** The row id of each token for dropout: place of the example in the logical batch, and of the token in it. */
export function dropoutRows({ positions, sequences, examples }: PackedBatch): Int32Array {
  return positions.map((position, i) => (examples[sequences[i]] << 16) | position);
}

import {
  add,
  broadcastTo,
  div,
  gather,
  maximum,
  mul,
  scatterAdd,
  sqrt,
  type Tensor,
  tensor,
} from "@taxon/tensor";
import { Module, type Parameter, parameter, zerosInit } from "@taxon/nn";
import type { NgramCounts } from "@taxon/decision";

/** Words and characters, and the number of buckets either is hashed into. */
const BLOCKS = 2;
const BUCKETS = 2 ** 20;

/** The n-grams of some texts that have a row, one behind the other. */
interface Entries {
  keys: Int32Array;
  rows: Int32Array;
  /** 1 + ln of how often it occurs. */
  frequencies: Float32Array;
  texts: Int32Array;
  /** 2 · text for words, 2 · text + 1 for characters. */
  blocks: Int32Array;
}

/**
 * The wide branch beside the encoder (Cheng et al. 2016, "Wide & Deep Learning"): a linear model on TF-IDF of hashed
 * n-grams, fitted before it gets here. Each block of a text's features has length 1; n-grams without a row are ignored.
 */
export class NgramBranch extends Module {
  /** Bucket of each row, words before characters, [rows]; whole numbers, which f32 holds exactly. */
  readonly buckets: Parameter;
  /** Rarity of each row, [rows, 1]. */
  readonly idf: Parameter;
  /** Factor of each row's TF-IDF in each logit, [rows, labels]. */
  readonly weight: Parameter;
  /** Added to the logits of every text, [labels]. */
  readonly bias: Parameter;
  #rows: ReadonlyMap<number, number> = new Map();

  /** Makes a branch of zeros on the current backend, to be filled by `loadStateDict`. */
  constructor(rows: number, labels: number) {
    super();
    this.buckets = parameter([rows], zerosInit);
    this.idf = parameter([rows, 1], zerosInit);
    this.weight = parameter([rows, labels], zerosInit);
    this.bias = parameter([labels], zerosInit);
  }

  /**
   * Tells the branch on the host what its parameter `buckets` holds on the device.
   *
   * @throws {RangeError} If one is not a bucket, or they do not rise.
   */
  setBuckets(buckets: ArrayLike<number>): void {
    const rows = new Map<number, number>();
    for (let row = 0; row < buckets.length; row++) {
      const bucket = buckets[row];
      if (!Number.isInteger(bucket) || bucket >= BLOCKS * BUCKETS || !(bucket > (buckets[row - 1] ?? -1))) {
        throw new RangeError(
          `Cannot load ngrams.buckets: row ${row} holds ${bucket}; buckets are whole numbers below ${
            BLOCKS * BUCKETS
          } that rise`,
        );
      }
      rows.set(bucket, row);
    }
    this.#rows = rows;
  }

  /** What the n-grams of each text add to the logits, [texts, labels]. */
  forward(texts: readonly NgramCounts[]): Tensor {
    const entries = this.#entries(texts);
    const shape = [texts.length, this.bias.shape[0]];
    if (entries.rows.length === 0) return broadcastTo(this.bias, shape);
    const terms = this.#terms(entries, texts.length);
    return add(scatterAdd(this.#onDevice(entries.texts), terms, texts.length), this.bias);
  }

  /**
   * What each n-gram of a text adds, without the bias: the terms that `forward` sums up.
   *
   * @returns Keys (`ngramKey`) of those that have a row, and their terms, [keys, labels]; undefined if there are none.
   */
  terms(text: NgramCounts): { keys: Int32Array; terms?: Tensor } {
    const entries = this.#entries([text]);
    const { keys } = entries;
    return keys.length === 0 ? { keys } : { keys, terms: this.#terms(entries, 1) };
  }

  #terms({ rows, frequencies, blocks }: Entries, texts: number): Tensor {
    const [rowIds, blockIds] = [this.#onDevice(rows), this.#onDevice(blocks)];
    const frequency = tensor(frequencies, [rows.length, 1], { backend: this.bias.backend });
    const values = mul(gather(this.idf, rowIds), frequency); // [n-grams, 1]
    const squares = scatterAdd(blockIds, mul(values, values), BLOCKS * texts);
    const lengths = sqrt(maximum(squares, 1e-12)); // a row whose idf is 0 adds nothing
    return mul(gather(this.weight, rowIds), div(values, gather(lengths, blockIds))); // [n-grams, labels]
  }

  #onDevice(ids: Int32Array): Tensor {
    return tensor(ids, [ids.length], { backend: this.bias.backend });
  }

  #entries(texts: readonly NgramCounts[]): Entries {
    const [keys, rows, frequencies, owners, blocks]: number[][] = [[], [], [], [], []];
    texts.forEach((text, owner) =>
      (["words", "characters"] as const).forEach((block, b) => {
        for (const [bucket, count] of text[block]) {
          const key = ngramKey(block, bucket);
          const row = this.#rows.get(key);
          if (row === undefined) continue;
          keys.push(key);
          rows.push(row);
          frequencies.push(1 + Math.log(count));
          owners.push(owner);
          blocks.push(BLOCKS * owner + b);
        }
      })
    );
    return {
      keys: Int32Array.from(keys),
      rows: Int32Array.from(rows),
      frequencies: Float32Array.from(frequencies),
      texts: Int32Array.from(owners),
      blocks: Int32Array.from(blocks),
    };
  }
}

/** One number for a bucket and its block. */
export function ngramKey(block: keyof NgramCounts, bucket: number): number {
  return block === "words" ? bucket : BUCKETS + bucket;
}

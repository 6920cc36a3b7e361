import { PriorityQueue } from "../priority_queue.ts";

/** Two neighbouring symbols and how often they stand side by side. */
export interface PairCount {
  readonly left: number;
  readonly right: number;
  readonly count: number;
}

/** A distinct word of the training text. */
export interface CountedWord {
  /** Its letters, and later its pieces, as symbol ids. */
  symbols: number[];
  readonly count: number;
}

const RADIX = 2 ** 26; // symbols; two of them make an exact key below 2^53

/**
 * The words of a training text while byte-pair encoding joins their pieces (Sennrich et al. 2016).
 * Pair counts are kept up to date from the words that a merge changes, so its cost is theirs alone.
 */
export class PairMerger {
  readonly #words: CountedWord[];
  readonly #counts = new Map<number, number>(); // by pair
  readonly #wordsOf = new Map<number, Set<number>>(); // by pair: words in which it stood when added
  readonly #queue = new PriorityQueue<PairCount>((a, b) =>
    a.count !== b.count ? a.count > b.count : a.left !== b.left ? a.left < b.left : a.right < b.right
  );

  /** @param onWord Called before each word is taken up; what it throws ends the work. */
  constructor(words: CountedWord[], onWord: (index: number) => void = () => {}) {
    this.#words = words;
    const touched = new Set<number>();
    words.forEach((_, i) => {
      onWord(i);
      this.#count(i, 1, touched);
    });
    this.#enqueue(touched);
  }

  /** The most frequent pair; of equally frequent ones that of the lowest ids. `undefined` if no pair is left. */
  next(): PairCount | undefined {
    for (let pair; (pair = this.#queue.pop());) {
      if (this.#counts.get(key(pair.left, pair.right)) === pair.count) return pair; // else outdated
    }
    return undefined;
  }

  /** Puts `symbol` in the place of `pair` in every word. */
  merge({ left, right }: PairCount, symbol: number): void {
    const pair = key(left, right);
    const touched = new Set<number>();
    for (const word of this.#wordsOf.get(pair) ?? []) {
      this.#count(word, -1, touched);
      this.#words[word].symbols = joined(this.#words[word].symbols, left, right, symbol);
      this.#count(word, 1, touched);
    }
    this.#wordsOf.delete(pair);
    this.#enqueue(touched);
  }

  #count(index: number, sign: 1 | -1, touched: Set<number>): void {
    const { symbols, count } = this.#words[index];
    for (let i = 1; i < symbols.length; i++) {
      const pair = key(symbols[i - 1], symbols[i]);
      this.#counts.set(pair, (this.#counts.get(pair) ?? 0) + sign * count);
      touched.add(pair);
      if (sign < 0) continue;
      const words = this.#wordsOf.get(pair);
      if (words) words.add(index);
      else this.#wordsOf.set(pair, new Set([index]));
    }
  }

  #enqueue(pairs: Set<number>): void {
    for (const pair of pairs) {
      const count = this.#counts.get(pair)!;
      if (count > 0) this.#queue.push({ left: Math.floor(pair / RADIX), right: pair % RADIX, count });
      else this.#counts.delete(pair);
    }
  }
}

function key(left: number, right: number): number {
  return left * RADIX + right;
}

function joined(symbols: readonly number[], left: number, right: number, symbol: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < symbols.length; i++) {
    const found = symbols[i] === left && symbols[i + 1] === right;
    out.push(found ? symbol : symbols[i]);
    if (found) i++;
  }
  return out;
}

import { PriorityQueue } from "../priority_queue.ts";

/** What two neighbouring tokens become, and how early: merges of lower rank come first. */
export interface Merges {
  /** The rank of a pair of ids, `undefined` if the two never merge. */
  rank(left: number, right: number): number | undefined;
  /** What a merge of that rank makes. */
  result(rank: number): number;
}

/** The tokens of a word on their way through the merges; each may stand for several characters. */
export interface Symbols {
  readonly ids: number[];
  readonly starts: number[]; // in the word, in UTF-16 units
  readonly ends: number[];
}

const PLACES = 2 ** 31; // a merge in the queue is rank · PLACES + place

/**
 * Merges neighbours, in place, until no pair merges any more: the pair of the lowest rank first, the leftmost of equal
 * ones. With a linked list and a queue a word of n characters takes n log n steps.
 */
export function mergeWord(symbols: Symbols, merges: Merges): void {
  const { ids, starts, ends } = symbols;
  const count = ids.length;
  const next = Int32Array.from({ length: count }, (_, i) => i + 1);
  const previous = Int32Array.from({ length: count }, (_, i) => i - 1);
  const alive = new Uint8Array(count).fill(1);
  const queue = new PriorityQueue<number>((a, b) => a < b);
  const consider = (left: number, right: number): void => {
    const rank = merges.rank(ids[left], ids[right]);
    if (rank !== undefined) queue.push(rank * PLACES + left);
  };
  for (let i = 0; i + 1 < count; i++) consider(i, i + 1);
  for (let top = queue.pop(); top !== undefined; top = queue.pop()) {
    const left = top % PLACES;
    const right = next[left];
    if (!alive[left] || right >= count) continue;
    const merged = merges.result((top - left) / PLACES);
    const rank = merges.rank(ids[left], ids[right]);
    if (rank === undefined || merges.result(rank) !== merged) continue; // one of the two has changed since
    ids[left] = merged;
    ends[left] = ends[right];
    alive[right] = 0;
    next[left] = next[right];
    if (next[left] < count) previous[next[left]] = left;
    if (previous[left] >= 0) consider(previous[left], left);
    if (next[left] < count) consider(left, next[left]);
  }
  let kept = 0;
  for (let i = 0; i < count; i++) {
    if (!alive[i]) continue;
    ids[kept] = ids[i];
    starts[kept] = starts[i];
    ends[kept++] = ends[i];
  }
  ids.length = starts.length = ends.length = kept;
}

import type { Budget } from "../budget.ts";

/**
 * Strings with a number each, for finding the longest one that a text starts with.
 * The edges of all nodes lie in one open-addressing hash table: node 0 is the root, the rest have a parent.
 */
export class Trie {
  readonly #parents: Int32Array; // by slot; −1 where free
  readonly #units: Uint16Array; // by slot
  readonly #children: Int32Array; // by slot
  readonly #values: Int32Array; // by node; −1 where no string ends
  readonly #depths: Int32Array; // by node
  #nodes = 1;

  /**
   * @param entries The strings, none empty, with numbers of at least 0.
   */
  constructor(entries: Iterable<readonly [string, number]>) {
    const list = [...entries];
    const bound = list.reduce((sum, [text]) => sum + text.length, 1);
    const slots = 2 ** Math.ceil(Math.log2(2 * bound)); // at most half full
    this.#parents = new Int32Array(slots).fill(-1);
    this.#units = new Uint16Array(slots);
    this.#children = new Int32Array(slots);
    this.#values = new Int32Array(bound).fill(-1);
    this.#depths = new Int32Array(bound);
    for (const [text, value] of list) this.#add(text, value);
  }

  /**
   * The node of the longest string that `text` starts with at unit `start`, 0 if there is none.
   * Takes as many steps as some string of the trie agrees with the text, for which `budget` pays.
   */
  longestMatch(text: string, start: number, budget?: Budget): number {
    let match = 0;
    let node = 0;
    let i = start;
    for (; i < text.length; i++) {
      const slot = this.#slot(node, text.charCodeAt(i));
      if (this.#parents[slot] < 0) break;
      node = this.#children[slot];
      if (this.#values[node] >= 0) match = node;
    }
    budget?.work(i - start);
    return match;
  }

  /**
   * Calls `visit` with the node of each string that `text` starts with at unit `start`, the shortest first.
   *
   * @param budget Pays for the steps.
   */
  prefixes(text: string, start: number, visit: (node: number) => void, budget?: Budget): void {
    let node = 0;
    let i = start;
    for (; i < text.length; i++) {
      const slot = this.#slot(node, text.charCodeAt(i));
      if (this.#parents[slot] < 0) break;
      node = this.#children[slot];
      if (this.#values[node] >= 0) visit(node);
    }
    budget?.work(i - start);
  }

  /** The number of the string that ends at `node`. */
  value(node: number): number {
    return this.#values[node];
  }

  /** The length of the string that ends at `node`, in UTF-16 units. */
  depth(node: number): number {
    return this.#depths[node];
  }

  #add(text: string, value: number): void {
    let node = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      const slot = this.#slot(node, unit);
      if (this.#parents[slot] < 0) {
        this.#parents[slot] = node;
        this.#units[slot] = unit;
        this.#depths[this.#nodes] = i + 1;
        this.#children[slot] = this.#nodes++;
      }
      node = this.#children[slot];
    }
    this.#values[node] = value;
  }

  /** The slot of the edge `unit` out of `node`, or the free one where it would go. */
  #slot(node: number, unit: number): number {
    const mask = this.#parents.length - 1;
    const hash = Math.imul(Math.imul(node, 0x9e3779b1) + unit, 0x85ebca6b); // odd constants of MurmurHash3, Fibonacci hashing
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.#parents[slot] >= 0 && (this.#parents[slot] !== node || this.#units[slot] !== unit)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}

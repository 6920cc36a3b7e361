/** A binary heap: `pop` gives the item that `precedes` all others. */
export class PriorityQueue<T> {
  readonly #heap: T[] = [];
  readonly #precedes: (a: T, b: T) => boolean;

  /** @param precedes A strict total order, so that what comes out does not depend on the order of pushes. */
  constructor(precedes: (a: T, b: T) => boolean) {
    this.#precedes = precedes;
  }

  /** Adds an item. */
  push(item: T): void {
    const heap = this.#heap;
    let i = heap.length;
    for (; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!this.#precedes(item, heap[parent])) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = item;
  }

  /** Takes the first item out; `undefined` if there is none. */
  pop(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#precedes(heap[child + 1], heap[child])) child++;
      if (!this.#precedes(heap[child], last)) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

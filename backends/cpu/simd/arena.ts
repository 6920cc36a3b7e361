import { DeviceError } from "@taxon/tensor";

const PAGE = 65536;
/** WebAssembly's limit with 32-bit addresses: 4 GiB. */
export const MAXIMUM_PAGES = 65536;
/** Buffers start on cache lines. */
const ALIGNMENT = 64;
/** Kernels may read a vector that begins within the last buffer. */
const GUARD = 64;
/** The memory grows by at least this much at a time. */
const LEAST_GROWTH = 16 * 2 ** 20;

interface Block {
  start: number;
  size: number;
}

/** Hands out ranges of a WebAssembly memory: first fit, neighbouring free ranges joined. */
export class Arena {
  /** Free ranges by address; no two touch. */
  readonly #free: Block[] = [];
  readonly #sizes = new Map<number, number>();
  #freeBytes = 0;
  #end: number;

  /**
   * @param memory The memory, which grows when the free ranges do not suffice.
   * @param start Bytes at its begin that are not the arena's.
   * @param maximumPages Pages that it may grow to.
   */
  constructor(
    readonly memory: WebAssembly.Memory,
    start: number,
    readonly maximumPages: number = MAXIMUM_PAGES,
  ) {
    this.#end = start;
    this.#extend(memory.buffer.byteLength - GUARD - start);
  }

  /** Bytes of free ranges. */
  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** The address of `bytes` undefined bytes, a multiple of 64. */
  allocate(bytes: number): number {
    const size = Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
    let index = this.#free.findIndex((block) => block.size >= size);
    if (index < 0) {
      this.#grow(size);
      index = this.#free.length - 1;
    }
    const block = this.#free[index];
    const start = block.start;
    if (block.size === size) this.#free.splice(index, 1);
    else {
      block.start += size;
      block.size -= size;
    }
    this.#sizes.set(start, size);
    this.#freeBytes -= size;
    return start;
  }

  /** Takes back the range that `allocate` gave at `start`. */
  release(start: number): void {
    const size = this.#sizes.get(start)!;
    this.#sizes.delete(start);
    this.#insert({ start, size });
  }

  #insert(block: Block): void {
    this.#freeBytes += block.size;
    let index = this.#free.findIndex(({ start }) => start > block.start);
    if (index < 0) index = this.#free.length;
    const before = this.#free[index - 1];
    const after = this.#free[index];
    const joinsAfter = after !== undefined && block.start + block.size === after.start;
    if (before !== undefined && before.start + before.size === block.start) {
      before.size += block.size + (joinsAfter ? after.size : 0);
      if (joinsAfter) this.#free.splice(index, 1);
    } else if (joinsAfter) {
      after.start = block.start;
      after.size += block.size;
    } else {
      this.#free.splice(index, 0, block);
    }
  }

  /** Makes room for `size` more bytes behind the last range. */
  #grow(size: number): void {
    const last = this.#free.at(-1);
    const missing = last && last.start + last.size === this.#end ? size - last.size : size;
    const current = this.memory.buffer.byteLength / PAGE;
    const needed = Math.ceil(missing / PAGE);
    const generous = Math.ceil(Math.max(missing, LEAST_GROWTH, (current * PAGE) / 8) / PAGE);
    const pages = Math.max(needed, Math.min(generous, this.maximumPages - current));
    try {
      this.memory.grow(pages);
    } catch {
      const used = current * PAGE - this.#freeBytes;
      throw new DeviceError(
        `Cannot allocate ${size} bytes on the cpu: ${used} of at most ${
          this.maximumPages * PAGE
        } bytes are in use; ` +
          `free tensors, or use a smaller batch or model`,
      );
    }
    this.#extend(pages * PAGE);
  }

  #extend(bytes: number): void {
    this.#end += bytes;
    this.#insert({ start: this.#end - bytes, size: bytes });
  }
}

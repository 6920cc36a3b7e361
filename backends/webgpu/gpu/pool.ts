import type { Counters } from "./counters.ts";
import type { Faults } from "./faults.ts";

/** Memory on the device, larger than or as large as the tensor in it. */
export interface PooledBuffer {
  readonly gpu: GPUBuffer;
  readonly size: number;
  /** The batch of commands that used it last. */
  usedIn: number;
}

const SMALLEST = 256;

/** Sizes in eighths of a power of two: few enough that buffers are found again, at most an eighth wasted. */
export function sizeClass(bytes: number): number {
  if (bytes <= SMALLEST) return SMALLEST;
  const step = Math.max(2 ** Math.floor(Math.log2(bytes - 1)) / 8, 16); // vec4 bindings want multiples of 16
  return Math.ceil(bytes / step) * step;
}

/** The largest size class of at most `limit` bytes: a tensor of that size is never given a larger buffer. */
export function sizeClassWithin(limit: number): number {
  const step = 2 ** Math.floor(Math.log2(limit)) / 8;
  return Math.floor(limit / step) * step;
}

/** Buffers that were given back and wait for the next tensor of their size class; at most `capBytes` of them. */
export class BufferPool {
  readonly #free = new Map<number, PooledBuffer[]>();
  #pooledBytes = 0;

  constructor(
    private readonly device: GPUDevice,
    private readonly faults: Faults,
    private readonly counters: Counters,
    private readonly capBytes: number,
  ) {}

  get pooledBytes(): number {
    return this.#pooledBytes;
  }

  /** A buffer of at least `bytes`; with `notIn`, one that the batch of that number does not use. */
  take(bytes: number, op: string, notIn?: number): PooledBuffer {
    const size = sizeClass(bytes);
    const free = this.#free.get(size) ?? [];
    const at = free.findLastIndex(({ usedIn }) => usedIn !== notIn);
    if (at < 0) return this.#create(size, op);
    this.#pooledBytes -= size;
    return free.splice(at, 1)[0];
  }

  /** Takes a buffer back; false if the pool is full and the caller must destroy it. */
  give(buffer: PooledBuffer): boolean {
    if (this.#pooledBytes + buffer.size > this.capBytes) return false;
    this.#pooledBytes += buffer.size;
    const free = this.#free.get(buffer.size);
    if (free) free.push(buffer);
    else this.#free.set(buffer.size, [buffer]);
    return true;
  }

  #create(size: number, op: string): PooledBuffer {
    this.counters.allocations++;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const gpu = this.faults.watch(op, () => this.device.createBuffer({ label: op, size, usage }));
    return { gpu, size, usedIn: -1 };
  }
}

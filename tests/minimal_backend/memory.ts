import {
  type DeviceBuffer,
  DisposedError,
  type MemoryUse,
  numel,
  type Operand,
  type OutputSpec,
} from "@taxon/tensor";

/** The elements of a tensor; on another device this would be a handle. */
export class Memory implements DeviceBuffer {
  readonly byteLength: number;

  constructor(readonly elements: Float32Array | Int32Array) {
    this.byteLength = elements.byteLength;
  }
}

/** The memory of an operand. */
export function elementsOf({ buffer }: Operand): Float32Array | Int32Array {
  return (buffer as Memory).elements;
}

/** Counts what was handed out and not given back: tests compare the number before and after. */
export class Allocator {
  readonly #live = new Set<DeviceBuffer>();

  /** Zeros for `out`. */
  create({ shape, dtype }: OutputSpec): Memory {
    const memory = new Memory(
      dtype === "i32" ? new Int32Array(numel(shape)) : new Float32Array(numel(shape)),
    );
    this.#live.add(memory);
    return memory;
  }

  free(buffer: DeviceBuffer): void {
    if (!this.#live.delete(buffer)) {
      throw new DisposedError("Cannot free a buffer: it was freed before; free each buffer once");
    }
  }

  use(): MemoryUse {
    const bytes = [...this.#live].reduce((sum, { byteLength }) => sum + byteLength, 0);
    return { buffers: this.#live.size, bytes, pooledBytes: 0 };
  }
}

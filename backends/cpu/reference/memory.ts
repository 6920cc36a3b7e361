import {
  bytesPerElement,
  type DeviceBuffer,
  DeviceError,
  DisposedError,
  type DType,
  fromBfloat16,
  type HostArray,
  type MemoryUse,
  numel,
  type Operand,
  type OutputSpec,
} from "@taxon/tensor";
import { CpuBuffer } from "./buffer.ts";

/** The buffers of a CPU backend: hands them out, counts them, and finds the arrays behind operands. */
export class CpuMemory {
  readonly #live = new Set<DeviceBuffer>();
  #bytes = 0;

  /** Finds room for `byteLength` bytes; what they hold is undefined. */
  protected allocate(byteLength: number): CpuBuffer {
    return new CpuBuffer(new ArrayBuffer(byteLength), 0, byteLength);
  }

  /** Takes back what `allocate` gave; here the garbage collector does. */
  protected release(_buffer: CpuBuffer): void {}

  /** Bytes that `release` keeps for reuse. */
  protected pooledBytes(): number {
    return 0;
  }

  /** A counted buffer for `out`; what it holds is undefined. */
  protected create(out: OutputSpec): CpuBuffer {
    const buffer = this.allocate(numel(out.shape) * bytesPerElement[out.dtype]);
    this.#live.add(buffer);
    this.#bytes += buffer.byteLength;
    return buffer;
  }

  /** Gives a buffer back; throws DisposedError if it was given back before. */
  free(buffer: DeviceBuffer): void {
    if (!this.#live.delete(buffer)) {
      throw new DisposedError(
        `Cannot free a buffer of ${buffer.byteLength} bytes: it was freed before; free each buffer once`,
      );
    }
    this.#bytes -= buffer.byteLength;
    this.release(buffer as CpuBuffer);
  }

  /** Live and pooled memory. */
  memory(): MemoryUse {
    return { buffers: this.#live.size, bytes: this.#bytes, pooledBytes: this.pooledBytes() };
  }

  /** Forgets all buffers. */
  [Symbol.dispose](): void {
    this.#live.clear();
    this.#bytes = 0;
  }

  /** The elements of an operand as stored: f32, i32, f16, or the bits of bf16. */
  protected elements(x: Operand): HostArray {
    return elementsOf(x.buffer, x.dtype);
  }

  /** The elements of an f32 operand, or a widened copy of a 16-bit one. */
  protected floats(x: Operand): Float32Array {
    const elements = this.elements(x);
    if (x.dtype === "f16") return Float32Array.from(elements);
    if (x.dtype === "bf16") return Float32Array.from(elements, fromBfloat16);
    return elements as Float32Array;
  }

  /** The elements of an i32 operand. */
  protected integers(x: Operand): Int32Array {
    return this.elements(x) as Int32Array;
  }
}

function elementsOf(buffer: DeviceBuffer, dtype: DType): HostArray {
  if (buffer instanceof CpuBuffer) return buffer.view(dtype);
  throw new DeviceError(
    "Cannot use a buffer of another backend on the CPU: read it there and upload its data here",
  );
}

import { bytesPerElement, type DeviceBuffer, type DType, type HostArray } from "@taxon/tensor";

/** Memory of a CPU tensor: a window of an ArrayBuffer, or of the SharedArrayBuffer that WebAssembly threads share. */
export class CpuBuffer implements DeviceBuffer {
  readonly #views: Partial<Record<DType, HostArray>> = {};

  /**
   * @param storage Memory that holds the window.
   * @param byteOffset Start of the window, a multiple of 4.
   * @param byteLength Length of the window.
   */
  constructor(
    readonly storage: ArrayBufferLike,
    readonly byteOffset: number,
    readonly byteLength: number,
  ) {}

  /** The window as elements of `dtype`; the same view each time. bf16 comes as bits. */
  view(dtype: DType): HostArray {
    return this.#views[dtype] ??= this.#createView(dtype);
  }

  #createView(dtype: DType): HostArray {
    const { storage, byteOffset } = this;
    const length = Math.floor(this.byteLength / bytesPerElement[dtype]);
    switch (dtype) {
      case "f32":
        return new Float32Array(storage, byteOffset, length);
      case "i32":
        return new Int32Array(storage, byteOffset, length);
      case "f16":
        return new Float16Array(storage, byteOffset, length);
      case "bf16":
        return new Uint16Array(storage, byteOffset, length);
    }
  }
}

/** Element types of tensors: f32 and i32 compute; f16 and bf16 only store (cast, gather, checkpoints). */
export type DType = "f32" | "i32" | "f16" | "bf16";

/** Host-side array of a tensor's elements; `Uint16Array` holds bf16 bit patterns. */
export type HostArray = Float32Array | Int32Array | Uint16Array | Float16Array;

/** Bytes of one element. */
export const bytesPerElement: Readonly<Record<DType, number>> = { f32: 4, i32: 4, f16: 2, bf16: 2 };

/** Makes a zeroed host array for `length` elements of `dtype`. */
export function hostArray(dtype: DType, length: number): HostArray {
  switch (dtype) {
    case "f32":
      return new Float32Array(length);
    case "i32":
      return new Int32Array(length);
    case "f16":
      return new Float16Array(length);
    case "bf16":
      return new Uint16Array(length);
  }
}

/** The dtype that a host array's class stands for. */
export function dtypeOf(data: HostArray): DType {
  if (data instanceof Float32Array) return "f32";
  if (data instanceof Int32Array) return "i32";
  if (data instanceof Float16Array) return "f16";
  return "bf16";
}

const scratchFloat = new Float32Array(1);
const scratchBits = new Uint32Array(scratchFloat.buffer);

/** Rounds an f32 value to bf16 bits, to nearest with ties to even; NaN stays a quiet NaN. */
export function toBfloat16(value: number): number {
  scratchFloat[0] = value;
  const bits = scratchBits[0];
  if (Number.isNaN(value)) return (bits >>> 16) | 0x40;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** The f32 value of bf16 bits; exact. */
export function fromBfloat16(bits: number): number {
  scratchBits[0] = bits << 16;
  return scratchFloat[0];
}

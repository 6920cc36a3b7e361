import { decodeSafetensors, type SafetensorsDType } from "@taxon/safetensors";
import { type Shape, showShape } from "@taxon/tensor";

/** A tensor of a checkpoint whose bytes are fetched when they are wanted. */
export interface StoredTensor {
  /** As the file stores the elements; `readFloats` makes f32 of those that models have. */
  readonly dtype: SafetensorsDType;
  /** Empty for a scalar. */
  readonly shape: Shape;
  /** The elements, row-major, little-endian; valid until the next tensor of the checkpoint is read. */
  read(): Uint8Array;
}

/** The tensors of a checkpoint by name. */
export type StoredTensors = ReadonlyMap<string, StoredTensor>;

/** Bytes of an element of each dtype that a model is loaded from. */
const WIDTHS: Partial<Record<SafetensorsDType, number>> = { F32: 4, F16: 2, BF16: 2 };

/** The tensors of a safetensors file in memory. */
export function storedTensors(bytes: Uint8Array): Map<string, StoredTensor> {
  const { tensors } = decodeSafetensors(bytes);
  return new Map([...tensors].map(([name, { dtype, shape, bytes }]) => {
    return [name, { dtype, shape, read: () => bytes }];
  }));
}

/** Why a tensor cannot be a weight, or undefined if it can. */
export function dtypeProblem({ dtype }: StoredTensor): string | undefined {
  if (WIDTHS[dtype] !== undefined) return undefined;
  return `is stored as ${dtype}; weights are F32, F16 or BF16`;
}

/**
 * The elements as f32.
 *
 * @throws {TypeError} If the tensor is not of a float type.
 * @throws {RangeError} If one is not finite.
 */
export function readFloats(name: string, tensor: StoredTensor): Float32Array {
  const problem = dtypeProblem(tensor);
  if (problem) throw new TypeError(`Cannot load ${name} ${showShape(tensor.shape)}: it ${problem}`);
  const values = widen(tensor);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(`Cannot load the weights: ${name} holds ${values[bad]} at element ${bad}`);
  }
  return values;
}

function widen(tensor: StoredTensor): Float32Array {
  const width = WIDTHS[tensor.dtype]!;
  const bytes = tensor.read();
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  const count = byteLength / width;
  switch (tensor.dtype) {
    case "F16":
      return widenHalves(new Uint16Array(buffer, byteOffset, count));
    case "BF16": // the upper half of an f32
      return new Float32Array(
        Uint32Array.from(new Uint16Array(buffer, byteOffset, count), (half) => half << 16).buffer,
      );
    default:
      return new Float32Array(buffer, byteOffset, count);
  }
}

/** Values of IEEE 754 halves. By their bits, as Node has no Float16Array before 24. */
function widenHalves(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < halves.length; i++) {
    bits[i] = (halves[i] & 0x7fff) << 13; // exponent and fraction in their places of an f32, its bias 112 too small
    values[i] *= 2 ** 112; // also makes subnormal halves normal
    if (values[i] >= 2 ** 16) bits[i] |= 0x7f800000; // an exponent of ones: infinite, or NaN by the fraction
    bits[i] |= (halves[i] & 0x8000) << 16;
  }
  return values;
}

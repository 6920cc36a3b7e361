import type { SafetensorsDType } from "./dtype.ts";
import { readHeader } from "./header.ts";

/** A tensor as the format stores it. */
export interface SafetensorsTensor {
  /** Element type. */
  dtype: SafetensorsDType;
  /** Sizes; empty for a scalar. */
  shape: readonly number[];
  /** Elements in row-major order, little-endian. */
  bytes: Uint8Array;
}

/** The content of a file. */
export interface SafetensorsFile {
  /** In the order in which they lie in the file. */
  tensors: Map<string, SafetensorsTensor>;
  /** Free text by name; empty if the file has none. */
  metadata: Record<string, string>;
}

/**
 * Reads a safetensors file. Tensors are views into `bytes`, nothing is copied; a view starts at a multiple of its
 * element size if `bytes` does and the file is aligned as the reference implementation writes it, else copy it
 * before laying a typed array over it.
 *
 * @example
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from "@taxon/safetensors";
 * import { assertEquals } from "@std/assert";
 *
 * const bias = { dtype: "F32" as const, shape: [2], bytes: new Uint8Array(Float32Array.of(1, 2).buffer) };
 * const file = decodeSafetensors(encodeSafetensors([["bias", bias]], { format: "pt" }));
 * assertEquals(file.tensors.get("bias"), bias);
 * assertEquals(file.metadata, { format: "pt" });
 * ```
 *
 * @param bytes The whole file.
 * @throws {SyntaxError} If the file breaks the format; names the tensor or the byte.
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const header = readHeader(bytes);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, { dtype, shape, start, end }] of header.tensors) {
    tensors.set(name, { dtype, shape, bytes: bytes.subarray(start, end) });
  }
  return { tensors, metadata: header.metadata };
}

/**
 * Reads and writes safetensors files as bytes: no file access, no typed tensors, every malformed header refused by
 * name.
 *
 * @example List the tensors of a file
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from "@taxon/safetensors";
 * import { assertEquals } from "@std/assert";
 *
 * const file = encodeSafetensors([["ids", { dtype: "U8", shape: [1, 3], bytes: Uint8Array.of(1, 2, 3) }]]);
 * const { tensors } = decodeSafetensors(file);
 * assertEquals([...tensors].map(([name, { dtype, shape }]) => `${name} ${dtype} ${shape}`), ["ids U8 1,3"]);
 * ```
 *
 * @module
 */
export { decodeSafetensors, type SafetensorsFile, type SafetensorsTensor } from "./decode.ts";
export { encodeSafetensors } from "./encode.ts";
export { headerEnd, readHeader, type SafetensorsHeader, type TensorEntry } from "./header.ts";
export type { SafetensorsDType } from "./dtype.ts";

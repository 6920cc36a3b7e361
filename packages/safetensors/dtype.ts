/** Element types of the format that fill whole bytes; the packed 4- and 6-bit types are refused. */
export type SafetensorsDType =
  | "BOOL"
  | "U8"
  | "I8"
  | "F8_E5M2"
  | "F8_E4M3"
  | "F8_E8M0"
  | "F8_E5M2FNUZ"
  | "F8_E4M3FNUZ"
  | "I16"
  | "U16"
  | "F16"
  | "BF16"
  | "I32"
  | "U32"
  | "F32"
  | "C64"
  | "F64"
  | "I64"
  | "U64";

/** From narrow to wide, and in the order of the reference implementation, which sorts by it. */
const widths: ReadonlyMap<string, number> = new Map<SafetensorsDType, number>([
  ["BOOL", 1],
  ["U8", 1],
  ["I8", 1],
  ["F8_E5M2", 1],
  ["F8_E4M3", 1],
  ["F8_E8M0", 1],
  ["F8_E5M2FNUZ", 1],
  ["F8_E4M3FNUZ", 1],
  ["I16", 2],
  ["U16", 2],
  ["F16", 2],
  ["BF16", 2],
  ["I32", 4],
  ["U32", 4],
  ["F32", 4],
  ["C64", 8],
  ["F64", 8],
  ["I64", 8],
  ["U64", 8],
]);

/** Names of all supported dtypes, for messages. */
export const dtypeNames: string = [...widths.keys()].join(", ");

/** True if `value` names a dtype of the format. */
export function isDType(value: unknown): value is SafetensorsDType {
  return typeof value === "string" && widths.has(value);
}

/** Bytes of one element. */
export function dtypeWidth(dtype: SafetensorsDType): number {
  return widths.get(dtype)!;
}

const ranks: ReadonlyMap<string, number> = new Map([...widths.keys()].map((dtype, rank) => [dtype, rank]));

/** Place of a dtype in the order of the reference implementation; wider types come later. */
export function dtypeRank(dtype: SafetensorsDType): number {
  return ranks.get(dtype)!;
}

/** Bytes of a tensor, or undefined where the product leaves the integers a double holds exactly (2^53). */
export function tensorBytes(dtype: SafetensorsDType, shape: readonly number[]): number | undefined {
  let bytes = dtypeWidth(dtype);
  for (const size of shape) {
    bytes *= size;
    if (!Number.isSafeInteger(bytes)) return undefined;
  }
  return bytes;
}

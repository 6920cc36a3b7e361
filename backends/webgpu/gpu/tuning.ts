/**
 * How a workgroup multiplies matrices: it has `rows` × `columns` invocations, each of which holds `blockRows` ×
 * `blockColumns` sums in registers.
 */
export interface MatmulTile {
  readonly rows: number;
  readonly columns: number;
  readonly blockRows: number;
  readonly blockColumns: number;
  /** Steps of k whose operands are staged in workgroup memory; 0 reads them from the buffers. */
  readonly depth: number;
}

/** What depends on the kind of device rather than on the op. */
export interface Tuning {
  /** For products of at least `manyGroups` workgroups. */
  readonly largeTile: MatmulTile;
  /** For smaller ones, where more workgroups with less work each keep the device busy. */
  readonly smallTile: MatmulTile;
  readonly manyGroups: number;
  /** Bytes of workgroup memory for rows that attention shares; 0 reads them from the buffers. */
  readonly stagedBytes: number;
}

/** Kinds of devices that have parameters of their own. */
export type DeviceKind = "gpu" | "software";

/**
 * Parameters by kind of device. A GPU shares operands in workgroup memory; on a software adapter barriers cost more
 * than they save (Mesa llvmpipe, 512³: 51 ms without, 928 ms with), and its cache does the sharing.
 */
export const tunings: Readonly<Record<DeviceKind, Tuning>> = {
  gpu: {
    largeTile: { rows: 16, columns: 16, blockRows: 4, blockColumns: 4, depth: 16 },
    smallTile: { rows: 8, columns: 8, blockRows: 4, blockColumns: 4, depth: 16 },
    manyGroups: 128,
    stagedBytes: 2 ** 14, // what every device has
  },
  software: {
    largeTile: { rows: 4, columns: 8, blockRows: 4, blockColumns: 4, depth: 0 },
    smallTile: { rows: 4, columns: 8, blockRows: 4, blockColumns: 4, depth: 0 },
    manyGroups: 0,
    stagedBytes: 0,
  },
};

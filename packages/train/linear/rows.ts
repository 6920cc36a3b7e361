/** Rows of features that all count, such as the vectors of a frozen encoder. */
export interface DenseRows {
  rows: number;
  columns: number;
  /** [rows, columns] */
  values: Float32Array;
}

/** Rows of features that are mostly zero, in compressed form. */
export interface SparseRows {
  rows: number;
  columns: number;
  /** Row i holds the entries from `offsets[i]` to `offsets[i + 1]`. */
  offsets: Int32Array;
  /** Column of each entry. */
  features: Int32Array;
  values: Float32Array;
}

/** What a linear model reads. */
export type FeatureRows = DenseRows | SparseRows;

/** Rows of features that all count, such as the vectors of a frozen encoder. */
export interface DenseRows {
  /** Number of rows. */
  rows: number;
  /** Number of features. */
  columns: number;
  /** [rows, columns] */
  values: Float32Array;
}

/** Rows of features that are mostly zero, in compressed form. */
export interface SparseRows {
  /** Number of rows. */
  rows: number;
  /** Number of features, those that are always zero included. */
  columns: number;
  /** Row i holds the entries from `offsets[i]` to `offsets[i + 1]`. */
  offsets: Int32Array;
  /** Column of each entry. */
  features: Int32Array;
  /** Value of each entry. */
  values: Float32Array;
}

/** What a linear model reads. */
export type FeatureRows = DenseRows | SparseRows;

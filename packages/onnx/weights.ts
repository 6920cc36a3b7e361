import type { StateEntry } from "@taxon/nn";

/** The parameters of a model by name, noting which were taken. */
export class Weights {
  readonly #untaken: Set<string>;

  constructor(readonly state: ReadonlyMap<string, StateEntry>) {
    this.#untaken = new Set(state.keys());
  }

  /** A parameter, or undefined if the model has none of this name. */
  take(name: string): StateEntry | undefined {
    this.#untaken.delete(name);
    return this.state.get(name);
  }

  /**
   * A linear layer's weight as MatMul takes it, [in, out].
   *
   * @param order For each output the row whose place it takes; absent: its own.
   */
  takeTransposed(name: string, order: (row: number) => number = (row) => row): StateEntry {
    const { shape: [rows, columns], data } = this.take(name)!;
    const transposed = new Float32Array(data.length);
    for (let row = 0; row < rows; row++) {
      const source = order(row) * columns;
      for (let column = 0; column < columns; column++) {
        transposed[column * rows + row] = data[source + column];
      }
    }
    return { shape: [columns, rows], data: transposed };
  }

  /**
   * Refuses a model that has more than was taken.
   *
   * @throws {TypeError} Naming the parameters.
   */
  requireAllTaken(): void {
    if (this.#untaken.size === 0) return;
    throw new TypeError(
      `Cannot write the model as ONNX: the graph has no place for ${[...this.#untaken].join(", ")}`,
    );
  }
}

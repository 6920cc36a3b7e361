import { numel, type Shape } from "@taxon/tensor";

/** How an elementwise kernel walks operands: as matrices of `rows` × `columns`. */
export interface Walk {
  readonly rows: number;
  readonly columns: number;
  /** For each operand: elements from row to row, and whether it has columns or one element for the whole row. */
  readonly operands: readonly { readonly rowStride: number; readonly hasColumns: boolean }[];
}

/**
 * Folds `out` to a matrix in which each operand, broadcast to `out`, is repeated along whole rows or columns. Gives
 * undefined where no split of the axes does that, as for [2, 1, 4] + [1, 3, 1].
 */
export function foldToRows(out: Shape, operands: readonly Shape[]): Walk | undefined {
  const padded = operands.map((shape) => [...new Array<number>(out.length - shape.length).fill(1), ...shape]);
  for (let split = 0; split <= out.length; split++) {
    const rows = numel(out.slice(0, split));
    const columns = numel(out.slice(split));
    const walks = padded.map((shape) => {
      const ownRows = numel(shape.slice(0, split));
      const ownColumns = numel(shape.slice(split));
      const fits = (ownRows === rows || ownRows === 1) && (ownColumns === columns || ownColumns === 1);
      if (!fits) return undefined;
      const hasColumns = ownColumns === columns;
      return { rowStride: ownRows === 1 ? 0 : ownColumns, hasColumns };
    });
    if (walks.every((walk) => walk !== undefined)) return { rows, columns, operands: walks };
  }
  return undefined;
}

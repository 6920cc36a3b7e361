import type { ModuleBuilder } from "../assembler/module.ts";
import { I32 } from "../assembler/values.ts";
import { addRow, COLUMNS, maxRow, rowAddress, sumRow } from "./rows.ts";

/** y[row] = the sum or the maximum of a row. One unit is a row. */
export function defineReduceRows(module: ModuleBuilder, op: "sum" | "max") {
  const spec = { x: "i32", y: "i32", size: "i32" } as const;
  return module.kernel(`${op}Rows`, spec, (f, args, begin, end) => {
    const reduce = op === "sum" ? sumRow : maxRow;
    f.for(begin, end, 1, (row) => {
      const x = rowAddress(f, args.x, row, args.size);
      f.store(args.y.add(row.shl(2)), reduce(f, args.size, (offset) => x.add(offset).loadF32x4()));
    });
  });
}

/** Adds the rows of each matrix [rows, size] of x to a row of y, which starts as zeros. One unit is `COLUMNS` columns. */
export function defineSumColumns(module: ModuleBuilder) {
  const spec = { x: "i32", y: "i32", rows: "i32", size: "i32" } as const;
  return module.kernel("sumColumns", spec, (f, { x, y, rows, size }, begin, end) => {
    const blocks = f.let(size.add(COLUMNS - 1).div(COLUMNS));
    f.for(begin, end, 1, (unit) => {
      const matrix = f.let(unit.div(blocks));
      const first = f.let(unit.rem(blocks).mul(COLUMNS));
      const columns = f.let(size.sub(first).min(I32.of(COLUMNS)));
      const total = f.let(y.add(matrix.mul(size).add(first).shl(2)));
      const from = f.let(x.add(matrix.mul(rows).mul(size).add(first).shl(2)));
      f.for(0, rows, 1, () => {
        addRow(f, total, from, columns);
        f.set(from, from.add(size.shl(2)));
      });
    });
  });
}

/** Elements of one partial sum of `sumSquares`. */
export const SQUARES_BLOCK = 4096;

/** partial[unit] = the sum of squares of a block of `SQUARES_BLOCK` elements. */
export function defineSumSquares(module: ModuleBuilder) {
  const spec = { x: "i32", partial: "i32", size: "i32" } as const;
  return module.kernel("sumSquares", spec, (f, { x, partial, size }, begin, end) => {
    f.for(begin, end, 1, (unit) => {
      const first = f.let(unit.mul(SQUARES_BLOCK));
      const count = f.let(size.sub(first).min(I32.of(SQUARES_BLOCK)));
      const start = f.let(x.add(first.shl(2)));
      const sum = sumRow(f, count, (offset) => {
        const value = f.let(start.add(offset).loadF32x4());
        return value.mul(value);
      });
      f.store(partial.add(unit.shl(2)), sum);
    });
  });
}

import type { FunctionHandle } from "../assembler/function.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { I32 } from "../assembler/values.ts";

/** `(x, ldx, y, ldy, rows, columns)`: y[column][row] = x[row][column]; distances between rows in bytes. */
export function defineTransposeBlock(module: ModuleBuilder): FunctionHandle {
  return module.function([I32, I32, I32, I32, I32, I32], (f, x, ldx, y, ldy, rows, columns) => {
    const fullRows = f.let(rows.and(~3));
    const fullColumns = f.let(columns.and(~3));
    f.for(0, fullColumns, 4, (c) => {
      f.for(0, fullRows, 4, (r) => {
        const from = f.let(x.add(r.mul(ldx)).add(c.shl(2)));
        const to = f.let(y.add(c.mul(ldy)).add(r.shl(2)));
        const [a, b, e, g] = [0, 1, 2, 3].map((i) => f.let(from.add(ldx.mul(i)).loadF32x4()));
        const [ab0, ab1] = [a.shuffle(b, [0, 4, 1, 5]), a.shuffle(b, [2, 6, 3, 7])].map((v) => f.let(v));
        const [eg0, eg1] = [e.shuffle(g, [0, 4, 1, 5]), e.shuffle(g, [2, 6, 3, 7])].map((v) => f.let(v));
        const low = [0, 1, 4, 5] as const;
        const high = [2, 3, 6, 7] as const;
        const out = [
          ab0.shuffle(eg0, low),
          ab0.shuffle(eg0, high),
          ab1.shuffle(eg1, low),
          ab1.shuffle(eg1, high),
        ];
        out.forEach((v, i) => f.store(to.add(ldy.mul(i)), v));
      });
    });

    /** Element by element, where no 4×4 block fits. */
    const edge = (firstRow: I32 | number, firstColumn: I32 | number) =>
      f.for(firstRow, rows, 1, (r) => {
        f.for(firstColumn, columns, 1, (c) => {
          const value = x.add(r.mul(ldx)).add(c.shl(2)).loadF32();
          f.store(y.add(c.mul(ldy)).add(r.shl(2)), value);
        });
      });
    edge(fullRows, 0);
    edge(0, fullColumns);
  });
}

/** Rows and columns of one unit: 64 pages and 64 cache lines at once fit the processor's tables. */
export const TRANSPOSE_BLOCK = 64;

/** Transposes each matrix [rows, columns] of x. One unit is a block of one of them. */
export function defineTranspose(module: ModuleBuilder, block: FunctionHandle) {
  const spec = { x: "i32", y: "i32", rows: "i32", columns: "i32" } as const;
  return module.kernel("transpose", spec, (f, { x, y, rows, columns }, begin, end) => {
    const size = TRANSPOSE_BLOCK;
    const rowBlocks = f.let(rows.add(size - 1).div(size));
    const columnBlocks = f.let(columns.add(size - 1).div(size));
    f.for(begin, end, 1, (unit) => {
      const matrix = f.let(unit.div(rowBlocks.mul(columnBlocks)).mul(rows).mul(columns));
      const row = f.let(unit.div(columnBlocks).rem(rowBlocks).mul(size));
      const column = f.let(unit.rem(columnBlocks).mul(size));
      const from = f.let(x.add(matrix.add(row.mul(columns)).add(column).shl(2)));
      const to = f.let(y.add(matrix.add(column.mul(rows)).add(row).shl(2)));
      const blockRows = f.let(rows.sub(row).min(I32.of(size)));
      const blockColumns = f.let(columns.sub(column).min(I32.of(size)));
      f.call(block, from, columns.shl(2), to, rows.shl(2), blockRows, blockColumns);
    });
  });
}

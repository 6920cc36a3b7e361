import type { ModuleBuilder } from "../assembler/module.ts";
import { I32 } from "../assembler/values.ts";
import { addRow } from "./rows.ts";

/** Row unit of y = row ids[unit] of x; a row is `bytes` long. */
export function defineGather(module: ModuleBuilder) {
  const spec = { x: "i32", ids: "i32", y: "i32", bytes: "i32" } as const;
  return module.kernel("gather", spec, (f, { x, ids, y, bytes }, begin, end) => {
    f.for(begin, end, 1, (unit) => {
      const id = ids.add(unit.shl(2)).loadI32();
      f.copy(y.add(unit.mul(bytes)), x.add(id.mul(bytes)), bytes);
    });
  });
}

/** Columns of one unit of `scatterAdd`. */
export const SCATTER_COLUMNS = 64;

/** Adds row i of `updates` to row ids[i] of y, i ascending. One unit is `SCATTER_COLUMNS` columns of all rows. */
export function defineScatterAdd(module: ModuleBuilder) {
  const spec = { ids: "i32", updates: "i32", y: "i32", count: "i32", size: "i32" } as const;
  return module.kernel("scatterAdd", spec, (f, { ids, updates, y, count, size }, begin, end) => {
    f.for(begin, end, 1, (unit) => {
      const first = f.let(unit.mul(SCATTER_COLUMNS));
      const columns = f.let(size.sub(first).min(I32.of(SCATTER_COLUMNS)));
      f.for(0, count, 1, (i) => {
        const id = ids.add(i.shl(2)).loadI32();
        const to = f.let(y.add(id.mul(size).add(first).shl(2)));
        const from = f.let(updates.add(i.mul(size).add(first).shl(2)));
        addRow(f, to, from, columns);
      });
    });
  });
}

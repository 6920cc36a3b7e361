import { assertEquals } from "@std/assert";
import { foldToRows } from "./broadcast.ts";

const matrix = (columns: number) => ({ rowStride: columns, hasColumns: true });
const row = { rowStride: 0, hasColumns: true };
const column = { rowStride: 1, hasColumns: false };
const number = { rowStride: 0, hasColumns: false };

Deno.test("foldToRows() makes one row of equal shapes and of numbers", () => {
  assertEquals(foldToRows([2, 3, 4], [[2, 3, 4], []]), { rows: 1, columns: 24, operands: [row, number] });
});

Deno.test("foldToRows() repeats a row, a column, or both", () => {
  assertEquals(foldToRows([5, 2, 3], [[5, 2, 3], [2, 3]]), {
    rows: 5,
    columns: 6,
    operands: [matrix(6), row],
  });
  assertEquals(foldToRows([5, 2, 3], [[5, 1, 1], [5, 2, 3]]), {
    rows: 5,
    columns: 6,
    operands: [column, matrix(6)],
  });
  assertEquals(foldToRows([5, 3], [[5, 1], [3]]), { rows: 5, columns: 3, operands: [column, row] });
});

Deno.test("foldToRows() gives up where rows and columns alternate", () => {
  assertEquals(foldToRows([2, 3, 4], [[2, 1, 4], [2, 3, 4]]), undefined);
});

/**
 * Launches of the kernels that primitives and fused ops share.
 *
 * @module
 */
import { type Activation, numel, type Operand, type Shape } from "@taxon/tensor";
import type { CpuBuffer } from "../reference/buffer.ts";
import { foldToRows } from "./broadcast.ts";
import type { Engine } from "./engine.ts";
import { BLOCK, operandKeys } from "./kernels/elementwise.ts";
import { ACTIVATIONS, UNIT_COLUMNS, UNIT_ROWS } from "./kernels/gemm.ts";
import { COLUMNS } from "./kernels/rows.ts";
import { TRANSPOSE_BLOCK } from "./kernels/transpose.ts";

/** Where the elements of an operand lie in the WebAssembly memory. */
export function addressOf(x: Operand): number {
  return (x.buffer as CpuBuffer).byteOffset;
}

/** Whether all operands that are present hold f32. */
export function areFloats(...xs: (Operand | undefined)[]): boolean {
  return xs.every((x) => x === undefined || x.dtype === "f32");
}

/**
 * Runs an elementwise kernel on operands broadcast to `shape`, result at `y`. Does nothing and gives false if there is
 * no such kernel or it cannot walk these shapes.
 */
export function elementwise(
  engine: Engine,
  name: string,
  operands: readonly (Operand | number)[],
  shape: Shape,
  y: number,
): boolean {
  const kernel = engine.kernels.elementwise.get(name);
  const walk = kernel && foldToRows(shape, operands.map((x) => typeof x === "number" ? [] : x.shape));
  if (!walk) return false;
  const { rows, columns } = walk;
  const args: Record<string, number> = { y, columns };
  operands.forEach((x, i) => {
    const keys = operandKeys(i);
    const dtype = name.startsWith("i32") ? "i32" : "f32";
    args[keys.address] = typeof x === "number" ? engine.constant(i, x, dtype) : addressOf(x);
    args[keys.rowStride] = 4 * walk.operands[i].rowStride;
    args[keys.hasColumns] = Number(walk.operands[i].hasColumns);
  });
  engine.run(kernel, args, rows * Math.ceil(columns / BLOCK), Math.min(columns, BLOCK));
  return true;
}

/** Sizes of c[m, n] = a[m, k] · b[n, k]ᵀ and what to do with each element of c. */
export interface GemmOptions {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Address of [n] numbers to add. */
  readonly bias?: number;
  readonly activation?: Activation;
}

/** c = activation(a · bᵀ + bias) for each triple of addresses (a, b, c). */
export function gemm(engine: Engine, operands: ArrayLike<number>, options: GemmOptions): void {
  const { m, n, k, bias = 0, activation = "none" } = options;
  const blocks = Math.ceil(m / UNIT_ROWS) * Math.ceil(n / UNIT_COLUMNS);
  const unitWork = Math.min(m, UNIT_ROWS) * Math.min(n, UNIT_COLUMNS) * k / 8;
  engine.withIntegers(operands, (table) => {
    const args = { operands: table, bias, activation: ACTIVATIONS.indexOf(activation), m, n, k };
    engine.run(engine.kernels.gemm, args, (operands.length / 3) * blocks, unitWork);
  });
}

/** Writes each of `count` matrices [rows, columns] at `x` transposed to `y`. */
export function transpose(
  engine: Engine,
  x: number,
  y: number,
  { count = 1, rows, columns }: { count?: number; rows: number; columns: number },
): void {
  const blocks = Math.ceil(rows / TRANSPOSE_BLOCK) * Math.ceil(columns / TRANSPOSE_BLOCK);
  engine.run(engine.kernels.transpose, { x, y, rows, columns }, count * blocks, TRANSPOSE_BLOCK ** 2);
}

/** Calls `use` with the address of the transposed matrices, which live for the call. */
export function withTransposed<T>(
  engine: Engine,
  x: number,
  sizes: { count?: number; rows: number; columns: number },
  use: (address: number) => T,
): T {
  return engine.scratch(4 * (sizes.count ?? 1) * sizes.rows * sizes.columns, (y) => {
    transpose(engine, x, y, sizes);
    return use(y);
  });
}

/** y[matrix] = the sum of the rows of each of `count` matrices [rows, size] at `x`. */
export function sumColumns(
  engine: Engine,
  x: number,
  y: number,
  { count = 1, rows, size }: { count?: number; rows: number; size: number },
): void {
  fillZeros(engine, y, count * size);
  const blocks = Math.ceil(size / COLUMNS);
  engine.run(engine.kernels.sumColumns, { x, y, rows, size }, count * blocks, rows * Math.min(size, COLUMNS));
}

/** Writes `count` zeros of 4 bytes. */
export function fillZeros(engine: Engine, y: number, count: number): void {
  elementwise(engine, "i32/copy", [0], [count], y);
}

/** Rows and length of the last axis. */
export function rowsOf(x: Operand): { rows: number; size: number } {
  return { rows: numel(x.shape.slice(0, -1)), size: x.shape[x.shape.length - 1] };
}

/**
 * Elementwise ops over broadcast operands. The host folds all shapes to [rows, columns] (see `../broadcast.ts`); an
 * operand is then a matrix, one row for all rows, one number a row, or one number for all.
 *
 * @module
 */
import type { BinaryOp, CompareOp, UnaryOp } from "@taxon/tensor";
import type { FunctionBuilder } from "../assembler/function.ts";
import type { Kernel, ModuleBuilder } from "../assembler/module.ts";
import { F32x4, I32, I32x4, type ValueClass } from "../assembler/values.ts";
import { erf, exp, gelu, geluDerivative, geluTanh, geluTanhDerivative, tanh } from "./math.ts";
import { mapRow } from "./rows.ts";

/** Elements of one unit: about 5 µs of work. */
export const BLOCK = 4096;

type Vector = F32x4 | I32x4;
type Compute<T extends Vector> = (f: FunctionBuilder, ...operands: T[]) => Vector;

/** What the tables below must say of each op: how a kernel computes it, or that the plain loops of the reference do. */
type Kernels<T extends Vector, More extends string> = Readonly<
  Record<"copy" | "where" | UnaryOp | BinaryOp | CompareOp | More, Compute<T> | "reference">
>;

/** The kernel's arguments for one operand: its address, bytes from row to row, and 1 if it has columns, else 0. */
export function operandKeys(i: number): { address: string; rowStride: string; hasColumns: string } {
  return { address: `address${i}`, rowStride: `rowStride${i}`, hasColumns: `hasColumns${i}` };
}

const floats: Kernels<F32x4, "gelu" | "geluTanh" | "geluGrad" | "geluTanhGrad" | "to/i32"> = {
  copy: (_, x) => x,
  neg: (_, x) => x.neg(),
  abs: (_, x) => x.abs(),
  sqrt: (_, x) => x.sqrt(),
  rsqrt: (_, x) => F32x4.of(1).div(x.sqrt()),
  exp,
  log: "reference",
  sin: "reference",
  cos: "reference",
  tanh,
  erf,
  gelu,
  geluTanh,
  geluGrad: (f, dy, x) => dy.mul(geluDerivative(f, x)),
  geluTanhGrad: (f, dy, x) => dy.mul(geluTanhDerivative(f, x)),
  add: (_, a, b) => a.add(b),
  sub: (_, a, b) => a.sub(b),
  mul: (_, a, b) => a.mul(b),
  div: (_, a, b) => a.div(b),
  max: (_, a, b) => a.max(b),
  min: (_, a, b) => a.min(b),
  equal: (_, a, b) => a.eq(b).and(1),
  less: (_, a, b) => a.lt(b).and(1),
  lessEqual: (_, a, b) => a.le(b).and(1),
  where: (_, condition, a, b) => condition.bits().eq(0).select(b, a),
  "to/i32": (_, x) => x.toI32x4(),
};

const integers: Kernels<I32x4, "to/f32"> = {
  copy: (_, x) => x,
  neg: (_, x) => x.neg(),
  abs: (_, x) => x.abs(),
  add: (_, a, b) => a.add(b),
  sub: (_, a, b) => a.sub(b),
  mul: (_, a, b) => a.mul(b),
  div: "reference", // truncates
  exp: "reference", // this and the next are of floats alone
  log: "reference",
  sqrt: "reference",
  rsqrt: "reference",
  tanh: "reference",
  erf: "reference",
  sin: "reference",
  cos: "reference",
  max: (_, a, b) => a.max(b),
  min: (_, a, b) => a.min(b),
  equal: (_, a, b) => a.eq(b).and(1),
  less: (_, a, b) => a.lt(b).and(1),
  lessEqual: (_, a, b) => a.le(b).and(1),
  where: (_, condition, a, b) => condition.eq(0).select(b.asFloats(), a.asFloats()),
  "to/f32": (_, x) => x.toF32x4(),
};

/** The kernels by `dtype/op`, dtype being that of the operands. */
export function defineElementwise(module: ModuleBuilder): ReadonlyMap<string, Kernel> {
  const all = [...defineAll(module, "f32", F32x4, floats), ...defineAll(module, "i32", I32x4, integers)];
  return new Map(all.map((kernel) => [kernel.name, kernel]));
}

function defineAll<T extends Vector>(
  module: ModuleBuilder,
  dtype: string,
  Class: ValueClass<T>,
  kernels: Kernels<T, never>,
): Kernel[] {
  return Object.entries(kernels).flatMap(([op, compute]) =>
    compute === "reference" ? [] : defineOne(module, `${dtype}/${op}`, Class, compute)
  );
}

/** y = compute(operands…). One unit is a block of `BLOCK` columns of a row. */
function defineOne<T extends Vector>(
  module: ModuleBuilder,
  name: string,
  Class: ValueClass<T>,
  compute: Compute<T>,
): Kernel {
  const operands = Array.from({ length: compute.length - 1 }, (_, i) => operandKeys(i));
  const keys = ["y", "columns", ...operands.flatMap((operand) => Object.values(operand))];
  const spec: Record<string, "i32"> = Object.fromEntries(keys.map((key) => [key, "i32"]));
  return module.kernel(name, spec, (f, args, begin, end) => {
    const blocks = f.let(args.columns.add(BLOCK - 1).div(BLOCK));
    f.for(begin, end, 1, (unit) => {
      const row = f.let(unit.div(blocks));
      const first = f.let(unit.rem(blocks).mul(BLOCK));
      const count = f.let(args.columns.sub(first).min(I32.of(BLOCK)));
      const y = f.let(args.y.add(row.mul(args.columns).add(first).shl(2)));
      const starts = operands.map(({ address, rowStride, hasColumns }) => {
        const start = f.let(args[address].add(row.mul(args[rowStride])));
        f.if(args[hasColumns], () => f.set(start, start.add(first.shl(2))));
        return start;
      });
      mapRow(f, count, (offset, store) => {
        const vectors = operands.map(({ hasColumns }, i) => {
          const vector = f.let(starts[i].loadSplat());
          f.if(args[hasColumns], () => f.set(vector, starts[i].add(offset).loadF32x4()));
          return new Class(vector.code, vector.local);
        });
        store(y.add(offset), compute(f, ...vectors));
      });
    });
  });
}

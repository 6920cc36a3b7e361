import { numel, type Operand, type OutputSpec, type ReduceOp, type Shape, strides } from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { defineKernel, type Kernel, variants, WORKGROUP_SIZE } from "../gpu/kernel.ts";
import { computeType } from "./elementwise.ts";
import { MATH } from "./math.ts";
import { ROW_THREADS } from "./rows.ts";
import { collapse, type Walk, walkCode, walkParams, walkValues } from "./strided.ts";

type Type = "f32" | "i32";

/** Elements that one workgroup adds up when they are neighbours. */
const ROW_CHUNK = 4096;

/** Elements that one invocation adds up when they are not. */
const SERIAL_CHUNK = 256;

/** What a chunk starts from, and how two values become one. */
function algebra(op: ReduceOp, type: Type): { none: string; combine(a: string, b: string): string } {
  if (op === "sum") return { none: type === "f32" ? "0.0" : "0i", combine: (a, b) => `${a} + ${b}` };
  if (type === "f32") return { none: "-infinity()", combine: (a, b) => `maxOf(${a}, ${b})` };
  return { none: "i32(0x80000000u)", combine: (a, b) => `max(${a}, ${b})` };
}

/** y[row, chunk] from x [rows, size]: one workgroup for each chunk of a row. */
const rowKernel = variants((op: ReduceOp, type: Type) => {
  const { none, combine } = algebra(op, type);
  return defineKernel({
    name: op,
    reads: { x: type },
    writes: { y: type },
    params: { size: "u32", chunks: "u32" },
    workgroupSize: ROW_THREADS,
    declarations: `${MATH}\nvar<workgroup> totals: array<${type}, ${ROW_THREADS}>;`,
    body: `
  let chunk = group % p.chunks;
  let start = group / p.chunks * p.size;
  let end = min((chunk + 1u) * ${ROW_CHUNK}u, p.size);
  var total = ${none};
  for (var c = chunk * ${ROW_CHUNK}u + lane; c < end; c += ${ROW_THREADS}u) {
    total = ${combine("total", "x[start + c]")};
  }
  totals[lane] = total;
  workgroupBarrier();
  for (var step = ${ROW_THREADS / 2}u; step > 0u; step >>= 1u) {
    if (lane < step) { totals[lane] = ${combine("totals[lane]", "totals[lane + step]")}; }
    workgroupBarrier();
  }
  if (lane == 0u) { y[group] = totals[0]; }`,
  });
});

/** y[chunk, kept] from any axes of x: one invocation for each chunk of a result's terms. */
const serialKernel = variants((op: ReduceOp, type: Type, keptRank: number, reducedRank: number): Kernel => {
  const { none, combine } = algebra(op, type);
  return defineKernel({
    name: op,
    reads: { x: type },
    writes: { y: type },
    params: {
      results: "u32",
      terms: "u32",
      chunks: "u32",
      ...renamed("kept", walkParams(keptRank, ["x"])),
      ...renamed("reduced", walkParams(reducedRank, ["x"])),
    },
    workgroupSize: WORKGROUP_SIZE,
    declarations: `${MATH}
fn keptStart(i: u32) -> u32 {
${walkCode(keptRank, ["x"]).replaceAll("p.", "p.kept_")}
  return xAt;
}
fn termOffset(i: u32) -> u32 {
${walkCode(reducedRank, ["x"]).replaceAll("p.", "p.reduced_")}
  return xAt;
}`,
    body: `
  if (i >= p.results * p.chunks) { return; }
  let start = keptStart(i % p.results);
  let first = i / p.results * ${SERIAL_CHUNK}u;
  var total = ${none};
  for (var term = first; term < min(first + ${SERIAL_CHUNK}u, p.terms); term++) {
    total = ${combine("total", "x[start + termOffset(term)]")};
  }
  y[i] = total;`,
  });
});

function renamed<T>(prefix: string, values: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}_${name}`, value]));
}

/** Sum or maximum over `axes`; long reductions run in stages whose form depends on the number of terms alone. */
export function reduce(
  gpu: Gpu,
  op: ReduceOp,
  x: Operand,
  axes: readonly number[],
  out: OutputSpec,
): GpuBuffer {
  const steps = strides(x.shape);
  const walk = (chosen: readonly number[]) =>
    collapse(chosen.map((axis) => x.shape[axis]), [chosen.map((axis) => steps[axis])]);
  const kept = walk(x.shape.flatMap((_, axis) => axes.includes(axis) ? [] : [axis]));
  const reduced = walk(axes);
  const [terms, step] = [numel(reduced.shape), reduced.steps[0][0]];
  const oneRow = kept.shape.length === 1 && (kept.shape[0] === 1 || kept.steps[0][0] === terms);
  if (oneRow && reduced.shape.length === 1 && step === 1) {
    return reduceRows(gpu, op, x, { rows: kept.shape[0], size: terms }, out);
  }
  return reduceSerially(gpu, op, x, kept, reduced, out);
}

function reduceRows(
  gpu: Gpu,
  op: ReduceOp,
  x: Operand,
  { rows, size }: { rows: number; size: number },
  out: OutputSpec,
): GpuBuffer {
  const chunks = Math.max(1, Math.ceil(size / ROW_CHUNK));
  const partial = { shape: [rows, chunks], dtype: out.dtype };
  const y = gpu.create(partial, op);
  const kernel = rowKernel(op, computeType(op, x.dtype));
  gpu.run(kernel, { buffers: { x, y }, params: { size, chunks }, groups: rows * chunks });
  return chunks === 1 ? y : again(gpu, op, { ...partial, buffer: y }, [1], out);
}

function reduceSerially(
  gpu: Gpu,
  op: ReduceOp,
  x: Operand,
  kept: Walk,
  reduced: Walk,
  out: OutputSpec,
): GpuBuffer {
  const [results, terms] = [numel(kept.shape), numel(reduced.shape)];
  const chunks = Math.max(1, Math.ceil(terms / SERIAL_CHUNK));
  const partial: { shape: Shape; dtype: OutputSpec["dtype"] } = {
    shape: [chunks, results],
    dtype: out.dtype,
  };
  const y = gpu.create(partial, op);
  gpu.run(serialKernel(op, computeType(op, x.dtype), kept.shape.length, reduced.shape.length), {
    buffers: { x, y },
    params: {
      results,
      terms,
      chunks,
      ...renamed("kept", walkValues(kept, ["x"])),
      ...renamed("reduced", walkValues(reduced, ["x"])),
    },
    groups: Math.ceil(results * chunks / WORKGROUP_SIZE),
  });
  return chunks === 1 ? y : again(gpu, op, { ...partial, buffer: y }, [0], out);
}

/** Reduces what the stage before left. */
function again(
  gpu: Gpu,
  op: ReduceOp,
  partial: Operand,
  axes: readonly number[],
  out: OutputSpec,
): GpuBuffer {
  const y = reduce(gpu, op, partial, axes, out);
  gpu.free(partial.buffer);
  return y;
}

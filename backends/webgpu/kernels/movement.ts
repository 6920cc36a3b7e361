import { numel, type Operand, type OutputSpec, type Shape, strides } from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { defineKernel, type Kernel, variants, WORKGROUP_SIZE } from "../gpu/kernel.ts";
import { computeType } from "./elementwise.ts";
import { broadcastSteps, collapse, type Steps, walkCode, walkParams, walkValues } from "./strided.ts";

/** Words are moved, not numbers: NaN keeps its bits. */
const copyKernel = variants((name: string, rank: number): Kernel =>
  defineKernel({
    name,
    reads: { x: "u32" },
    writes: { y: "u32" },
    params: { count: "u32", xStart: "u32", yStart: "u32", ...walkParams(rank, ["x", "y"]) },
    workgroupSize: WORKGROUP_SIZE,
    body: `
  if (i >= p.count) { return; }
${walkCode(rank, ["x", "y"])}
  y[p.yStart + yAt] = x[p.xStart + xAt];`,
  })
);

const fillKernel = defineKernel({
  name: "fill",
  reads: {},
  writes: { y: "u32" },
  params: { count: "u32", bits: "u32" },
  workgroupSize: WORKGROUP_SIZE,
  body: `
  if (i >= p.count) { return; }
  y[i] = p.bits;`,
});

/** Writes 32-bit words that all have the same bits. */
export function fillWords(gpu: Gpu, y: GpuBuffer, bits: number): void {
  const count = Math.ceil(y.byteLength / 4);
  gpu.run(fillKernel, { buffers: { y }, params: { count, bits }, groups: Math.ceil(count / WORKGROUP_SIZE) });
}

/** One side of a copy: where index 0 lies and the steps along each axis. */
interface Side {
  readonly start: number;
  readonly steps: Steps;
}

function copy(gpu: Gpu, name: string, shape: Shape, x: Operand, from: Side, y: GpuBuffer, to: Side): void {
  computeType(name, x.dtype);
  const walk = collapse(shape, [from.steps, to.steps]);
  const count = numel(shape);
  gpu.run(copyKernel(name, walk.shape.length), {
    buffers: { x, y },
    params: { count, xStart: from.start, yStart: to.start, ...walkValues(walk, ["x", "y"]) },
    groups: Math.ceil(count / WORKGROUP_SIZE),
  });
}

/** A new buffer of `out` whose element at each index is that of `x` at the index `from` says. */
function rearranged(gpu: Gpu, name: string, x: Operand, from: Side, out: OutputSpec): GpuBuffer {
  const y = gpu.create(out, name);
  copy(gpu, name, out.shape, x, from, y, { start: 0, steps: strides(out.shape) });
  return y;
}

export function broadcastTo(gpu: Gpu, x: Operand, out: OutputSpec): GpuBuffer {
  return rearranged(gpu, "broadcastTo", x, { start: 0, steps: broadcastSteps(x.shape, out.shape) }, out);
}

export function transpose(gpu: Gpu, x: Operand, permutation: readonly number[], out: OutputSpec): GpuBuffer {
  const own = strides(x.shape);
  return rearranged(gpu, "transpose", x, { start: 0, steps: permutation.map((axis) => own[axis]) }, out);
}

export function slice(gpu: Gpu, x: Operand, start: readonly number[], out: OutputSpec): GpuBuffer {
  return rearranged(gpu, "slice", x, { start: flatIndex(x.shape, start), steps: strides(x.shape) }, out);
}

export function pad(gpu: Gpu, x: Operand, before: readonly number[], out: OutputSpec): GpuBuffer {
  const y = gpu.create(out, "pad");
  fillWords(gpu, y, 0);
  place(gpu, "pad", x, y, out.shape, before);
  return y;
}

export function concat(gpu: Gpu, xs: readonly Operand[], axis: number, out: OutputSpec): GpuBuffer {
  const y = gpu.create(out, "concat");
  const start = out.shape.map(() => 0);
  for (const x of xs) {
    place(gpu, "concat", x, y, out.shape, start);
    start[axis] += x.shape[axis];
  }
  return y;
}

/** Writes `x` into `y` of shape `to` so that it begins at index `start`. */
function place(gpu: Gpu, name: string, x: Operand, y: GpuBuffer, to: Shape, start: readonly number[]): void {
  const from = { start: 0, steps: strides(x.shape) };
  copy(gpu, name, x.shape, x, from, y, { start: flatIndex(to, start), steps: strides(to) });
}

function flatIndex(shape: Shape, index: readonly number[]): number {
  return strides(shape).reduce((sum, step, axis) => sum + step * index[axis], 0);
}

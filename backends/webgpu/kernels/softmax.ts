import type { Operand, OutputSpec } from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { defineKernel } from "../gpu/kernel.ts";
import { MATH } from "./math.ts";
import { ROW_THREADS, ROW_TOTALS, rowSize, rowsOf } from "./rows.ts";

const softmaxKernel = defineKernel({
  name: "softmax",
  reads: { x: "f32" },
  writes: { y: "f32" },
  params: { size: "u32" },
  workgroupSize: ROW_THREADS,
  declarations: MATH + ROW_TOTALS,
  body: `
  let start = group * p.size;
  var top = -infinity();
  for (var c = lane; c < p.size; c += ${ROW_THREADS}u) { top = maxOf(top, x[start + c]); }
  top = rowMax(top, lane);
  var total = 0.0;
  for (var c = lane; c < p.size; c += ${ROW_THREADS}u) {
    let e = expOf(x[start + c] - top);
    y[start + c] = e;
    total += e;
  }
  total = rowSum(total, lane);
  for (var c = lane; c < p.size; c += ${ROW_THREADS}u) { y[start + c] /= total; }`,
});

export function softmax(gpu: Gpu, x: Operand, out: OutputSpec): GpuBuffer {
  const y = gpu.create(out, "softmax");
  gpu.run(softmaxKernel, { buffers: { x, y }, params: { size: rowSize(x) }, groups: rowsOf(x) });
  return y;
}

const gradKernel = defineKernel({
  name: "softmaxGrad",
  reads: { dy: "f32", y: "f32" },
  writes: { dx: "f32" },
  params: { size: "u32" },
  workgroupSize: ROW_THREADS,
  declarations: MATH + ROW_TOTALS,
  body: `
  let start = group * p.size;
  var dot = 0.0;
  for (var c = lane; c < p.size; c += ${ROW_THREADS}u) { dot += y[start + c] * dy[start + c]; }
  dot = rowSum(dot, lane);
  for (var c = lane; c < p.size; c += ${ROW_THREADS}u) {
    dx[start + c] = y[start + c] * (dy[start + c] - dot);
  }`,
});

/** dx = y · (dy − Σ y·dy). */
export function softmaxGrad(gpu: Gpu, dy: Operand, y: Operand, out: OutputSpec): GpuBuffer {
  const dx = gpu.create(out, "softmaxGrad");
  gpu.run(gradKernel, { buffers: { dy, y, dx }, params: { size: rowSize(y) }, groups: rowsOf(y) });
  return dx;
}

import type { CrossEntropyArgs, Operand, OutputSpec } from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { defineKernel, type ElementType, type Kernel, variants } from "../gpu/kernel.ts";
import { MATH } from "./math.ts";
import { ROW_THREADS, ROW_TOTALS } from "./rows.ts";

const params = { classes: "u32", onLabel: "f32", everywhere: "f32" } as const;

/** WGSL: the target of class c in the group's row, times its weight; and the row's maximum and Σ exp(x − maximum). */
function declarations(weighted: boolean): string {
  return `${MATH}${ROW_TOTALS}
fn targetOf(label: u32, c: u32) -> f32 {
  let share = select(0.0, p.onLabel, c == label) + p.everywhere;
  return share${weighted ? " * classWeights[c]" : ""};
}

fn topOf(start: u32, lane: u32) -> f32 {
  var top = -infinity();
  for (var c = lane; c < p.classes; c += ${ROW_THREADS}u) { top = maxOf(top, logits[start + c]); }
  return rowMax(top, lane);
}

fn totalOf(start: u32, top: f32, lane: u32) -> f32 {
  var total = 0.0;
  for (var c = lane; c < p.classes; c += ${ROW_THREADS}u) { total += expOf(logits[start + c] - top); }
  return rowSum(total, lane);
}
`;
}

function reads(weighted: boolean, more: Record<string, ElementType> = {}): Record<string, ElementType> {
  return { ...more, logits: "f32", labels: "u32", ...(weighted ? { classWeights: "f32" as const } : {}) };
}

const lossKernel = variants((weighted: boolean): Kernel =>
  defineKernel({
    name: "softmaxCrossEntropy",
    reads: reads(weighted),
    writes: { loss: "f32" },
    params,
    workgroupSize: ROW_THREADS,
    declarations: declarations(weighted),
    body: `
  let start = group * p.classes;
  let top = topOf(start, lane);
  let logTotal = logOf(totalOf(start, top, lane));
  var sum = 0.0;
  for (var c = lane; c < p.classes; c += ${ROW_THREADS}u) {
    let weight = targetOf(labels[group], c);
    if (weight != 0.0) { sum += weight * (top - logits[start + c] + logTotal); } // 0 · ∞ would be NaN
  }
  sum = rowSum(sum, lane);
  if (lane == 0u) { loss[group] = sum; }`,
  })
);

/** dlogits = dloss · (softmax · Σ target − target). */
const gradKernel = variants((weighted: boolean): Kernel =>
  defineKernel({
    name: "softmaxCrossEntropyGrad",
    reads: reads(weighted, { dloss: "f32" }),
    writes: { dlogits: "f32" },
    params,
    workgroupSize: ROW_THREADS,
    declarations: declarations(weighted),
    body: `
  let start = group * p.classes;
  let top = topOf(start, lane);
  let total = totalOf(start, top, lane);
  var share = 0.0;
  for (var c = lane; c < p.classes; c += ${ROW_THREADS}u) { share += targetOf(labels[group], c); }
  share = rowSum(share, lane);
  for (var c = lane; c < p.classes; c += ${ROW_THREADS}u) {
    let probability = expOf(logits[start + c] - top) / total;
    dlogits[start + c] = dloss[group] * (probability * share - targetOf(labels[group], c));
  }`,
  })
);

export function softmaxCrossEntropy(gpu: Gpu, args: CrossEntropyArgs, out: OutputSpec): GpuBuffer {
  const loss = gpu.create(out, "softmaxCrossEntropy");
  launch(gpu, lossKernel(args.classWeights !== undefined), args, { loss });
  return loss;
}

export function softmaxCrossEntropyGrad(
  gpu: Gpu,
  dloss: Operand,
  args: CrossEntropyArgs,
  out: OutputSpec,
): GpuBuffer {
  const dlogits = gpu.create(out, "softmaxCrossEntropyGrad");
  launch(gpu, gradKernel(args.classWeights !== undefined), args, { dloss, dlogits });
  return dlogits;
}

function launch(
  gpu: Gpu,
  kernel: Kernel,
  { logits, labels, classWeights, labelSmoothing }: CrossEntropyArgs,
  more: Record<string, Operand | GpuBuffer>,
): void {
  const [rows, classes] = logits.shape;
  gpu.run(kernel, {
    buffers: { logits, labels, ...(classWeights && { classWeights }), ...more },
    params: { classes, onLabel: 1 - labelSmoothing, everywhere: labelSmoothing / classes },
    groups: rows,
  });
}

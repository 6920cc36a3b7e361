import type { DeviceBuffer, LayerNormArgs, LayerNormGradArgs, Operand, OutputSpec } from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { defineKernel, type ElementType, type Kernel, variants, WORKGROUP_SIZE } from "../gpu/kernel.ts";
import { asMatrix } from "./linear.ts";
import { MATH } from "./math.ts";
import { reduce } from "./reduction.ts";
import { ROW_THREADS, ROW_TOTALS, rowSize, rowsOf } from "./rows.ts";

/** WGSL: mean and 1/√(variance + eps) of a row, in two passes so that a large mean costs no digits. */
const MOMENTS = /* wgsl */ `
fn moments(start: u32, lane: u32) -> vec2f {
  var total = 0.0;
  for (var c = lane; c < p.size; c += ${ROW_THREADS}u) { total += x[start + c]; }
  let mean = rowSum(total, lane) / f32(p.size);
  var squares = 0.0;
  for (var c = lane; c < p.size; c += ${ROW_THREADS}u) {
    let difference = x[start + c] - mean;
    squares += difference * difference;
  }
  return vec2f(mean, inverseSqrt(rowSum(squares, lane) / f32(p.size) + p.eps));
}
`;

/** The buffers among `names` that are there. */
function present(buffers: Readonly<Record<string, boolean>>): Record<string, ElementType> {
  return Object.fromEntries(
    Object.keys(buffers).filter((name) => buffers[name]).map((name) => [name, "f32"]),
  );
}

const layerNormKernel = variants((weighted: boolean, biased: boolean): Kernel =>
  defineKernel({
    name: "layerNorm",
    reads: present({ x: true, weight: weighted, bias: biased }),
    writes: { y: "f32" },
    params: { size: "u32", eps: "f32" },
    workgroupSize: ROW_THREADS,
    declarations: MATH + ROW_TOTALS + MOMENTS,
    body: `
  let start = group * p.size;
  let row = moments(start, lane);
  for (var c = lane; c < p.size; c += ${ROW_THREADS}u) {
    let n = (x[start + c] - row.x) * row.y;
    y[start + c] = n${weighted ? " * weight[c]" : ""}${biased ? " + bias[c]" : ""};
  }`,
  })
);

export function layerNorm(gpu: Gpu, { x, weight, bias, eps }: LayerNormArgs, out: OutputSpec): GpuBuffer {
  const y = gpu.create(out, "layerNorm");
  gpu.run(layerNormKernel(weight !== undefined, bias !== undefined), {
    buffers: { x, ...(weight && { weight }), ...(bias && { bias }), y },
    params: { size: rowSize(x), eps },
    groups: rowsOf(x),
  });
  return y;
}

/** With g = dy · weight and n = normalised x: dx = scale · (g − mean(g) − n · mean(g · n)). */
const rowGradKernel = variants((weighted: boolean): Kernel => {
  const g = `dy[start + c]${weighted ? " * weight[c]" : ""}`;
  return defineKernel({
    name: "layerNormGrad",
    reads: present({ dy: true, x: true, weight: weighted }),
    writes: { dx: "f32" },
    params: { size: "u32", eps: "f32" },
    workgroupSize: ROW_THREADS,
    declarations: MATH + ROW_TOTALS + MOMENTS,
    body: `
  let start = group * p.size;
  let row = moments(start, lane);
  var totalG = 0.0;
  var totalGN = 0.0;
  for (var c = lane; c < p.size; c += ${ROW_THREADS}u) {
    let g = ${g};
    totalG += g;
    totalGN += g * (x[start + c] - row.x) * row.y;
  }
  let meanG = rowSum(totalG, lane) / f32(p.size);
  let meanGN = rowSum(totalGN, lane) / f32(p.size);
  for (var c = lane; c < p.size; c += ${ROW_THREADS}u) {
    dx[start + c] = row.y * (${g} - meanG - (x[start + c] - row.x) * row.y * meanGN);
  }`,
  });
});

const momentsKernel = defineKernel({
  name: "layerNormGrad",
  reads: { x: "f32" },
  writes: { stats: "f32" },
  params: { size: "u32", eps: "f32" },
  workgroupSize: ROW_THREADS,
  declarations: MATH + ROW_TOTALS + MOMENTS,
  body: `
  let row = moments(group * p.size, lane);
  if (lane == 0u) {
    stats[2u * group] = row.x;
    stats[2u * group + 1u] = row.y;
  }`,
});

/** Rows whose share of dweight one invocation adds up. */
const ROW_CHUNK = 64;

/** Σ dy · n over the rows of a chunk, one invocation for each column of each chunk. */
const weightGradKernel = defineKernel({
  name: "layerNormGrad",
  reads: { dy: "f32", x: "f32", stats: "f32" },
  writes: { dweight: "f32" },
  params: { rows: "u32", size: "u32", chunks: "u32" },
  workgroupSize: WORKGROUP_SIZE,
  body: `
  if (i >= p.chunks * p.size) { return; }
  let column = i % p.size;
  let first = i / p.size * ${ROW_CHUNK}u;
  var total = 0.0;
  for (var row = first; row < min(first + ${ROW_CHUNK}u, p.rows); row++) {
    let at = row * p.size + column;
    total += dy[at] * (x[at] - stats[2u * row]) * stats[2u * row + 1u];
  }
  dweight[i] = total;`,
});

export function layerNormGrad(
  gpu: Gpu,
  { dy, x, weight, eps, needs }: LayerNormGradArgs,
): (DeviceBuffer | undefined)[] {
  const sums = { shape: [1, rowSize(x)], dtype: "f32" } as const;
  return [
    needs.x ? inputGrad(gpu, dy, x, weight, eps) : undefined,
    needs.weight ? weightGrad(gpu, dy, x, eps) : undefined,
    needs.bias ? reduce(gpu, "sum", asMatrix(dy), [0], sums) : undefined,
  ];
}

function inputGrad(gpu: Gpu, dy: Operand, x: Operand, weight: Operand | undefined, eps: number): GpuBuffer {
  const dx = gpu.create(x, "layerNormGrad");
  gpu.run(rowGradKernel(weight !== undefined), {
    buffers: { dy, x, ...(weight && { weight }), dx },
    params: { size: rowSize(x), eps },
    groups: rowsOf(x),
  });
  return dx;
}

function weightGrad(gpu: Gpu, dy: Operand, x: Operand, eps: number): GpuBuffer {
  const [rows, size] = [rowsOf(x), rowSize(x)];
  const stats = gpu.create({ shape: [rows, 2], dtype: "f32" }, "layerNormGrad");
  gpu.run(momentsKernel, { buffers: { x, stats }, params: { size, eps }, groups: rows });
  const chunks = Math.max(1, Math.ceil(rows / ROW_CHUNK));
  const partial = { shape: [chunks, size], dtype: "f32" } as const;
  const dweight = gpu.create(partial, "layerNormGrad");
  gpu.run(weightGradKernel, {
    buffers: { dy, x, stats, dweight },
    params: { rows, size, chunks },
    groups: Math.ceil(chunks * size / WORKGROUP_SIZE),
  });
  gpu.free(stats);
  if (chunks === 1) return dweight;
  const total = reduce(gpu, "sum", { ...partial, buffer: dweight }, [0], { shape: [1, size], dtype: "f32" });
  gpu.free(dweight);
  return total;
}

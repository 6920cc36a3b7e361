import { numel, type Operand, type OutputSpec } from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { defineKernel, type Kernel, variants } from "../gpu/kernel.ts";
import { MATH } from "./math.ts";
import { ROW_THREADS, ROW_TOTALS } from "./rows.ts";

/** Elements that one workgroup adds up. */
const CHUNK = 4096;

/** Operands in one kernel: more would not fit where their numbers stand. */
const MOST_OPERANDS = 16;

/** Σ x² of each chunk of each operand, from place `start` of `partial` on; one workgroup a chunk. */
const chunkKernel = variants((operands: number): Kernel => {
  const each = <T>(make: (n: number) => T) => Array.from({ length: operands }, (_, n) => make(n));
  return defineKernel({
    name: "sumSquares",
    reads: Object.fromEntries(each((n) => [`x${n}`, "f32"])),
    writes: { partial: "f32" },
    params: {
      start: "u32",
      ...Object.fromEntries(each((n) => [[`count${n}`, "u32"], [`chunks${n}`, "u32"]] as const).flat()),
    },
    workgroupSize: ROW_THREADS,
    declarations: MATH + ROW_TOTALS + each((n) => `
fn squaresOf${n}(chunk: u32, lane: u32) -> f32 {
  var total = 0.0;
  let end = min((chunk + 1u) * ${CHUNK}u, p.count${n});
  for (var c = chunk * ${CHUNK}u + lane; c < end; c += ${ROW_THREADS}u) { total += x${n}[c] * x${n}[c]; }
  return total;
}`).join(""),
    body: `
  var chunk = i32(group);
  var total = 0.0;
${
      each((n) =>
        `  if (chunk >= 0 && chunk < i32(p.chunks${n})) { total = squaresOf${n}(u32(chunk), lane); }
  chunk -= i32(p.chunks${n});`
      ).join("\n")
    }
  total = rowSum(total, lane);
  if (lane == 0u) { partial[p.start + group] = total; }`,
  });
});

/** The sum of the chunks of each operand; `starts` says where they begin and end. */
const totalKernel = defineKernel({
  name: "sumSquares",
  reads: { partial: "f32", starts: "u32" },
  writes: { y: "f32" },
  params: {},
  workgroupSize: ROW_THREADS,
  declarations: MATH + ROW_TOTALS,
  body: `
  var total = 0.0;
  for (var c = starts[group] + lane; c < starts[group + 1u]; c += ${ROW_THREADS}u) { total += partial[c]; }
  total = rowSum(total, lane);
  if (lane == 0u) { y[group] = total; }`,
});

/** The sum of squares of each operand, in two stages: chunks of all operands, then their totals. */
export function sumSquares(gpu: Gpu, xs: readonly Operand[], out: OutputSpec): GpuBuffer {
  const y = gpu.create(out, "sumSquares");
  const chunksOf = (x: Operand) => Math.ceil(numel(x.shape) / CHUNK);
  const starts = new Int32Array(xs.length + 1);
  xs.forEach((x, n) => starts[n + 1] = starts[n] + chunksOf(x));
  const partial = gpu.create({ shape: [starts[xs.length]], dtype: "f32" }, "sumSquares");
  const most = Math.min(MOST_OPERANDS, gpu.maxBuffersPerKernel - 1);
  for (let first = 0; first < xs.length; first += most) {
    const chosen = xs.slice(first, first + most);
    const params: Record<string, number> = { start: starts[first] };
    chosen.forEach((x, n) => {
      params[`count${n}`] = numel(x.shape);
      params[`chunks${n}`] = chunksOf(x);
    });
    gpu.run(chunkKernel(chosen.length), {
      buffers: { ...Object.fromEntries(chosen.map((x, n) => [`x${n}`, x])), partial },
      params,
      groups: starts[first + chosen.length] - starts[first],
    });
  }
  const table = gpu.upload(starts, "sumSquares");
  gpu.run(totalKernel, { buffers: { partial, starts: table, y }, params: {}, groups: xs.length });
  gpu.free(table);
  gpu.free(partial);
  return y;
}

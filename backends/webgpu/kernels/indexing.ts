import { type DType, numel, type Operand, type OutputSpec } from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { defineKernel, variants, WORKGROUP_SIZE } from "../gpu/kernel.ts";
import { bitsOf, cast, SIXTEEN_BIT } from "./cast.ts";
import { computeType } from "./elementwise.ts";
import { fillWords } from "./movement.ts";

/** Words of 32-bit tables are copied; 16-bit ones become f32 on the way. */
const gatherKernel = variants((from: DType) =>
  defineKernel({
    name: "gather",
    reads: { x: "u32", ids: "u32" },
    writes: { y: "u32" },
    params: { count: "u32", width: "u32" },
    workgroupSize: WORKGROUP_SIZE,
    declarations: SIXTEEN_BIT,
    body: `
  if (i >= p.count) { return; }
  let at = ids[i / p.width] * p.width + i % p.width;
  y[i] = ${from === "i32" ? "x[at]" : bitsOf(from, "at")};`,
  })
);

export function gather(gpu: Gpu, x: Operand, ids: Operand, out: OutputSpec): GpuBuffer {
  const gathered = { shape: out.shape, dtype: x.dtype === "i32" ? "i32" : "f32" } as const;
  const y = gpu.create(gathered, "gather");
  const count = numel(out.shape);
  gpu.run(gatherKernel(x.dtype), {
    buffers: { x, ids, y },
    params: { count, width: numel(x.shape.slice(1)) },
    groups: Math.ceil(count / WORKGROUP_SIZE),
  });
  if (gathered.dtype === out.dtype) return y;
  const converted = cast(gpu, { ...gathered, buffer: y }, out);
  gpu.free(y);
  return converted;
}

/** For each index: the next one with the same id (`count` if there is none), and whether none came before. */
const chainKernel = defineKernel({
  name: "scatterAdd",
  reads: { ids: "i32" },
  writes: { next: "u32", first: "u32" },
  params: { count: "u32" },
  workgroupSize: WORKGROUP_SIZE,
  body: `
  if (i >= p.count) { return; }
  let id = ids[i];
  var after = i + 1u;
  while (after < p.count && ids[after] != id) { after++; }
  next[i] = after;
  var before = i; // one more than the index looked at
  while (before > 0u && ids[before - 1u] != id) { before--; }
  first[i] = select(0u, 1u, before == 0u);`,
});

/** The first index of each id adds up the rows of its chain, one invocation a column. */
const addKernel = variants((type: "f32" | "i32") =>
  defineKernel({
    name: "scatterAdd",
    reads: { ids: "u32", updates: type, next: "u32", first: "u32" },
    writes: { y: type },
    params: { count: "u32", width: "u32" },
    workgroupSize: WORKGROUP_SIZE,
    body: `
  if (i >= p.count * p.width) { return; }
  let start = i / p.width;
  if (first[start] == 0u) { return; }
  let column = i % p.width;
  var total = updates[i];
  for (var at = next[start]; at < p.count; at = next[at]) { total += updates[at * p.width + column]; }
  y[ids[start] * p.width + column] = total;`,
  })
);

/**
 * Adds rows with equal ids in ascending order of index. Atomic additions would come in any order, and WGSL has none
 * for floats; instead each id's indices are chained and one invocation follows the chain.
 */
export function scatterAdd(gpu: Gpu, ids: Operand, updates: Operand, out: OutputSpec): GpuBuffer {
  const y = gpu.create(out, "scatterAdd");
  fillWords(gpu, y, 0);
  const count = numel(ids.shape);
  const width = numel(out.shape.slice(1));
  const indices = { shape: [count], dtype: "i32" } as const;
  const [next, first] = [gpu.create(indices, "scatterAdd"), gpu.create(indices, "scatterAdd")];
  gpu.run(chainKernel, {
    buffers: { ids, next, first },
    params: { count },
    groups: Math.ceil(count / WORKGROUP_SIZE),
  });
  gpu.run(addKernel(computeType("scatterAdd", updates.dtype)), {
    buffers: { ids, updates, next, first, y },
    params: { count, width },
    groups: Math.ceil(count * width / WORKGROUP_SIZE),
  });
  gpu.free(next);
  gpu.free(first);
  return y;
}

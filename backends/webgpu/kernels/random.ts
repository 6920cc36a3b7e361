import { type DropoutArgs, type Key, numel, type Operand, type OutputSpec } from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { defineKernel, WORKGROUP_SIZE } from "../gpu/kernel.ts";
import { rowSize } from "./rows.ts";

const ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]];

function threefryRounds(): string {
  return Array.from({ length: 5 }, (_, round) => {
    const mixes = ROTATIONS[round % 2].map((r) =>
      `  x0 += x1; x1 = ((x1 << ${r}u) | (x1 >> ${32 - r}u)) ^ x0;`
    );
    return `${mixes.join("\n")}\n  x0 += k${(round + 1) % 3}; x1 += k${(round + 2) % 3} + ${round + 1}u;`;
  }).join("\n");
}

/** WGSL of Threefry-2x32 with 20 rounds (Salmon et al. 2011), and uniform numbers from its words. */
export const THREEFRY = /* wgsl */ `
fn threefry(key: vec2u, counter: vec2u) -> vec2u {
  let k0 = key.x;
  let k1 = key.y;
  let k2 = 0x1bd11bdau ^ k0 ^ k1;
  var x0 = counter.x + k0;
  var x1 = counter.y + k1;
${threefryRounds()}
  return vec2u(x0, x1);
}

fn uniformOf(bits: u32) -> f32 { return f32(bits >> 8u) * 5.9604644775390625e-8; }

fn uniformAt(key: vec2u, row: u32, column: u32) -> f32 {
  let words = threefry(key, vec2u(column / 2u, row));
  return uniformOf(select(words.x, words.y, (column & 1u) == 1u));
}
`;

/** One invocation for each pair of columns. */
const uniformKernel = defineKernel({
  name: "random",
  reads: { rows: "u32" },
  writes: { y: "f32" },
  params: { count: "u32", columns: "u32", pairs: "u32", key0: "u32", key1: "u32" },
  workgroupSize: WORKGROUP_SIZE,
  declarations: THREEFRY,
  body: `
  if (i >= p.count) { return; }
  let row = i / p.pairs;
  let pair = i % p.pairs;
  let words = threefry(vec2u(p.key0, p.key1), vec2u(pair, rows[row]));
  let at = row * p.columns + pair * 2u;
  y[at] = uniformOf(words.x);
  if (pair * 2u + 1u < p.columns) { y[at + 1u] = uniformOf(words.y); }`,
});

export function random(gpu: Gpu, key: Key, rows: Operand, out: OutputSpec): GpuBuffer {
  const y = gpu.create(out, "random");
  const columns = out.shape[out.shape.length - 1];
  const pairs = Math.ceil(columns / 2);
  const count = numel(rows.shape) * pairs;
  gpu.run(uniformKernel, {
    buffers: { rows, y },
    params: { count, columns, pairs, key0: key[0], key1: key[1] },
    groups: Math.ceil(count / WORKGROUP_SIZE),
  });
  return y;
}

const dropoutKernel = defineKernel({
  name: "dropout",
  reads: { x: "f32", rows: "u32" },
  writes: { y: "f32" },
  params: { count: "u32", columns: "u32", key0: "u32", key1: "u32", probability: "f32", scale: "f32" },
  workgroupSize: WORKGROUP_SIZE,
  declarations: THREEFRY,
  body: `
  if (i >= p.count) { return; }
  let number = uniformAt(vec2u(p.key0, p.key1), rows[i / p.columns], i % p.columns);
  y[i] = x[i] * select(0.0, p.scale, number >= p.probability);`,
});

export function dropout(gpu: Gpu, x: Operand, { p, key, rows }: DropoutArgs, out: OutputSpec): GpuBuffer {
  const y = gpu.create(out, "dropout");
  const count = numel(out.shape);
  gpu.run(dropoutKernel, {
    buffers: { x, rows, y },
    params: {
      count,
      columns: rowSize(x),
      key0: key[0],
      key1: key[1],
      probability: p, // rounded to f32 here, as the contract asks
      scale: 1 / (1 - p),
    },
    groups: Math.ceil(count / WORKGROUP_SIZE),
  });
  return y;
}

import type { AttentionArgs, OutputSpec } from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import {
  defineKernel,
  type ElementType,
  type Kernel,
  type ParamType,
  variants,
  WORKGROUP_SIZE,
} from "../gpu/kernel.ts";
import { MATH } from "./math.ts";
import { THREEFRY } from "./random.ts";

/** A row of a head in pieces that are loaded at once: four numbers where headDim allows, else one. */
export interface HeadRow {
  readonly type: "vec4<f32>" | "f32";
  /** Pieces of a row. */
  readonly pieces: number;
}

/** How rows of `headDim` numbers are loaded. */
export function headRow(headDim: number): HeadRow {
  return headDim % 4 === 0 ? { type: "vec4<f32>", pieces: headDim / 4 } : { type: "f32", pieces: headDim };
}

/** Buffers that every attention kernel reads. */
export function attentionReads(headDim: number, dropped: boolean): Record<string, ElementType> {
  const { type } = headRow(headDim);
  return {
    q: type,
    k: type,
    v: type,
    starts: "u32",
    startsKey: "u32",
    ...(dropped && { rows: "u32" as const }),
  };
}

/** Numbers that every attention kernel takes. */
export function attentionParams(dropped: boolean): Record<string, ParamType> {
  const dropout = { key0: "u32", key1: "u32", probability: "f32", keptScale: "f32" } as const;
  return {
    tokens: "u32",
    keyTokens: "u32",
    heads: "u32",
    sequences: "u32",
    scale: "f32",
    ...(dropped && dropout),
  };
}

/**
 * WGSL that every attention kernel needs: finding the sequence of a token, scores, and the factor by which dropout
 * multiplies a weight.
 */
export function attentionDeclarations(headDim: number, dropped: boolean): string {
  const { type, pieces } = headRow(headDim);
  const product = type === "f32" ? "a[d] * b[d]" : "dot(a[d], b[d])";
  const sequenceIn = (name: string, starts: string) => `
fn ${name}(token: u32) -> u32 {
  var first = 0u; // the last sequence that starts at or before the token
  var end = p.sequences;
  while (end - first > 1u) {
    let middle = (first + end) / 2u;
    if (${starts}[middle] <= token) { first = middle; } else { end = middle; }
  }
  return first;
}
`;
  const factor = dropped
    ? `  let number = uniformAt(headKey, rows[query], column);
  return select(0.0, p.keptScale, number >= p.probability);`
    : "  return 1.0;";
  return `${MATH}${THREEFRY}
alias Row = array<${type}, ${pieces}>;

fn dotOf(a: Row, b: Row) -> f32 {
  var total = 0.0;
  for (var d = 0u; d < ${pieces}u; d++) { total += ${product}; }
  return total;
}
${sequenceIn("sequenceOfQuery", "starts")}${sequenceIn("sequenceOfKey", "startsKey")}
/* Each head draws from a stream of its own. */
fn keyOfHead(head: u32) -> vec2u {
  return ${dropped ? "threefry(vec2u(p.key0, p.key1), vec2u(0u, head))" : "vec2u(0u, head)"};
}

fn factorOf(headKey: vec2u, query: u32, column: u32) -> f32 {
${factor}
}
${loadRow("q", headDim)}${loadRow("k", headDim)}${loadRow("v", headDim)}`;
}

/** WGSL of `<buffer>Row(token, head)`. */
export function loadRow(buffer: string, headDim: number): string {
  const { pieces } = headRow(headDim);
  return `
fn ${buffer}Row(token: u32, head: u32) -> Row {
  var row: Row;
  let start = (token * p.heads + head) * ${pieces}u;
  for (var d = 0u; d < ${pieces}u; d++) { row[d] = ${buffer}[start + d]; }
  return row;
}
`;
}

/** Values of `attentionParams`. */
export function attentionValues({ q, k, cuSeqlens, scale, dropout }: AttentionArgs): Record<string, number> {
  return {
    tokens: q.shape[0],
    keyTokens: k.shape[0],
    heads: q.shape[1],
    sequences: cuSeqlens.length - 1,
    scale,
    ...(dropout && {
      key0: dropout.key[0],
      key1: dropout.key[1],
      probability: dropout.p,
      keptScale: 1 / (1 - dropout.p),
    }),
  };
}

/**
 * One invocation for each query of each head walks its keys once and keeps the running maximum, total and weighted sum
 * (Milakov & Gimelshein 2018), so that no weights are stored. Neighbours share a head and mostly a sequence: they read
 * the same key at the same time. The walk depends on the query's own sequence alone.
 */
const attentionKernel = variants((headDim: number, dropped: boolean): Kernel => {
  const { type, pieces } = headRow(headDim);
  return defineKernel({
    name: "attention",
    reads: attentionReads(headDim, dropped),
    writes: { y: type },
    params: attentionParams(dropped),
    workgroupSize: WORKGROUP_SIZE,
    declarations: attentionDeclarations(headDim, dropped),
    body: `
  if (i >= p.tokens * p.heads) { return; }
  let query = i % p.tokens;
  let head = i / p.tokens;
  let headKey = keyOfHead(head);
  let sequence = sequenceOfQuery(query);
  let firstKey = startsKey[sequence];
  let queryRow = qRow(query, head);
  var sum: Row;
  var top = -infinity();
  var total = 0.0;
  for (var key = firstKey; key < startsKey[sequence + 1u]; key++) {
    let score = dotOf(queryRow, kRow(key, head)) * p.scale;
    if (score > top) {
      let shrink = expOf(top - score);
      total *= shrink;
      for (var d = 0u; d < ${pieces}u; d++) { sum[d] *= shrink; }
      top = score;
    }
    let weight = expOf(score - top);
    total += weight;
    let kept = weight * factorOf(headKey, query, key - firstKey);
    let value = vRow(key, head);
    for (var d = 0u; d < ${pieces}u; d++) { sum[d] += kept * value[d]; }
  }
  let start = (query * p.heads + head) * ${pieces}u;
  let some = firstKey < startsKey[sequence + 1u];
  for (var d = 0u; d < ${pieces}u; d++) { y[start + d] = sum[d] / select(1.0, total, some); }`,
  });
});

export function attention(gpu: Gpu, args: AttentionArgs, out: OutputSpec): GpuBuffer {
  const { q, k, v, dropout } = args;
  const [tokens, heads, headDim] = q.shape;
  const y = gpu.create(out, "attention");
  withStarts(gpu, args, (starts) =>
    gpu.run(attentionKernel(headDim, dropout !== undefined), {
      buffers: { q, k, v, ...starts, ...(dropout && { rows: dropout.rows }), y },
      params: attentionValues(args),
      groups: Math.ceil(tokens * heads / WORKGROUP_SIZE),
    }));
  return y;
}

/** Brings the starts of the sequences to the device for the time of `launch`. */
export function withStarts(
  gpu: Gpu,
  { cuSeqlens, cuSeqlensKey }: AttentionArgs,
  launch: (buffers: { starts: GpuBuffer; startsKey: GpuBuffer }) => void,
): void {
  const starts = gpu.upload(cuSeqlens, "attention");
  const startsKey = cuSeqlensKey === cuSeqlens ? starts : gpu.upload(cuSeqlensKey, "attention");
  launch({ starts, startsKey });
  gpu.free(starts);
  if (startsKey !== starts) gpu.free(startsKey);
}

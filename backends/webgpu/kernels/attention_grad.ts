import type { AttentionGradArgs } from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { defineKernel, type Kernel, variants, WORKGROUP_SIZE } from "../gpu/kernel.ts";
import {
  attentionDeclarations,
  attentionParams,
  attentionReads,
  attentionValues,
  headRow,
  loadRow,
  withStarts,
} from "./attention.ts";

/**
 * dq, and for each query of each head what the keys need of its softmax: the maximum, the total, and Σ weight · dweight.
 * The first walk over the keys finds these three, the second adds up dq; the weights are computed anew in both.
 */
const queryKernel = variants((headDim: number, dropped: boolean): Kernel => {
  const { type, pieces } = headRow(headDim);
  return defineKernel({
    name: "attentionGrad",
    reads: { ...attentionReads(headDim, dropped), dy: type },
    writes: { dq: type, stats: "f32" },
    params: attentionParams(dropped),
    workgroupSize: WORKGROUP_SIZE,
    declarations: attentionDeclarations(headDim, dropped) + loadRow("dy", headDim),
    body: `
  if (i >= p.tokens * p.heads) { return; }
  let query = i % p.tokens;
  let head = i / p.tokens;
  let headKey = keyOfHead(head);
  let sequence = sequenceOfQuery(query);
  let firstKey = startsKey[sequence];
  let endKey = startsKey[sequence + 1u];
  let queryRow = qRow(query, head);
  let upstream = dyRow(query, head);
  var top = -infinity();
  var total = 0.0;
  var mean = 0.0;
  for (var key = firstKey; key < endKey; key++) {
    let score = dotOf(queryRow, kRow(key, head)) * p.scale;
    if (score > top) {
      let shrink = expOf(top - score);
      total *= shrink;
      mean *= shrink;
      top = score;
    }
    let weight = expOf(score - top);
    total += weight;
    mean += weight * factorOf(headKey, query, key - firstKey) * dotOf(upstream, vRow(key, head));
  }
  mean /= total;
  let at = query * p.heads + head;
  stats[3u * at] = top;
  stats[3u * at + 1u] = total;
  stats[3u * at + 2u] = mean;
  var sum: Row;
  for (var key = firstKey; key < endKey; key++) {
    let keyRow = kRow(key, head);
    let weight = expOf(dotOf(queryRow, keyRow) * p.scale - top) / total;
    let dweight = factorOf(headKey, query, key - firstKey) * dotOf(upstream, vRow(key, head));
    let dscore = p.scale * weight * (dweight - mean);
    for (var d = 0u; d < ${pieces}u; d++) { sum[d] += dscore * keyRow[d]; }
  }
  for (var d = 0u; d < ${pieces}u; d++) { dq[at * ${pieces}u + d] = sum[d]; }`,
  });
});

/** dk and dv: one invocation for each key of each head walks the queries of its sequence. */
const keyKernel = variants((headDim: number, dropped: boolean): Kernel => {
  const { type, pieces } = headRow(headDim);
  return defineKernel({
    name: "attentionGrad",
    reads: { ...attentionReads(headDim, dropped), dy: type, stats: "f32" },
    writes: { dk: type, dv: type },
    params: attentionParams(dropped),
    workgroupSize: WORKGROUP_SIZE,
    declarations: attentionDeclarations(headDim, dropped) + loadRow("dy", headDim),
    body: `
  if (i >= p.keyTokens * p.heads) { return; }
  let key = i % p.keyTokens;
  let head = i / p.keyTokens;
  let headKey = keyOfHead(head);
  let sequence = sequenceOfKey(key);
  let column = key - startsKey[sequence];
  let keyRow = kRow(key, head);
  let value = vRow(key, head);
  var sumK: Row;
  var sumV: Row;
  for (var query = starts[sequence]; query < starts[sequence + 1u]; query++) {
    let at = query * p.heads + head;
    let queryRow = qRow(query, head);
    let upstream = dyRow(query, head);
    let weight = expOf(dotOf(queryRow, keyRow) * p.scale - stats[3u * at]) / stats[3u * at + 1u];
    let factor = factorOf(headKey, query, column);
    let dscore = p.scale * weight * (factor * dotOf(upstream, value) - stats[3u * at + 2u]);
    let kept = weight * factor;
    for (var d = 0u; d < ${pieces}u; d++) {
      sumK[d] += dscore * queryRow[d];
      sumV[d] += kept * upstream[d];
    }
  }
  let start = (key * p.heads + head) * ${pieces}u;
  for (var d = 0u; d < ${pieces}u; d++) {
    dk[start + d] = sumK[d];
    dv[start + d] = sumV[d];
  }`,
  });
});

/** [dq, dk, dv] */
export function attentionGrad(gpu: Gpu, args: AttentionGradArgs): GpuBuffer[] {
  const { q, k, v, dy, dropout } = args;
  const [tokens, heads, headDim] = q.shape;
  const [dq, dk, dv] = [q, k, v].map((x) => gpu.create(x, "attentionGrad"));
  const stats = gpu.create({ shape: [tokens, heads, 3], dtype: "f32" }, "attentionGrad");
  const dropped = dropout !== undefined;
  const params = attentionValues(args);
  withStarts(gpu, args, (starts) => {
    const reads = { q, k, v, ...starts, ...(dropout && { rows: dropout.rows }), dy };
    gpu.run(queryKernel(headDim, dropped), {
      buffers: { ...reads, dq, stats },
      params,
      groups: Math.ceil(tokens * heads / WORKGROUP_SIZE),
    });
    gpu.run(keyKernel(headDim, dropped), {
      buffers: { ...reads, stats, dk, dv },
      params,
      groups: Math.ceil(k.shape[0] * heads / WORKGROUP_SIZE),
    });
  });
  gpu.free(stats);
  return [dq, dk, dv];
}

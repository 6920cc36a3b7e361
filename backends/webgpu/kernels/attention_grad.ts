import type { AttentionGradArgs } from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { defineKernel, type Kernel, variants } from "../gpu/kernel.ts";
import {
  addDot,
  attentionBuffers,
  attentionDeclarations,
  attentionParams,
  attentionReads,
  attentionValues,
  BLOCK_ROWS,
  blockCode,
  blockGroups,
  blocksOf,
  eachPiece,
  headRow,
  loadOwn,
  stagedDeclarations,
  stagedRows,
  walkRows,
} from "./attention_blocks.ts";

/**
 * dq, and for each query of each head what the keys need of its softmax: the maximum, the total, and Σ weight · dweight.
 * The first walk over the keys finds these three, the second adds up dq; the weights are computed anew in both.
 */
const queryKernel = variants((headDim: number, staged: number, dropped: boolean): Kernel => {
  const { type, pieces } = headRow(headDim);
  return defineKernel({
    name: "attentionGrad",
    reads: { ...attentionReads(headDim, dropped), dy: type },
    writes: { dq: type, stats: "f32" },
    params: attentionParams(dropped),
    workgroupSize: BLOCK_ROWS,
    declarations: attentionDeclarations(headDim, dropped) + stagedDeclarations(headDim, staged),
    body: `${blockCode()}
${loadOwn(headDim, "q", "query")}
${loadOwn(headDim, "dy", "upstream")}
  var top = -infinity();
  var total = 0.0;
  var mean = 0.0;
${
      walkRows({ headDim, staged, a: "k", b: "v" }, (key, value) => `
    var score = 0.0;
    var dweight = 0.0;
    ${addDot(headDim, "score", "query[d]", key)}
    ${addDot(headDim, "dweight", "upstream[d]", value)}
    score *= p.scale;
    if (score > top) {
      let shrink = expOf(top - score);
      total *= shrink;
      mean *= shrink;
      top = score;
    }
    let weight = expOf(score - top);
    total += weight;
    mean += weight * factorOf(headKey, own, at - walkedStart) * dweight;`)
    }
  mean /= total;
  var sum: Row;
${
      walkRows({ headDim, staged, a: "k", b: "v" }, (key, value) => `
    var score = 0.0;
    var dweight = 0.0;
    ${addDot(headDim, "score", "query[d]", key)}
    ${addDot(headDim, "dweight", "upstream[d]", value)}
    let weight = expOf(score * p.scale - top) / total;
    let dscore = p.scale * weight * (factorOf(headKey, own, at - walkedStart) * dweight - mean);
    ${eachPiece(headDim, `sum[d] += dscore * ${key};`)}`)
    }
  if (!computes) { return; }
  let row = own * p.heads + head;
  stats[3u * row] = top;
  stats[3u * row + 1u] = total;
  stats[3u * row + 2u] = mean;
  ${eachPiece(headDim, `dq[row * ${pieces}u + d] = sum[d];`)}`,
  });
});

/** dk and dv: one invocation for each key of each head walks the queries of its sequence. */
const keyKernel = variants((headDim: number, staged: number, dropped: boolean): Kernel => {
  const { type, pieces } = headRow(headDim);
  return defineKernel({
    name: "attentionGrad",
    reads: { ...attentionReads(headDim, dropped), dy: type, stats: "f32" },
    writes: { dk: type, dv: type },
    params: attentionParams(dropped),
    workgroupSize: BLOCK_ROWS,
    declarations: attentionDeclarations(headDim, dropped) + stagedDeclarations(headDim, staged),
    body: `${blockCode()}
${loadOwn(headDim, "k", "key")}
${loadOwn(headDim, "v", "value")}
  var sumK: Row;
  var sumV: Row;
${
      walkRows({ headDim, staged, a: "q", b: "dy" }, (query, upstream) => `
    let row = 3u * (at * p.heads + head);
    var score = 0.0;
    var dweight = 0.0;
    ${addDot(headDim, "score", query, "key[d]")}
    ${addDot(headDim, "dweight", upstream, "value[d]")}
    let weight = expOf(score * p.scale - stats[row]) / stats[row + 1u];
    let factor = factorOf(headKey, at, place);
    let dscore = p.scale * weight * (factor * dweight - stats[row + 2u]);
    let kept = weight * factor;
    ${eachPiece(headDim, `sumK[d] += dscore * ${query}; sumV[d] += kept * ${upstream};`)}`)
    }
  if (!computes) { return; }
  let first = (own * p.heads + head) * ${pieces}u;
  ${eachPiece(headDim, "dk[first + d] = sumK[d]; dv[first + d] = sumV[d];")}`,
  });
});

/** [dq, dk, dv] */
export function attentionGrad(gpu: Gpu, args: AttentionGradArgs): GpuBuffer[] {
  const { q, k, v, dy, cuSeqlens, cuSeqlensKey } = args;
  const [tokens, heads, headDim] = q.shape;
  const [dq, dk, dv] = [q, k, v].map((x) => gpu.create(x, "attentionGrad"));
  const stats = gpu.create({ shape: [tokens, heads, 3], dtype: "f32" }, "attentionGrad");
  const variant = [headDim, stagedRows(gpu, headDim), args.dropout !== undefined] as const;
  const launch = (kernel: Kernel, table: Int32Array, outputs: Record<string, GpuBuffer>) => {
    const blocks = gpu.upload(table, "attentionGrad");
    gpu.run(kernel, {
      buffers: { ...attentionBuffers(args), blocks, dy, ...outputs },
      params: attentionValues(args),
      groups: blockGroups(table, heads),
    });
    gpu.free(blocks);
  };
  launch(queryKernel(...variant), blocksOf(cuSeqlens, cuSeqlensKey), { dq, stats });
  launch(keyKernel(...variant), blocksOf(cuSeqlensKey, cuSeqlens), { stats, dk, dv });
  gpu.free(stats);
  return [dq, dk, dv];
}

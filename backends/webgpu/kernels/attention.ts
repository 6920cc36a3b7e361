import type { AttentionArgs, OutputSpec } from "@taxon/tensor";
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
 * One invocation for each query of each head walks its keys once and keeps the running maximum, total and weighted sum
 * (Milakov & Gimelshein 2018), so that no weights are stored; a workgroup shares the keys and values on the way, as in
 * Dao et al. 2022. The walk depends on the query's own sequence alone.
 */
const attentionKernel = variants((headDim: number, staged: number, dropped: boolean): Kernel => {
  const { type, pieces } = headRow(headDim);
  return defineKernel({
    name: "attention",
    reads: attentionReads(headDim, dropped),
    writes: { y: type },
    params: attentionParams(dropped),
    workgroupSize: BLOCK_ROWS,
    declarations: attentionDeclarations(headDim, dropped) + stagedDeclarations(headDim, staged),
    body: `${blockCode()}
${loadOwn(headDim, "q", "query")}
  var sum: Row;
  var top = -infinity();
  var total = 0.0;
${
      walkRows({ headDim, staged, a: "k", b: "v" }, (key, value) => `
    var score = 0.0;
    ${addDot(headDim, "score", "query[d]", key)}
    score *= p.scale;
    if (score > top) {
      let shrink = expOf(top - score);
      total *= shrink;
      ${eachPiece(headDim, "sum[d] *= shrink;")}
      top = score;
    }
    let weight = expOf(score - top);
    total += weight;
    let kept = weight * factorOf(headKey, own, at - walkedStart);
    ${eachPiece(headDim, `sum[d] += kept * ${value};`)}`)
    }
  if (!computes) { return; }
  let divisor = select(1.0, total, seen < seenEnd);
  ${eachPiece(headDim, `y[(own * p.heads + head) * ${pieces}u + d] = sum[d] / divisor;`)}`,
  });
});

export function attention(gpu: Gpu, args: AttentionArgs, out: OutputSpec): GpuBuffer {
  const [_tokens, heads, headDim] = args.q.shape;
  const y = gpu.create(out, "attention");
  const table = blocksOf(args.cuSeqlens, args.cuSeqlensKey);
  const blocks = gpu.upload(table, "attention");
  gpu.run(attentionKernel(headDim, stagedRows(gpu, headDim), args.dropout !== undefined), {
    buffers: { ...attentionBuffers(args), blocks, y },
    params: attentionValues(args),
    groups: blockGroups(table, heads),
  });
  gpu.free(blocks);
  return y;
}

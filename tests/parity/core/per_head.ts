import { packHeads, SeparateHeadsAttention } from "@taxon/nn";
import type { Checker } from "../checker.ts";
import type { GoldenCase } from "../golden_case.ts";
import { checkOutputs } from "./layer.ts";
import { loadParameters } from "./parameters.ts";
import { fromHead } from "./single_head_attention.ts";

/** Heads with a matrix each, and the same heads packed into one matrix a projection, give the same. */
export async function perHeadAgainstPacked(golden: GoldenCase, check: Checker): Promise<void> {
  const { d, h, hd } = golden.config.dims;
  using separate = new SeparateHeadsAttention({ modelSize: d, heads: h, headDim: hd });
  loadParameters(separate, golden, fromSeparate);
  using packed = packHeads(separate);
  const x = golden.tensor("in.x");
  await checkOutputs(check, () => {
    const { output, weights } = separate.forward(x);
    return { "out.per_head": output, "out.att": weights };
  });
  await checkOutputs(check, () => {
    const { output, weights } = packed.attend(x, x, x);
    return { "out.packed": output, "out.att": weights };
  });
}

/** `head.0.q.weight` → `heads.0.query.weight` */
function fromSeparate(name: string): string {
  const [, head, rest] = name.match(/^head\.(\d+)\.(.*)$/) ?? [];
  return head === undefined ? name.replace(/^output_proj\b/, "output") : `heads.${head}.${fromHead(rest)}`;
}

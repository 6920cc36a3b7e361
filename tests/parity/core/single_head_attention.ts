import { SingleHeadAttention } from "@taxon/nn";
import { matmul, mul } from "@taxon/tensor";
import type { Checker } from "../checker.ts";
import type { GoldenCase } from "../golden_case.ts";
import { checkLayer, checkOutputs } from "./layer.ts";
import { loadParameters } from "./parameters.ts";

const projections: Record<string, string> = { q: "query", k: "key", v: "value" };

/** `q.weight` → `query.weight` */
export function fromHead(name: string): string {
  return name.replace(/^[qkv]\b/, (letter) => projections[letter]);
}

/** One head in its two forms: all tokens at once, and token by token. */
export async function singleHeadAttention(golden: GoldenCase, check: Checker): Promise<void> {
  const { dims, dk = dims.hd, dv = dk } = golden.config;
  using head = new SingleHeadAttention(dims.d, dk, dv);
  const parameters = loadParameters(head, golden, fromHead);
  const x = golden.tensor("in.x");
  await checkOutputs(check, () => {
    const [q, k, v] = [head.query, head.key, head.value].map((projection) => projection.forward(x));
    const scores = mul(matmul(q, k, { transposeB: true }), 1 / Math.sqrt(dk));
    return { "out.q": q, "out.k": k, "out.v": v, "out.scores": scores };
  });
  await checkLayer(golden, check, parameters, () => {
    const { output, weights } = head.forward(x);
    return { "out.matrix": output, "out.att": weights };
  });
  await checkLayer(golden, check, parameters, () => {
    const { output, weights } = head.forwardTokenByToken(x);
    return { "out.vector": output, "out.att_vector": weights };
  });
}

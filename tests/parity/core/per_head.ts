import { MultiHeadAttention, SingleHeadAttention, type StateEntry } from "@taxon/nn";
import { concat, linear, reshape, rows } from "@taxon/tensor";
import type { Checker } from "../checker.ts";
import type { GoldenCase } from "../golden_case.ts";
import { checkOutputs } from "./layer.ts";
import { loadParameters } from "./parameters.ts";
import { fromHead } from "./single_head_attention.ts";

/** Heads with a matrix each, and the same heads packed into one matrix a projection, give the same. */
export async function perHeadAgainstPacked(golden: GoldenCase, check: Checker): Promise<void> {
  await separateHeads(golden, check);
  await packedHeads(golden, check);
}

async function separateHeads(golden: GoldenCase, check: Checker): Promise<void> {
  const { d, h, hd } = golden.config.dims;
  const heads = Array.from({ length: h }, (_, head) => {
    const module = new SingleHeadAttention(d, hd);
    loadParameters(module, golden, fromHead, `param.head.${head}.`);
    return module;
  });
  const x = golden.tensor("in.x");
  const [batch, length] = x.shape;
  await checkOutputs(check, () => {
    const texts = Array.from({ length: batch }, (_, b) => reshape(rows(x, b, b + 1), [length, d]));
    const attended = texts.map((text) => heads.map((head) => head.forward(text)));
    const joined = concat(attended.map((parts) => concat(parts.map(({ output }) => output), 1)), 0);
    const weight = golden.tensor("param.output_proj.weight");
    const output = linear(joined, weight, { bias: golden.tensor("param.output_proj.bias") });
    return { "out.per_head": output, "out.att": concat(attended.flat().map(({ weights }) => weights), 0) };
  });
  for (const head of heads) head[Symbol.dispose]();
}

async function packedHeads(golden: GoldenCase, check: Checker): Promise<void> {
  const { d, h, hd } = golden.config.dims;
  using attention = new MultiHeadAttention({ modelSize: d, heads: h, headDim: hd });
  attention.loadStateDict(
    new Map([...attention.namedParameters()].map(([name, { shape }]): [string, StateEntry] => {
      const [part, kind] = name.split(".");
      const stored = part === "output"
        ? [`param.output_proj.${kind}`]
        : Array.from({ length: h }, (_, head) => `param.head.${head}.${part[0]}.${kind}`);
      return [name, { shape, data: Float32Array.from(stored.flatMap((n) => [...golden.values(n)])) }];
    })),
  );
  const x = golden.tensor("in.x");
  await checkOutputs(check, () => {
    const { output, weights } = attention.attend(x, x, x);
    return { "out.packed": output, "out.att": weights };
  });
}

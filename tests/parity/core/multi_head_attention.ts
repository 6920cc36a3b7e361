import { type ForwardContext, MultiHeadAttention, MultiheadAttention, type TorchMasks } from "@taxon/nn";
import { concat, keep, reshape, sub, type Tensor } from "@taxon/tensor";
import type { Checker } from "../checker.ts";
import type { GoldenCase } from "../golden_case.ts";
import { checkLayer, checkOutputs } from "./layer.ts";
import { activationsAt, anglesOnDevice, batchPositions, pack, packing, weightsAt } from "./packing.ts";
import { fromArticle, loadParameters } from "./parameters.ts";

/** The article's MultiHeadedAttention: plain, masked, with rotary positions, or across two inputs. */
export async function articleMultiHeadAttention(golden: GoldenCase, check: Checker): Promise<void> {
  const { dims, d = dims.d, heads = dims.h, head_dim: headDim = dims.hd, rope } = golden.config;
  using attention = new MultiHeadAttention({ modelSize: d, heads, headDim });
  const parameters = loadParameters(attention, golden, fromArticle);
  const crosses = golden.has("in.query");
  const query = golden.tensor(crosses ? "in.query" : "in.x");
  const keyValue = golden.tensor(crosses ? "in.key_value" : "in.x");
  const [batch, length] = query.shape;
  await checkLayer(golden, check, parameters, () => {
    const { output, weights } = attention.attend(query, keyValue, keyValue, {
      mask: golden.optional("in.mask"),
      rotary: rope ? anglesOnDevice(golden, batchPositions(batch, length), headDim) : undefined,
    });
    return { "out.out": output, "out.att": weights };
  });
  if (crosses) return;
  const layout = packing(golden.has("in.mask") ? golden.values("in.mask") : undefined, batch, length);
  await checkPacked(golden, check, parameters, layout, (context) => {
    const rotary = rope ? anglesOnDevice(golden, layout.positions, headDim) : undefined;
    return attention.forward(pack(query, layout), { ...context, rotary });
  });
}

/**
 * Compares a layer on packed sequences: the fused path, then the one that returns attention weights. Gradients only
 * where nothing is padded, since recorded gradients flow from padded queries, too.
 */
export async function checkPacked(
  golden: GoldenCase,
  check: Checker,
  parameters: ReadonlyMap<string, Tensor>,
  layout: ReturnType<typeof packing>,
  forward: (context: ForwardContext) => Tensor,
): Promise<void> {
  check.path = "packed";
  const context: ForwardContext = { layout: { kind: "packed", cuSeqlens: layout.cuSeqlens } };
  const out = { at: activationsAt(layout, golden.shape("out.out").at(-1)!) };
  if (out.at.length === golden.values("out.out").length) {
    const shape = golden.shape("out.out"); // nothing is padded, so packing only joins two axes
    await checkLayer(golden, check, parameters, () => ({ "out.out": reshape(forward(context), shape) }));
  } else {
    await checkOutputs(check, () => ({ "out.out": forward(context) }), { "out.out": out });
  }
  if (golden.has("out.att")) {
    const withWeights = () => {
      let weights: Tensor[] = [];
      const onAttention = (reported: Tensor[]) => void (weights = reported.map(keep));
      const output = forward({ ...context, onAttention });
      const flat = concat(weights.map((w) => reshape(w, [w.shape.reduce((a, b) => a * b)])), 0);
      for (const kept of weights) kept.dispose();
      return { "out.out": output, "out.att": flat };
    };
    const att = { at: weightsAt(layout, golden.shape("out.att")[1]) };
    await checkOutputs(check, withWeights, { "out.out": out, "out.att": att });
  }
  check.path = "";
}

/** `torch.nn.MultiheadAttention`. */
export async function torchMultiheadAttention(golden: GoldenCase, check: Checker): Promise<void> {
  const { dims, embed_dim = dims.d, heads = dims.h, kdim, vdim } = golden.config;
  using attention = new MultiheadAttention(embed_dim, heads, { kdim, vdim });
  const parameters = loadParameters(attention, golden);
  const [query, key, value] = golden.has("in.x")
    ? Array<Tensor>(3).fill(golden.tensor("in.x"))
    : ["in.query", "in.key", "in.value"].map((name) => golden.tensor(name));
  const averageWeights = golden.shape("out.att").length === 3;
  await checkLayer(golden, check, parameters, () => {
    const { output, weights } = attention.forward(query, key, value, {
      ...torchMasks(golden),
      averageWeights,
    });
    return { "out.out": output, "out.att": weights };
  });
}

/** Masks in PyTorch's sense, of which some recordings hold `in.mask`, 1 for real tokens, instead. */
export function torchMasks(golden: GoldenCase): TorchMasks {
  const real = golden.optional("in.mask");
  return {
    keyPaddingMask: real ? sub(1, real) : golden.optional("in.key_padding_mask"),
    attnMask: golden.optional("in.attn_mask"),
  };
}

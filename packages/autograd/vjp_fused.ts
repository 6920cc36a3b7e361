import { emit, emitMany, type OpAttributes, type OutputSpec, type Tensor } from "@taxon/tensor";
import type { Rule } from "./rule.ts";

type Fused = "linear" | "layerNorm" | "softmax" | "gelu" | "attention" | "dropout" | "softmaxCrossEntropy";

/** Rules of the fused ops, recorded only where the backend offers the gradient (packages/tensor/fused decides). */
export const fusedRules: { [Op in Fused]: Rule<Op> } = {
  linear: ({ dy, inputs: [x, weight, bias], needs }) => {
    const wanted = { x: needs[0], weight: needs[1], bias: needs[2] ?? false };
    const outs = [x, weight, bias].map((input, i) => needs[i] ? spec(input) : undefined);
    return emitMany("linearGrad", [dy, x, weight], outs, (backend, [dy, x, weight]) => {
      return backend.fused.linearGrad!({ dy, x, weight, needs: wanted });
    });
  },
  layerNorm: ({ dy, inputs, attributes: { affine, biased, eps }, needs }) => {
    const [x, first, second] = inputs;
    const weight = affine ? first : undefined;
    const bias = biased ? (affine ? second : first) : undefined;
    const at = { weight: affine ? 1 : -1, bias: biased ? inputs.length - 1 : -1 };
    const wanted = { x: needs[0], weight: needs[at.weight] ?? false, bias: needs[at.bias] ?? false };
    const outs = [
      wanted.x ? spec(x) : undefined,
      wanted.weight ? spec(weight!) : undefined,
      wanted.bias ? spec(bias!) : undefined,
    ];
    const [dx, dweight, dbias] = emitMany(
      "layerNormGrad",
      weight ? [dy, x, weight] : [dy, x],
      outs,
      (backend, inputs) => {
        const [dy, x, weight] = inputs;
        return backend.fused.layerNormGrad!({ dy, x, weight, eps, needs: wanted });
      },
    );
    return [dx, ...(affine ? [dweight] : []), ...(biased ? [dbias] : [])];
  },
  softmax: ({ dy, y }) => [
    opaque("softmaxGrad", [dy, y], y, (backend, [dy, y], out) => backend.fused.softmaxGrad!(dy, y, out)),
  ],
  gelu: ({ dy, inputs: [x], attributes: { form } }) => [
    opaque("geluGrad", [dy, x], x, (backend, [dy, x], out) => backend.fused.geluGrad!(dy, x, form, out)),
  ],
  attention: ({ dy, inputs: [q, k, v, rows], attributes: { dropout, ...settings }, needs }) => {
    const outs = [q, k, v].map(spec);
    const inputs = rows ? [dy, q, k, v, rows] : [dy, q, k, v];
    const grads = emitMany("attentionGrad", inputs, outs, (backend, [dy, q, k, v, rows]) => {
      return backend.fused.attentionGrad!({
        dy,
        q,
        k,
        v,
        ...settings,
        dropout: dropout && { ...dropout, rows },
      });
    });
    return grads.map((grad, i) => needs[i] ? grad : undefined);
  },
  dropout: ({ dy, inputs: [, rows], attributes }) => [
    opaque("dropoutGrad", [dy, rows], dy, (backend, [dy, rows], out) => {
      return backend.fused.dropout!(dy, { ...attributes, rows }, out);
    }),
  ],
  softmaxCrossEntropy: ({ dy, inputs, attributes: { labelSmoothing } }) => [
    opaque("softmaxCrossEntropyGrad", [dy, ...inputs], inputs[0], (backend, operands, out) => {
      const [dloss, logits, labels, classWeights] = operands;
      return backend.fused.softmaxCrossEntropyGrad!(
        dloss,
        { logits, labels, classWeights, labelSmoothing },
        out,
      );
    }),
  ],
};

const spec = (x: Tensor): OutputSpec => ({ shape: x.shape, dtype: x.dtype });

/** Runs a gradient kernel whose result has the shape of `like`. */
function opaque(
  name: string,
  inputs: readonly Tensor[],
  like: Tensor,
  run: Parameters<typeof emit<"opaque">>[4],
): Tensor {
  return emit("opaque", inputs, { name } satisfies OpAttributes["opaque"], spec(like), run);
}

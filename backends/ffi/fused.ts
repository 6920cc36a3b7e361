import { type FusedOps, numel, type Operand, type OutputSpec, type Shape } from "@taxon/tensor";
import { createAttention } from "./attention.ts";
import type { FfiMemory } from "./memory.ts";
import { activationCodes } from "./symbols.ts";

/** The fused ops; 16-bit operands are widened first. */
export function createFusedOps(memory: FfiMemory): FusedOps {
  const floats = (shape: Shape): OutputSpec => ({ shape, dtype: "f32" });

  return {
    ...createAttention(memory),

    linear({ x, weight, bias, activation }, out) {
      const { native, id } = memory.context;
      const [n, k] = weight.shape;
      const m = numel(x.shape.slice(0, -1));
      const code = activationCodes[activation];
      return memory.withFloats(
        [x, weight, bias],
        (x, weight, bias) =>
          memory.result(out, (y) => native.taxon_linear(id, x, weight, bias, code, y, m, n, k)),
      );
    },

    linearGrad({ dy, x, weight, needs }) {
      const { native, id } = memory.context;
      const [n, k] = weight.shape;
      const m = numel(x.shape.slice(0, -1));
      return memory.withFloats([dy, x, weight], (dyHandle, xHandle, weightHandle) => [
        needs.x
          ? memory.result(
            floats(x.shape),
            (dx) => native.taxon_linear_grad_x(id, dyHandle, weightHandle, dx, m, n, k),
          )
          : undefined,
        needs.weight
          ? memory.result(
            floats(weight.shape),
            (dweight) => native.taxon_linear_grad_weight(id, dyHandle, xHandle, dweight, m, n, k),
          )
          : undefined,
        needs.bias
          ? memory.result(floats([n]), (dbias) => native.taxon_reduce(id, 0, 0, dyHandle, m, n, dbias))
          : undefined,
      ]);
    },

    softmax(x, out) {
      const { native, id } = memory.context;
      const size = lastSize(x);
      return memory.withFloats([x], (x) => memory.result(out, (y) => native.taxon_softmax(id, x, size, y)));
    },

    softmaxGrad(dy, y, out) {
      const { native, id } = memory.context;
      const size = lastSize(y);
      return memory.withFloats(
        [dy, y],
        (dy, y) => memory.result(out, (dx) => native.taxon_softmax_grad(id, dy, y, size, dx)),
      );
    },

    gelu(x, form, out) {
      const { native, id } = memory.context;
      const code = form === "erf" ? 0 : 1;
      return memory.withFloats([x], (x) => memory.result(out, (y) => native.taxon_gelu(id, code, x, y)));
    },

    geluGrad(dy, x, form, out) {
      const { native, id } = memory.context;
      const code = form === "erf" ? 0 : 1;
      return memory.withFloats(
        [dy, x],
        (dy, x) => memory.result(out, (dx) => native.taxon_gelu_grad(id, code, dy, x, dx)),
      );
    },

    layerNorm({ x, weight, bias, eps }, out) {
      const { native, id } = memory.context;
      const size = lastSize(x);
      return memory.withFloats(
        [x, weight, bias],
        (x, weight, bias) =>
          memory.result(out, (y) => native.taxon_layer_norm(id, x, weight, bias, size, eps, y)),
      );
    },

    layerNormGrad({ dy, x, weight, eps, needs }) {
      const { native, id } = memory.context;
      const size = lastSize(x);
      const wanted = [needs.x && x.shape, needs.weight && [size], needs.bias && [size]];
      const specs = wanted.map((shape) => shape ? floats(shape) : undefined);
      return memory.withFloats(
        [dy, x, weight],
        (dy, x, weight) =>
          memory.results(
            specs,
            ([dx, dweight, dbias]) =>
              native.taxon_layer_norm_grad(id, dy, x, weight, size, eps, dx, dweight, dbias),
          ),
      );
    },

    dropout(x, { p, key, rows }, out) {
      const { native, id } = memory.context;
      const ids = memory.handle(rows);
      const columns = lastSize(x);
      return memory.withFloats(
        [x],
        (x) => memory.result(out, (y) => native.taxon_dropout(id, key[0], key[1], p, ids, x, columns, y)),
      );
    },

    softmaxCrossEntropy({ logits, labels, classWeights, labelSmoothing }, out) {
      const { native, id } = memory.context;
      const ids = memory.handle(labels);
      const classes = lastSize(logits);
      return memory.withFloats(
        [logits, classWeights],
        (logits, weights) =>
          memory.result(
            out,
            (loss) => native.taxon_cross_entropy(id, logits, ids, weights, labelSmoothing, classes, loss),
          ),
      );
    },

    softmaxCrossEntropyGrad(dloss, { logits, labels, classWeights, labelSmoothing }, out) {
      const { native, id } = memory.context;
      const ids = memory.handle(labels);
      const classes = lastSize(logits);
      return memory.withFloats(
        [dloss, logits, classWeights],
        (dloss, logits, weights) =>
          memory.result(out, (dlogits) =>
            native.taxon_cross_entropy_grad(
              id,
              dloss,
              logits,
              ids,
              weights,
              labelSmoothing,
              classes,
              dlogits,
            )),
      );
    },

    adamwStep(entries, { beta1, beta2, eps, step, gradScale }) {
      const { native, id } = memory.context;
      const scale = gradScale ? memory.handle(gradScale) : 0;
      for (const { param, grad, m, v, learningRate, weightDecay } of entries) {
        const [p, g, mean, squares] = [param, grad, m, v].map((x) => memory.handle(x));
        memory.context.check(
          native.taxon_adamw(
            id,
            p,
            g,
            mean,
            squares,
            scale,
            beta1,
            beta2,
            eps,
            step,
            learningRate,
            weightDecay,
          ),
        );
      }
    },

    sumSquares(xs, out) {
      const { native, id } = memory.context;
      return memory.withFloats(xs, (...handles) => {
        const list = Uint32Array.from(handles);
        return memory.result(out, (y) => native.taxon_sum_squares(id, y, list, list.length));
      });
    },
  };
}

/** Size of the last axis. */
function lastSize(x: Operand): number {
  return x.shape[x.shape.length - 1];
}

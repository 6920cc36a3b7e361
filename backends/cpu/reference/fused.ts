import {
  type AttentionArgs,
  type AttentionGradArgs,
  type CrossEntropyArgs,
  type DeviceBuffer,
  type FusedOps,
  type LayerNormArgs,
  type LayerNormGradArgs,
  type LinearArgs,
  type LinearGradArgs,
  numel,
  type Operand,
  type OutputSpec,
} from "@taxon/tensor";
import { adamwInPlace } from "./adamw.ts";
import { attentionGradInto, type AttentionInputs, attentionInto } from "./attention.ts";
import type { CpuBuffer } from "./buffer.ts";
import { crossEntropyGradInto, crossEntropyInto, type Targets } from "./cross_entropy.ts";
import { gelu, geluDerivative, geluTanh, geluTanhDerivative } from "./gelu.ts";
import { layerNormGradInto, layerNormInto } from "./layer_norm.ts";
import { linearGradWeightInto, linearGradXInto, linearInto, type LinearSizes } from "./linear.ts";
import { dropoutInto } from "./random.ts";
import { reduceInto } from "./reduction.ts";
import { softmaxGradInto, softmaxInto } from "./softmax.ts";

/** What the fused ops need from the backend that offers them. */
export interface BufferAccess {
  create(out: OutputSpec): CpuBuffer;
  floats(x: Operand): Float32Array;
  integers(x: Operand): Int32Array;
}

/** All fused ops of the contract over the plain kernels. */
export function createFusedOps({ create, floats, integers }: BufferAccess): Required<FusedOps> {
  /** An f32 buffer of `shape` that `kernel` fills. */
  function result(shape: readonly number[], kernel: (out: Float32Array) => void): DeviceBuffer {
    const buffer = create({ shape, dtype: "f32" });
    kernel(buffer.view("f32") as Float32Array);
    return buffer;
  }
  const optional = (x: Operand | undefined) => x && floats(x);

  function attentionInputs(args: AttentionArgs): AttentionInputs {
    const { q, k, v, cuSeqlens, cuSeqlensKey, scale, window, dropout } = args;
    const [, heads, headDim] = q.shape;
    return {
      q: floats(q),
      k: floats(k),
      v: floats(v),
      heads,
      headDim,
      cuSeqlens,
      cuSeqlensKey,
      scale,
      window,
      dropout: dropout && { p: dropout.p, key: dropout.key, rows: integers(dropout.rows) },
    };
  }

  function targets({ logits, labels, classWeights, labelSmoothing }: CrossEntropyArgs): Targets {
    return {
      labels: integers(labels),
      classWeights: optional(classWeights),
      labelSmoothing,
      classes: logits.shape[1],
    };
  }

  return {
    linear({ x, weight, bias, activation }: LinearArgs, out) {
      return result(
        out.shape,
        (y) => linearInto(y, floats(x), floats(weight), optional(bias), activation, linearSizes(x, weight)),
      );
    },
    linearGrad({ dy, x, weight, needs }: LinearGradArgs) {
      const sizes = linearSizes(x, weight);
      const { rows, outputs } = sizes;
      const dys = floats(dy);
      return [
        needs.x ? result(x.shape, (dx) => linearGradXInto(dx, dys, floats(weight), sizes)) : undefined,
        needs.weight
          ? result(weight.shape, (dw) => linearGradWeightInto(dw, dys, floats(x), sizes))
          : undefined,
        needs.bias
          ? result([outputs], (db) => reduceInto("sum", db, [1, outputs], dys, [rows, outputs]))
          : undefined,
      ];
    },
    layerNorm({ x, weight, bias, eps }: LayerNormArgs, out) {
      const size = lastAxis(x);
      return result(
        out.shape,
        (y) => layerNormInto(y, floats(x), optional(weight), optional(bias), size, eps),
      );
    },
    layerNormGrad({ dy, x, weight, eps, needs }: LayerNormGradArgs) {
      const size = lastAxis(x);
      const dx = needs.x ? create({ shape: x.shape, dtype: "f32" }) : undefined;
      const dweight = needs.weight ? create({ shape: [size], dtype: "f32" }) : undefined;
      const dbias = needs.bias ? create({ shape: [size], dtype: "f32" }) : undefined;
      const gradients = {
        x: dx?.view("f32") as Float32Array | undefined,
        weight: dweight?.view("f32") as Float32Array | undefined,
        bias: dbias?.view("f32") as Float32Array | undefined,
      };
      layerNormGradInto(gradients, floats(dy), floats(x), optional(weight), size, eps);
      return [dx, dweight, dbias];
    },
    softmax(x, out) {
      return result(out.shape, (y) => softmaxInto(y, floats(x), lastAxis(x)));
    },
    softmaxGrad(dy, y, out) {
      return result(out.shape, (dx) => softmaxGradInto(dx, floats(dy), floats(y), lastAxis(y)));
    },
    gelu(x, form, out) {
      const f = form === "erf" ? gelu : geluTanh;
      const xs = floats(x);
      return result(out.shape, (y) => {
        for (let i = 0; i < y.length; i++) y[i] = f(xs[i]);
      });
    },
    geluGrad(dy, x, form, out) {
      const derivative = form === "erf" ? geluDerivative : geluTanhDerivative;
      const dys = floats(dy);
      const xs = floats(x);
      return result(out.shape, (dx) => {
        for (let i = 0; i < dx.length; i++) dx[i] = dys[i] * derivative(xs[i]);
      });
    },
    attention(args, out) {
      return result(out.shape, (y) => attentionInto(y, attentionInputs(args)));
    },
    attentionGrad(args: AttentionGradArgs) {
      const [dq, dk, dv] = [args.q, args.k, args.v].map(({ shape }) => create({ shape, dtype: "f32" }));
      const gradients = {
        q: dq.view("f32") as Float32Array,
        k: dk.view("f32") as Float32Array,
        v: dv.view("f32") as Float32Array,
      };
      attentionGradInto(gradients, floats(args.dy), attentionInputs(args));
      return [dq, dk, dv];
    },
    dropout(x, { p, key, rows }, out) {
      const columns = lastAxis(x);
      return result(out.shape, (y) => dropoutInto(y, floats(x), { p, key, rows: integers(rows), columns }));
    },
    softmaxCrossEntropy(args, out) {
      return result(out.shape, (loss) => crossEntropyInto(loss, floats(args.logits), targets(args)));
    },
    softmaxCrossEntropyGrad(dloss, args, out) {
      return result(
        out.shape,
        (dlogits) => crossEntropyGradInto(dlogits, floats(dloss), floats(args.logits), targets(args)),
      );
    },
    adamwStep(entries, options) {
      const gradScale = options.gradScale ? floats(options.gradScale)[0] : 1;
      for (const { param, grad, m, v, weightDecay, learningRate } of entries) {
        const arrays = { param: floats(param), grad: floats(grad), m: floats(m), v: floats(v) };
        adamwInPlace({ ...arrays, weightDecay, learningRate }, options, gradScale);
      }
    },
    sumSquares(xs, out) {
      return result(out.shape, (sums) =>
        xs.forEach((x, i) => {
          let sum = 0;
          for (const value of floats(x)) sum += value * value;
          sums[i] = sum;
        }));
    },
  };
}

function lastAxis(x: Operand): number {
  return x.shape[x.shape.length - 1];
}

function linearSizes(x: Operand, weight: Operand): LinearSizes {
  const [outputs, inputs] = weight.shape;
  return { rows: numel(x.shape.slice(0, -1)), inputs, outputs };
}

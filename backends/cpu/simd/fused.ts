import {
  type DeviceBuffer,
  type FusedOps,
  numel,
  type Operand,
  type OutputSpec,
  type Shape,
} from "@taxon/tensor";
import type { CpuBuffer } from "../reference/buffer.ts";
import { createAttention } from "./attention.ts";
import type { Engine } from "./engine.ts";
import { BLOCK } from "./kernels/elementwise.ts";
import { SQUARES_BLOCK } from "./kernels/reduction.ts";
import { COLUMNS } from "./kernels/rows.ts";
import {
  addressOf,
  areFloats,
  elementwise,
  fillZeros,
  gemm,
  rowsOf,
  sumColumns,
  withTransposed,
} from "./launch.ts";

/** Cost of one exponential against one plain element, for the choice of threads. */
const EXP_WORK = 4;

/**
 * The fused ops of the SIMD tier. `reference` offers them all, and computes what these kernels do not take: 16-bit
 * operands and layers without inputs.
 */
export function createSimdFusedOps(
  engine: Engine,
  create: (out: OutputSpec) => CpuBuffer,
  reference: FusedOps,
): FusedOps {
  const { kernels } = engine;
  const base = reference as Required<FusedOps>;
  const floats = (shape: Shape): CpuBuffer => create({ shape, dtype: "f32" });
  const optional = (x: Operand | undefined): number => x ? addressOf(x) : 0;
  const wanted = (need: boolean, shape: Shape): CpuBuffer | undefined => need ? floats(shape) : undefined;

  /** Writes to y an elementwise function of operands of one shape, or gives the turn to the reference. */
  function map(name: string, xs: Operand[], out: OutputSpec, otherwise: () => DeviceBuffer): DeviceBuffer {
    if (!areFloats(...xs)) return otherwise();
    const y = create(out);
    elementwise(engine, name, xs, out.shape, y.byteOffset);
    return y;
  }

  return {
    ...reference,
    ...createAttention(engine, create, base),

    linear(args, out) {
      const { x, weight, bias, activation } = args;
      const [n, k] = weight.shape;
      if (!areFloats(x, weight, bias) || k === 0) return base.linear(args, out);
      const y = create(out);
      const m = numel(x.shape.slice(0, -1));
      gemm(engine, [addressOf(x), addressOf(weight), y.byteOffset], {
        m,
        n,
        k,
        bias: optional(bias),
        activation,
      });
      return y;
    },

    linearGrad(args) {
      const { dy, x, weight, needs } = args;
      const [outputs, inputs] = weight.shape;
      const rows = numel(x.shape.slice(0, -1));
      if (!areFloats(dy, x, weight) || rows * outputs === 0) return base.linearGrad(args);
      const dx = wanted(needs.x, x.shape);
      const dweight = wanted(needs.weight, weight.shape);
      const dbias = wanted(needs.bias, [outputs]);
      const at = addressOf(dy);
      if (dx) { // [rows, outputs] · ([inputs, outputs])ᵀ
        withTransposed(engine, addressOf(weight), { rows: outputs, columns: inputs }, (weightT) => {
          gemm(engine, [at, weightT, dx.byteOffset], { m: rows, n: inputs, k: outputs });
        });
      }
      if (dweight) { // [outputs, rows] · ([inputs, rows])ᵀ
        withTransposed(engine, at, { rows, columns: outputs }, (dyT) => {
          withTransposed(engine, addressOf(x), { rows, columns: inputs }, (xT) => {
            gemm(engine, [dyT, xT, dweight.byteOffset], { m: outputs, n: inputs, k: rows });
          });
        });
      }
      if (dbias) sumColumns(engine, at, dbias.byteOffset, { rows, size: outputs });
      return [dx, dweight, dbias];
    },

    layerNorm(args, out) {
      const { x, weight, bias, eps } = args;
      if (!areFloats(x, weight, bias)) return base.layerNorm(args, out);
      const { rows, size } = rowsOf(x);
      const y = create(out);
      const operands = { x: addressOf(x), weight: optional(weight), bias: optional(bias), y: y.byteOffset };
      engine.run(kernels.layerNorm, { ...operands, size, eps }, rows, 2 * size);
      return y;
    },

    layerNormGrad(args) {
      const { dy, x, weight, eps, needs } = args;
      if (!areFloats(dy, x, weight)) return base.layerNormGrad(args);
      const { rows, size } = rowsOf(x);
      const dx = wanted(needs.x, x.shape);
      const dweight = wanted(needs.weight, [size]);
      const dbias = wanted(needs.bias, [size]);
      const operands = { dy: addressOf(dy), x: addressOf(x) };
      engine.scratch(8 * rows, (stats) => {
        const own = { weight: optional(weight), dx: dx?.byteOffset ?? 0, stats, size, eps };
        engine.run(kernels.layerNormGrad, { ...operands, ...own }, rows, 4 * size);
        const affine = [dweight, dbias].map((buffer) => {
          if (buffer) fillZeros(engine, buffer.byteOffset, size);
          return buffer?.byteOffset ?? 0;
        });
        if (!dweight && !dbias) return;
        const sums = { stats, dweight: affine[0], dbias: affine[1], rows, size };
        const units = Math.ceil(size / COLUMNS);
        engine.run(kernels.layerNormGradAffine, { ...operands, ...sums }, units, rows * COLUMNS);
      });
      return [dx, dweight, dbias];
    },

    softmax(x, out) {
      if (!areFloats(x)) return base.softmax(x, out);
      const { rows, size } = rowsOf(x);
      const y = create(out);
      engine.run(kernels.softmax, { x: addressOf(x), y: y.byteOffset, size }, rows, EXP_WORK * size);
      return y;
    },

    softmaxGrad(dy, y, out) {
      if (!areFloats(dy, y)) return base.softmaxGrad(dy, y, out);
      const { rows, size } = rowsOf(y);
      const dx = create(out);
      const args = { dy: addressOf(dy), y: addressOf(y), dx: dx.byteOffset, size };
      engine.run(kernels.softmaxGrad, args, rows, 2 * size);
      return dx;
    },

    gelu(x, form, out) {
      return map(form === "erf" ? "f32/gelu" : "f32/geluTanh", [x], out, () => base.gelu(x, form, out));
    },

    geluGrad(dy, x, form, out) {
      const name = form === "erf" ? "f32/geluGrad" : "f32/geluTanhGrad";
      return map(name, [dy, x], out, () => base.geluGrad(dy, x, form, out));
    },

    dropout(x, args, out) {
      if (!areFloats(x)) return base.dropout(x, args, out);
      const { p, key: [low, high] } = args;
      const { rows, size: columns } = rowsOf(x);
      const y = create(out);
      const operands = { rows: addressOf(args.rows), x: addressOf(x), y: y.byteOffset, columns };
      engine.run(kernels.dropout, { low, high, p, scale: 1 / (1 - p), ...operands }, rows, 4 * columns);
      return y;
    },

    adamwStep(entries, options) {
      const { beta1, beta2, eps, step } = options;
      const gradScale = options.gradScale ? engine.float(addressOf(options.gradScale)) : 1;
      for (const { param, grad, m, v, weightDecay, learningRate } of entries) {
        const size = numel(param.shape);
        engine.run(
          kernels.adamw,
          {
            param: addressOf(param),
            grad: addressOf(grad),
            m: addressOf(m),
            v: addressOf(v),
            size,
            gradScale,
            beta1,
            rest1: 1 - beta1,
            beta2,
            rest2: 1 - beta2,
            decay: 1 - learningRate * weightDecay,
            rate: learningRate / (1 - beta1 ** step),
            correction2: 1 / (1 - beta2 ** step),
            eps,
          },
          Math.ceil(size / BLOCK),
          Math.min(size, BLOCK),
        );
      }
    },

    sumSquares(xs, out) {
      if (!areFloats(...xs)) return base.sumSquares(xs, out);
      const sums = create(out);
      xs.forEach((x, i) => {
        const size = numel(x.shape);
        const units = Math.ceil(size / SQUARES_BLOCK);
        engine.scratch(4 * units, (partial) => {
          engine.run(
            kernels.sumSquares,
            { x: addressOf(x), partial, size },
            units,
            Math.min(size, SQUARES_BLOCK),
          );
          engine.run(kernels.sumRows, { x: partial, y: sums.byteOffset + 4 * i, size: units }, 1, units);
        });
      });
      return sums;
    },
  };
}

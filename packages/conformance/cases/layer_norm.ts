import { layerNorm } from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { opCases } from "../op_case.ts";
import * as oracle from "../oracle/fused.ts";
import { nd, type NdArray, sample } from "../oracle/nd_array.ts";
import { composite, type Tolerance } from "../tolerance.ts";

type Affine = "none" | "weight" | "bias" | "both";

function normalised(
  name: string,
  x: NdArray,
  affine: Affine = "none",
  { eps = 1e-5, gradient = false, tolerance = composite }: {
    eps?: number;
    gradient?: boolean;
    tolerance?: Tolerance;
  } = {},
): ConformanceCase[] {
  const size = x.shape[x.shape.length - 1];
  const weighted = affine === "weight" || affine === "both";
  const biased = affine === "bias" || affine === "both";
  const parameters = [
    ...(weighted ? [sample("weight", [size], (value) => 1 + 0.5 * value)] : []),
    ...(biased ? [sample("bias", [size])] : []),
  ];
  const split = <T>(rest: readonly T[]) => ({
    weight: weighted ? rest[0] : undefined,
    bias: biased ? rest[rest.length - 1] : undefined,
  });
  return opCases({
    name: `layerNorm/${name}`,
    inputs: [x, ...parameters],
    run: ([x, ...rest]) => layerNorm(x, { ...split(rest), eps }),
    oracle: ([x, ...rest]) => {
      const { weight, bias } = split(rest);
      return oracle.layerNorm(x, weight, bias, eps);
    },
    tolerance,
    gradient,
    fused: "layerNorm",
  });
}

/** (x − mean) / √(variance + eps) over the last axis. */
export const layerNormCases: readonly ConformanceCase[] = [
  ...normalised("plain", sample("x", [3, 5]), "none", { gradient: true }),
  ...normalised("affine", sample("x", [3, 5]), "both", { gradient: true }),
  ...normalised("weight only", sample("x", [3, 5]), "weight", { gradient: true }),
  ...normalised("bias only", sample("x", [3, 5]), "bias", { gradient: true }),
  ...normalised("three axes", sample("x", [2, 3, 4]), "both", { gradient: true }),
  ...normalised("eps 1e-6", sample("x", [4, 7], (x) => x * 1e-3), "none", { eps: 1e-6 }),
  ...normalised("eps 1", sample("x", [4, 7]), "both", { eps: 1, gradient: true }),
  ...normalised("constant row", nd([2, 4], [3, 3, 3, 3, -1, -1, -1, -1]), "both"),
  ...normalised("size 1", sample("x", [5, 1]), "both"),
  ...[7, 8, 63, 64, 65, 257, 768].flatMap((size) =>
    normalised(`size ${size}`, sample("x", [9, size]), "both")
  ),
  ...normalised("4096 elements", sample("x", [2, 4096]), "both"),
  ...normalised("257 rows", sample("x", [257, 16]), "both"),
  ...normalised("no rows", nd([0, 8], []), "both"),
  // E[x²] − E[x]² would lose all digits here; f32 holds 1000 + noise to 6e-5.
  ...normalised("large mean", sample("x", [4, 64], (x) => Math.fround(1000 + x)), "none", {
    tolerance: { relative: 1e-4, absolute: 2e-4 },
  }),
  ...normalised("NaN in one row", nd([3, 2], [1, 2, NaN, 1, 3, 5])),
];

import { softmaxCrossEntropy } from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { opCases } from "../op_case.ts";
import * as oracle from "../oracle/fused.ts";
import { nd, type NdArray, sample, sampleIntegers } from "../oracle/nd_array.ts";
import { composite } from "../tolerance.ts";

function loss(
  name: string,
  logits: NdArray,
  { labelSmoothing = 0, weighted = false, gradient = false } = {},
): ConformanceCase[] {
  const [n, classes] = logits.shape;
  const labels = sampleIntegers(`labels ${name}`, [n], classes);
  const weights = weighted ? [sample("weights", [classes], (x) => 0.2 + Math.abs(x))] : [];
  return opCases({
    name: `softmaxCrossEntropy/${name}`,
    inputs: [logits, labels, ...weights],
    run: ([logits, labels, classWeights]) =>
      softmaxCrossEntropy(logits, labels, { classWeights, labelSmoothing }),
    oracle: ([logits, labels, classWeights]) =>
      oracle.softmaxCrossEntropy(logits, labels.data, { classWeights, labelSmoothing }),
    tolerance: composite,
    constants: [2],
    gradient,
    fused: "softmaxCrossEntropy",
  });
}

const wide = (n: number, classes: number) => sample("logits", [n, classes], (x) => x * 2);

/** Cross entropy of each row. */
export const crossEntropyCases: readonly ConformanceCase[] = [
  ...loss("plain", wide(4, 5), { gradient: true }),
  ...loss("smoothed", wide(4, 5), { labelSmoothing: 0.1, gradient: true }),
  ...loss("weighted", wide(4, 5), { weighted: true, gradient: true }),
  ...loss("weighted and smoothed", wide(4, 5), { labelSmoothing: 0.2, weighted: true, gradient: true }),
  ...loss("two classes", wide(7, 2), { gradient: true }),
  ...loss("one class", wide(3, 1)),
  ...loss("65 rows, 257 classes", wide(65, 257), { labelSmoothing: 0.1, weighted: true }),
  ...loss("no rows", nd([0, 3], [])),
  ...loss("large logits", nd([2, 3], [1e4, 0, -1e4, -1e4, -1e4, -1e4 - 1])),
];

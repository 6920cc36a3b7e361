import { valueAndGrad } from "@taxon/autograd";
import { binaryCrossEntropy, crossEntropy, crossEntropySum, squaredError } from "@taxon/nn";
import { gather, mean, type Tensor, tensor } from "@taxon/tensor";
import type { Checker } from "../checker.ts";
import type { GoldenCase } from "../golden_case.ts";

/** Every recorded loss of the same logits, and its gradient. */
export async function losses(golden: GoldenCase, check: Checker): Promise<void> {
  const { label_smoothing: labelSmoothing, ignore_index = -100 } = golden.config;
  const logits = golden.tensor("in.logits");
  const labels = golden.tensor("in.labels");
  const classWeights = golden.tensor("in.class_weight");
  const targets = golden.tensor("in.multi");
  const byName: Record<string, () => Tensor> = {
    ce: () => crossEntropy(logits, labels),
    ce_sum: () => crossEntropySum(logits, labels).sum,
    ce_smooth: () => crossEntropy(logits, labels, { labelSmoothing }),
    ce_weight: () => crossEntropy(logits, labels, { classWeights }),
    ce_weight_smooth: () => crossEntropy(logits, labels, { classWeights, labelSmoothing }),
    ce_ignore: () => ignoring(logits, golden.values("in.labels_ignore"), ignore_index),
    bce: () => mean(binaryCrossEntropy(logits, targets)),
    bce_pos_weight: () => mean(binaryCrossEntropy(logits, targets, golden.tensor("in.pos_weight"))),
    mse: () => mean(squaredError(logits, targets)),
  };
  for (const [name, loss] of Object.entries(byName)) {
    if (!golden.has(`out.${name}`)) continue;
    const { value, grads: [gradient] } = valueAndGrad([logits], loss);
    await check.output(`out.${name}`, value);
    await check.gradient(`grad.${name}`, gradient);
    value.dispose();
    gradient?.dispose();
  }
}

/** Cross entropy of the rows whose label counts: packed batches hold no other rows, so the package has no such label. */
function ignoring(logits: Tensor, labels: ArrayLike<number>, ignored: number): Tensor {
  const kept = Array.from(labels, (_, row) => row).filter((row) => labels[row] !== ignored);
  const ids = (values: number[]) =>
    tensor(Int32Array.from(values), [values.length], { backend: logits.backend });
  return crossEntropy(gather(logits, ids(kept)), ids(kept.map((row) => labels[row])));
}

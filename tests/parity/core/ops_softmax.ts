import { logSoftmax, logSumExp, scope, softmax } from "@taxon/tensor";
import type { Checker } from "../checker.ts";
import { largest } from "../compare.ts";
import type { GoldenCase } from "../golden_case.ts";
import { checkLayer, checkOutputs } from "./layer.ts";

/**
 * Softmax, its logarithm and its normaliser. One row holds ±3e38, whose scale would hide all others, so the
 * logarithms are judged row by row at the scale of the row.
 */
export async function softmaxRows(golden: GoldenCase, check: Checker): Promise<void> {
  const x = golden.tensor("in.x");
  await checkLayer(golden, check, new Map(), () => ({ "out.softmax": softmax(x) }), { x: "grad.softmax" });
  using logs = scope(() => logSoftmax(x));
  using normaliser = scope(() => logSumExp(x));
  const [rows, columns] = x.shape;
  const [inputs, log, lse] = [golden.values("in.x"), await logs.data(), await normaliser.data()];
  for (let row = 0; row < rows; row++) {
    const at = Array.from({ length: columns }, (_, column) => row * columns + column);
    const scale = largest(at.map((i) => inputs[i])); // both subtract from x
    await check.output("out.log_softmax", at.map((i) => log[i]), { at, scale });
    await check.output("out.logsumexp", [lse[row]], { at: [row], scale });
  }
}

/** A row of nothing but −∞ gives NaN, as in PyTorch, and leaves the other rows alone. */
export async function softmaxAllMasked(golden: GoldenCase, check: Checker): Promise<void> {
  await checkOutputs(check, () => ({ "out.softmax_torch": softmax(golden.tensor("in.x")) }));
}

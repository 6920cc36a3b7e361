import { valueAndGrad } from "@taxon/autograd";
import { layerNorm, mul, scope, sum } from "@taxon/tensor";
import type { Checker, Part } from "../checker.ts";
import { largest } from "../compare.ts";
import type { GoldenCase } from "../golden_case.ts";

/** Rows 1 + 1e-4·n and 1000 + n: their spread is close to the rounding of their values. */
const HARD_ROWS = [2, 3];

/** Below it the variance of the smaller rows counts, which float32 holds badly. */
const SMALL_EPS = 1e-8;

/** A sum in another order than PyTorch's may lose as much again. */
const TORCH32 = 2;

/** Layer normalisation of easy and hard rows, judged row by row. */
export async function layerNormalisation(golden: GoldenCase, check: Checker): Promise<void> {
  const x = golden.tensor("in.x");
  const [rows, size] = x.shape;
  for (const name of golden.names("out.").map((name) => name.slice("out.".length))) {
    const [, digits, form] = name.match(/^eps(.+)_(plain|affine)$/) ?? [];
    const eps = Number(digits);
    const affine = form === "affine"
      ? { weight: golden.tensor("param.weight"), bias: golden.tensor("param.bias") }
      : undefined;
    const slackOf = (recorded: string, isHard: boolean) =>
      isHard || eps < SMALL_EPS ? TORCH32 * golden.torch32(recorded) : 0;
    const partOf = (recorded: string, row: number): Part => ({
      at: Array.from({ length: size }, (_, i) => row * size + i),
      slack: slackOf(recorded, HARD_ROWS.includes(row)),
    });
    const normalised = () => layerNorm(x, { ...affine, eps });
    const params = affine ? [x, affine.weight, affine.bias] : [x];
    const { value, grads: [dx, dweight, dbias] } = valueAndGrad(params, () => {
      return sum(mul(normalised(), golden.tensor("in.grad_out")));
    });
    value.dispose();
    using out = scope(normalised);
    const [y, gradient] = [await out.data(), await dx!.data()];
    for (let row = 0; row < rows; row++) {
      const [from, to] = [row * size, (row + 1) * size];
      const stored = `grad.x.${name}`;
      const scale = largest(golden.values(stored).slice(from, to));
      await check.output(`out.${name}`, y.subarray(from, to), partOf(`out.${name}`, row));
      await check.gradient(stored, gradient.subarray(from, to), { ...partOf(stored, row), scale });
    }
    for (const [parameter, gradient] of affine ? [["weight", dweight], ["bias", dbias]] as const : []) {
      const recorded = `grad.${parameter}.${name}`; // sums over all rows, the hard ones among them
      const part = { scale: golden.scale(recorded), slack: slackOf(recorded, true) };
      await check.gradient(recorded, gradient, part);
    }
    for (const gradient of [dx, dweight, dbias]) gradient?.dispose();
  }
}

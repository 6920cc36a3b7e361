import { valueAndGrad } from "@taxon/autograd";
import * as t from "@taxon/tensor";
import type { Checker } from "../checker.ts";
import { largest } from "../compare.ts";
import type { GoldenCase } from "../golden_case.ts";

/** log(1 + eˣ) without overflow; (|x| + x) / 2 is max(x, 0) with the slope ½ at 0. */
const softplus = (x: t.Tensor) =>
  t.add(t.log(t.add(t.exp(t.neg(t.abs(x))), 1)), t.mul(t.add(t.abs(x), x), 0.5));

const functions: Record<string, (x: t.Tensor) => t.Tensor> = {
  gelu_erf: (x) => t.gelu(x, "erf"),
  gelu_tanh: (x) => t.gelu(x, "tanh"),
  relu: t.relu,
  silu: (x) => t.mul(x, t.sigmoid(x)),
  sigmoid: t.sigmoid,
  tanh: t.tanh,
  erf: t.erf,
  exp: (x) => t.exp(t.minimum(x, 80)),
  log1p_abs: (x) => t.log(t.add(t.abs(x), 1)),
  rsqrt_abs1: (x) => t.rsqrt(t.add(t.abs(x), 1)),
  softplus,
  logsigmoid: (x) => t.neg(softplus(t.neg(x))),
};

/** Inputs up to here are also judged at the scale of their own results; the recorded scale is that of x = 10¹⁸. */
const MODERATE = 20;

/** Functions of one variable and their derivatives. */
export async function elementwise(golden: GoldenCase, check: Checker): Promise<void> {
  const x = golden.tensor("in.x");
  const inputs = golden.values("in.x");
  const moderate = Array.from(inputs, (_, i) => i).filter((i) => Math.abs(inputs[i]) <= MODERATE);
  for (const name of golden.names("out.").map((name) => name.slice("out.".length))) {
    if (!Object.hasOwn(functions, name)) continue; // reported as not computed
    using out = t.scope(() => functions[name](x));
    const { value, grads: [gradient] } = valueAndGrad([x], () => t.sum(functions[name](x)));
    value.dispose();
    const [y, dx] = [await out.data(), await gradient!.data()];
    gradient!.dispose();
    await check.output(`out.${name}`, y);
    await check.gradient(`grad.${name}`, dx);
    const part = (of: Float32Array, recorded: string) => {
      const scale = largest(moderate.map((i) => golden.values(recorded)[i]));
      return [moderate.map((i) => of[i]), { at: moderate, scale }] as const;
    };
    await check.output(`out.${name}`, ...part(y, `out.${name}`));
    await check.gradient(`grad.${name}`, ...part(dx, `grad.${name}`));
  }
}

import { valueAndGrad } from "@taxon/autograd";
import { keep, mul, scope, sum, type Tensor } from "@taxon/tensor";
import type { Checker, Part } from "../checker.ts";
import type { GoldenCase } from "../golden_case.ts";

/** Results by recorded name. The first one is what `in.grad_out` belongs to. */
export type Outputs = Record<string, Tensor>;

/** Compares what a layer computes without a gradient being recorded; `parts` says which elements a result holds. */
export async function checkOutputs(
  check: Checker,
  forward: () => Outputs,
  parts: Record<string, Part> = {},
): Promise<void> {
  for (const [name, output] of Object.entries(scope(forward))) {
    await check.output(name, output, parts[name]);
    output.dispose();
  }
}

/**
 * Compares a layer's outputs, with and without a gradient being recorded, and the gradients of `sum(output · grad_out)`
 * with respect to the recorded inputs and the parameters, where the file has them.
 *
 * @param parameters By recorded name.
 * @param gradients Name of the gradient of an input where it is not `grad.<input>`.
 */
export async function checkLayer(
  golden: GoldenCase,
  check: Checker,
  parameters: ReadonlyMap<string, Tensor>,
  forward: () => Outputs,
  gradients: Record<string, string> = {},
): Promise<void> {
  await checkOutputs(check, forward);
  if (!golden.has("in.grad_out")) return;
  const gradientOf = (name: string) => gradients[name] ?? `grad.${name}`;
  const inputs = golden.names("in.").map((name) => name.slice("in.".length))
    .filter((name) => golden.has(gradientOf(name)));
  const wanted = new Map([
    ...inputs.map((name) => [name, golden.tensor(`in.${name}`)] as const),
    ...parameters,
  ]);
  const recorded = new Map<string, Tensor>();
  const { value, grads } = valueAndGrad([...wanted.values()], () => {
    const outputs = Object.entries(forward());
    for (const [name, output] of outputs) recorded.set(name, keep(output.alias()));
    return sum(mul(outputs[0][1], golden.tensor("in.grad_out")));
  });
  value.dispose();
  for (const [name, output] of recorded) {
    await check.output(name, output);
    output.dispose();
  }
  for (const [i, name] of [...wanted.keys()].entries()) {
    await check.gradient(gradientOf(name), grads[i]);
    grads[i]?.dispose();
  }
}

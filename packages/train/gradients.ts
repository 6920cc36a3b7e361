import { add, scope, sumSquares, type Tensor } from "@taxon/tensor";

/** Norms of a step's gradients, read from the device at once. */
export interface GradientNorms {
  /** Of all gradients together. */
  global: number;
  /** Of each gradient, by parameter name. */
  each: Map<string, number>;
}

/** Reads the loss and the norm of every gradient in one pass. */
export async function readNorms(
  loss: Tensor,
  grads: ReadonlyMap<string, Tensor>,
): Promise<{ loss: number; norms: GradientNorms }> {
  if (grads.size === 0) {
    throw new TypeError("Cannot train: the loss does not depend on any trainable parameter");
  }
  using squares = sumSquares([...grads.values()]);
  const [[lossValue], squareValues] = await Promise.all([loss.data(), squares.data()]);
  const each = new Map([...grads.keys()].map((name, i) => [name, Math.sqrt(squareValues[i])]));
  return { loss: lossValue, norms: { global: Math.sqrt(squareValues.reduce((a, b) => a + b, 0)), each } };
}

/** Factor that brings a gradient of norm `norm` down to `maxNorm`, as `torch.nn.utils.clip_grad_norm_`; at most 1. */
export function clipScale(norm: number, maxNorm: number): number {
  return Math.min(1, maxNorm / (norm + 1e-6));
}

/** Adds the gradients of a further part of the batch and frees both summands. */
export function accumulate(total: Map<string, Tensor>, part: ReadonlyMap<string, Tensor>): void {
  for (const [name, grad] of part) {
    const sofar = total.get(name);
    total.set(name, sofar ? scope(() => add(sofar, grad)) : grad);
    if (sofar) {
      sofar.dispose();
      grad.dispose();
    }
  }
}

/** A loss or gradient that is not finite; names the step and the parameter. */
export class TrainingDivergedError extends Error {
  /** The name that `Error.prototype.toString` and logs show. */
  override name = "TrainingDivergedError";
}

/**
 * Refuses to keep weights that nobody can train on or use.
 *
 * @throws {TrainingDivergedError} If a parameter is not finite after step `step`.
 */
export async function refuseNonFiniteParameters(
  step: number,
  parameters: ReadonlyMap<string, Tensor>,
): Promise<void> {
  const name = await firstNonFinite(parameters);
  if (name === undefined) return;
  throw new TrainingDivergedError(
    `Stopped after step ${step}: the parameter ${name} is not finite; this step was not saved: lower --lr or --max-grad-norm`,
  );
}

/**
 * Refuses weights that are finite but too large to compute with.
 *
 * @throws {TrainingDivergedError} If a logit is not finite after step `step`, naming the parameter with the largest weight.
 */
export async function refuseNonFiniteLogits(
  step: number,
  logits: Float32Array,
  parameters: ReadonlyMap<string, Tensor>,
): Promise<void> {
  if (logits.every((value) => Number.isFinite(value))) return;
  let largest = { name: "", size: -1 };
  for (const [name, parameter] of parameters) {
    const size = (await parameter.data()).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (size > largest.size) largest = { name, size };
  }
  throw new TrainingDivergedError(
    `Stopped after step ${step}: the logits of the evaluation split are not finite, the parameter ${largest.name} ` +
      `holds a weight of size ${
        largest.size.toPrecision(3)
      }; this step was not saved: lower --lr or --max-grad-norm`,
  );
}

async function firstNonFinite(parameters: ReadonlyMap<string, Tensor>): Promise<string | undefined> {
  for (const [name, parameter] of parameters) {
    if ((await parameter.data()).some((value) => !Number.isFinite(value))) return name;
  }
}

/** Throws TrainingDivergedError if the loss or a gradient is not finite. */
export async function refuseNonFinite(
  step: number,
  loss: number,
  { each }: GradientNorms,
  parameters: ReadonlyMap<string, Tensor>,
): Promise<void> {
  const badGradients = [...each].filter(([, norm]) => !Number.isFinite(norm)).map(([name]) => name);
  if (Number.isFinite(loss) && badGradients.length === 0) return;
  const brokenParameter = await firstNonFinite(parameters);
  const culprit = brokenParameter !== undefined
    ? `the parameter ${brokenParameter}`
    : badGradients.length > 0
    ? `the gradient of ${badGradients.at(-1)}` // the one nearest to the loss
    : "the loss alone";
  throw new TrainingDivergedError(
    `Stopped at step ${step}: ${culprit} is not finite (loss ${loss}, ${badGradients.length} of ${each.size} ` +
      `gradients not finite); the weights are those before this step: lower --lr or --max-grad-norm`,
  );
}

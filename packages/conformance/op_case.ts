import { type FusedOps, mul, scope, sum, type Tensor } from "@taxon/tensor";
import { valueAndGrad } from "@taxon/autograd";
import type { ConformanceCase } from "./case.ts";
import { ConformanceError, NotApplicable } from "./errors.ts";
import { withoutFused } from "./composed.ts";
import { type CaseContext, fromHost } from "./context.ts";
import { numericalGradient } from "./oracle/gradient.ts";
import { once } from "./once.ts";
import { map, nd, type NdArray, sample } from "./oracle/nd_array.ts";
import { gradient as gradientTolerance, type Tolerance } from "./tolerance.ts";

/** An op on given inputs, from which the forward, gradient and composition cases are made. */
export interface OpCase {
  readonly name: string;
  readonly inputs: readonly NdArray[];
  run(inputs: readonly Tensor[]): Tensor;
  /** The same in float64 from the formula. */
  oracle(inputs: readonly NdArray[]): NdArray;
  readonly tolerance: Tolerance | ((inputs: readonly NdArray[]) => Tolerance);
  /** f32 inputs that nobody trains. */
  readonly constants?: readonly number[];
  /** Whether gradients of the other f32 inputs are compared with differences of the oracle; keep such inputs small. */
  readonly gradient?: boolean;
  /** The fused op that `run` uses where it is offered; value and gradients are compared with the composition. */
  readonly fused?: keyof FusedOps;
}

/** What an op must give: computed for the first backend that asks, and kept for those after it. */
interface Expected {
  readonly value: () => NdArray;
  readonly tolerance: () => Tolerance;
  /** Fixed random factors for the elements of the result, so that each counts differently in the loss, Σ y · cotangent. */
  readonly cotangent: () => NdArray;
  /** By differences of the oracle; one for each differentiable input. */
  readonly gradients: () => NdArray[];
}

/** `name`, `name gradient` if asked, and `name composed` for a fused op. */
export function opCases(op: OpCase): ConformanceCase[] {
  const expected = expectedOf(op);
  const cases = [{ name: op.name, run: (context: CaseContext) => checkForward(op, expected, context) }];
  if (op.gradient) {
    cases.push({ name: `${op.name} gradient`, run: (context) => checkGradients(op, expected, context) });
  }
  if (op.fused) {
    cases.push({ name: `${op.name} composed`, run: (context) => checkComposed(op, expected, context) });
  }
  return cases;
}

function expectedOf(op: OpCase): Expected {
  const value = once(() => op.oracle(op.inputs));
  const cotangent = once(() => sample(`${op.name} cotangent`, value().shape));
  return {
    value,
    cotangent,
    tolerance: once(() => typeof op.tolerance === "function" ? op.tolerance(op.inputs) : op.tolerance),
    gradients: once(() => {
      const scalar = (xs: readonly NdArray[]) =>
        op.oracle(xs).data.reduce((total, y, i) => total + y * cotangent().data[i], 0);
      return differentiable(op).map((i) => numericalGradient(scalar, op.inputs, i));
    }),
  };
}

async function checkForward(op: OpCase, { value, tolerance }: Expected, context: CaseContext): Promise<void> {
  const inputs = op.inputs.map((input) => context.tensor(input));
  await context.expect(context.run(() => op.run(inputs)), value(), tolerance());
}

function differentiable(op: OpCase): number[] {
  return op.inputs.flatMap(({ dtype }, i) => dtype === "f32" && !op.constants?.includes(i) ? [i] : []);
}

/** All gradients at once, then each alone: a backend may leave out those that nobody wants. */
async function checkGradients(
  op: OpCase,
  { cotangent, gradients }: Expected,
  context: CaseContext,
): Promise<void> {
  const inputs = op.inputs.map((input) => context.tensor(input));
  const weights = context.tensor(cotangent());
  const which = differentiable(op);
  const subsets = which.length > 1 ? [which, ...which.map((i) => [i])] : [which];
  for (const subset of subsets) {
    const grads = gradientsOf(context, subset.map((i) => inputs[i]), () => sum(mul(op.run(inputs), weights)));
    for (const [n, i] of subset.entries()) {
      const what = `gradient of input ${i}${subset.length === 1 && which.length > 1 ? " alone" : ""}`;
      const want = gradients()[which.indexOf(i)];
      await context.expect(required(grads[n], what), want, scaled(want), what);
    }
  }
}

async function checkComposed(op: OpCase, { cotangent }: Expected, context: CaseContext): Promise<void> {
  if (context.backend.fused[op.fused!] === undefined) {
    throw new NotApplicable(`fused.${op.fused} is not offered`);
  }
  const which = differentiable(op);
  const results = [context.backend, withoutFused(context.backend)].map((backend) => {
    const inputs = op.inputs.map((input) => context.tensor(input, backend));
    const weights = context.tensor(cotangent(), backend);
    const y = context.run(() => op.run(inputs));
    const loss = () => sum(mul(op.run(inputs), weights));
    return [y, ...gradientsOf(context, which.map((i) => inputs[i]), loss)];
  });
  const [fused, composed] = results;
  for (const [n, actual] of fused.entries()) {
    const what = n === 0
      ? "fused and composed value"
      : `fused and composed gradient of input ${which[n - 1]}`;
    // Nothing computed from an input (attention over no token) leaves its gradient out: zeros.
    const want = composed[n] ? await download(composed[n]) : map(op.inputs[which[n - 1]], () => 0);
    await context.expect(required(actual, what), want, scaled(want), what);
  }
}

function gradientsOf(
  context: CaseContext,
  params: readonly Tensor[],
  loss: () => Tensor,
): (Tensor | undefined)[] {
  const { value, grads } = scope(() => valueAndGrad(params, loss));
  for (const tensor of [value, ...grads]) if (tensor) context.own(tensor);
  return grads;
}

function required(gradient: Tensor | undefined, what: string): Tensor {
  if (gradient === undefined) throw new ConformanceError(`${what} is missing`);
  return gradient;
}

async function download(x: Tensor): Promise<NdArray> {
  return nd(x.shape, fromHost(await x.data(), x.dtype), x.dtype);
}

/** Cancellation makes small elements as wrong as the largest one. */
function scaled(expected: NdArray): Tolerance {
  const largest = expected.data.reduce(
    (top, value) => Number.isNaN(value) ? top : Math.max(top, Math.abs(value)),
    0,
  );
  return { ...gradientTolerance, absolute: gradientTolerance.absolute * Math.max(1, Math.min(largest, 1e3)) };
}

import { adamwStep, type AdamWStepOptions, scope, sumSquares, type Tensor } from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { withoutFused } from "../composed.ts";
import type { CaseContext } from "../context.ts";
import { opCases } from "../op_case.ts";
import * as oracle from "../oracle/fused.ts";
import { map, nd, type NdArray, sample, square } from "../oracle/nd_array.ts";
import { accumulated, type Tolerance } from "../tolerance.ts";

const STEPS = 3;
const SHAPES = [[1], [7], [3, 5], [65, 8], [257]];

/** Roundings of three steps; an element near 0 is as wrong as the step of size learningRate that led there. */
const STEPPED: Tolerance = { relative: 4e-6, absolute: 1e-7 };

interface State {
  readonly param: NdArray;
  readonly m: NdArray;
  readonly v: NdArray;
}

/** Decay and rate differ between parameters, as they do between weights and biases. */
const rates = (i: number) => ({ learningRate: 0.01 * (i + 1), weightDecay: i % 2 === 0 ? 0.1 : 0 });
const coefficients = { beta1: 0.9, beta2: 0.999, eps: 1e-8 };

/** Three steps on several parameters at once; the gradients are scaled by `gradScale` if given. */
async function checkSteps(context: CaseContext, composed: boolean, gradScale?: number): Promise<void> {
  const backend = composed ? withoutFused(context.backend) : context.backend;
  let states: State[] = SHAPES.map((shape) => {
    const zeros = map(sample("param", shape), () => 0);
    return { param: sample("param", shape), m: zeros, v: zeros };
  });
  const tensors = states.map(({ param, m, v }) => ({
    param: context.tensor(param, backend),
    m: context.tensor(m, backend),
    v: context.tensor(v, backend),
  }));
  for (let step = 1; step <= STEPS; step++) {
    const grads = SHAPES.map((shape) => sample(`grad ${step}`, shape));
    const entries = tensors.map((state, i) => ({
      ...state,
      grad: context.tensor(grads[i], backend),
      ...rates(i),
    }));
    const scale: Tensor | undefined = gradScale === undefined
      ? undefined
      : context.tensor(nd([], [gradScale]), backend);
    const options: AdamWStepOptions = { ...coefficients, step, gradScale: scale };
    scope(() => adamwStep(entries, options));
    states = states.map((state, i) => {
      const grad = map(grads[i], (g) => g * (gradScale ?? 1));
      return oracle.adamw({ ...state, grad }, { ...coefficients, ...rates(i), step });
    });
  }
  for (const [i, { param, m, v }] of tensors.entries()) {
    await context.expect(param, states[i].param, STEPPED, `parameter ${i}`);
    await context.expect(m, states[i].m, STEPPED, `m of parameter ${i}`);
    await context.expect(v, states[i].v, STEPPED, `v of parameter ${i}`);
  }
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

const norms = opCases({
  name: "sumSquares/five tensors",
  inputs: SHAPES.map((shape) => sample("squares", shape)),
  run: (xs) => sumSquares(xs),
  oracle: (xs) => nd([xs.length], xs.map(({ data }) => sumOf(data.map(square)))),
  tolerance: (xs) =>
    accumulated(520, nd([xs.length], xs.map(({ data }) => sumOf(data.map(square).map(square))))),
});

/** AdamW steps in place, and the squares that clipping needs. */
export const optimizerCases: readonly ConformanceCase[] = [
  { name: "adamwStep/three steps", run: (context) => checkSteps(context, false) },
  { name: "adamwStep/scaled gradients", run: (context) => checkSteps(context, false, Math.fround(0.3)) },
  { name: "adamwStep/three steps composed", run: (context) => checkSteps(context, true) },
  ...norms,
];

import { valueAndGrad } from "@taxon/autograd";
import {
  adamwStep,
  add,
  gather,
  layerNorm,
  linear,
  matmul,
  mean,
  packedAttention,
  reshape,
  scope,
  softmaxCrossEntropy,
  type Tensor,
} from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { ConformanceError } from "../errors.ts";
import { withoutFused } from "../composed.ts";
import type { CaseContext } from "../context.ts";
import * as fused from "../oracle/fused.ts";
import { once } from "../once.ts";
import { numericalGradient } from "../oracle/gradient.ts";
import { map, nd, type NdArray, sample } from "../oracle/nd_array.ts";
import * as oracle from "../oracle/primitives.ts";
import { binaryFormulas } from "../oracle/scalar.ts";

// A pre-norm encoder block with two heads over three packed sequences, mean pooling and a classifier.
const IDS = nd([7], [0, 3, 1, 2, 4, 4, 1], "i32");
const CU_SEQLENS = Int32Array.of(0, 3, 5, 7);
const POOLING = nd(
  [3, 7],
  [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1].map((one, i) => one / (i < 7 ? 3 : 2)),
);
const LABELS = nd([3], [0, 2, 1], "i32");
const [MODEL, HEADS, HIDDEN, CLASSES] = [4, 2, 6, 3];
const STEPS = 20;
const EPS = 1e-5;
const adamw = { learningRate: 0.05, weightDecay: 0.01, beta1: 0.9, beta2: 0.999, eps: 1e-6 };

const small = (name: string, shape: readonly number[]) =>
  sample(`training ${name}`, shape, (x) => Math.fround(x * 0.5));

const PARAMETERS: readonly NdArray[] = [
  small("table", [5, MODEL]),
  map(small("norm", [MODEL]), () => 1),
  small("query", [MODEL, MODEL]),
  small("key", [MODEL, MODEL]),
  small("value", [MODEL, MODEL]),
  small("up", [HIDDEN, MODEL]),
  small("up bias", [HIDDEN]),
  small("down", [MODEL, HIDDEN]),
  small("head", [CLASSES, MODEL]),
];

function loss(parameters: readonly Tensor[], ids: Tensor, pooling: Tensor, labels: Tensor): Tensor {
  const [table, norm, query, key, value, up, upBias, down, head] = parameters;
  const x = gather(table, ids); // [tokens, model]
  const normed = layerNorm(x, { weight: norm, eps: EPS });
  const [q, k, v] = [query, key, value].map((w) => reshape(linear(normed, w), [7, HEADS, MODEL / HEADS]));
  const attended = add(x, reshape(packedAttention(q, k, v, { cuSeqlens: CU_SEQLENS }), [7, MODEL]));
  const hidden = linear(layerNorm(attended, { eps: EPS }), up, { bias: upBias, activation: "geluTanh" });
  const pooled = matmul(pooling, add(attended, linear(hidden, down))); // [sequences, model]
  return mean(softmaxCrossEntropy(linear(pooled, head), labels, { labelSmoothing: 0.1 }));
}

function oracleLoss(parameters: readonly NdArray[]): number {
  const [table, norm, query, key, value, up, upBias, down, head] = parameters;
  const plus = (a: NdArray, b: NdArray) => oracle.zip(binaryFormulas.add, a, b);
  const x = oracle.gather(table, IDS);
  const normed = fused.layerNorm(x, norm, undefined, EPS);
  const [q, k, v] = [query, key, value].map((w) => ({
    ...fused.linear(normed, w),
    shape: [7, HEADS, MODEL / HEADS],
  }));
  const scale = 1 / Math.sqrt(MODEL / HEADS);
  const heads = fused.attention(q, k, v, { cuSeqlens: CU_SEQLENS, cuSeqlensKey: CU_SEQLENS, scale });
  const attended = plus(x, { ...heads, shape: [7, MODEL] });
  const hidden = fused.linear(fused.layerNorm(attended, undefined, undefined, EPS), up, upBias, "geluTanh");
  const pooled = oracle.matmul(POOLING, plus(attended, fused.linear(hidden, down)));
  const losses = fused.softmaxCrossEntropy(fused.linear(pooled, head), LABELS.data, { labelSmoothing: 0.1 });
  return losses.data.reduce((sum, row) => sum + row, 0) / LABELS.data.length;
}

/** Losses before each step and after the last, in float64 with gradients by differences. */
function oracleTraining(trained: readonly number[]): number[] {
  let states = PARAMETERS.map((param) => ({ param, m: map(param, () => 0), v: map(param, () => 0) }));
  const losses: number[] = [];
  for (let step = 1; step <= STEPS; step++) {
    const parameters = states.map(({ param }) => param);
    losses.push(oracleLoss(parameters));
    states = states.map((state, i) => {
      if (!trained.includes(i)) return state;
      const grad = numericalGradient(oracleLoss, parameters, i);
      return fused.adamw({ ...state, grad }, { ...adamw, step });
    });
  }
  return [...losses, oracleLoss(states.map(({ param }) => param))];
}

async function checkTraining(
  context: CaseContext,
  { trained, expected }: Training,
  composed: boolean,
): Promise<void> {
  const backend = composed ? withoutFused(context.backend) : context.backend;
  const upload = (x: NdArray) => context.tensor(x, backend);
  const parameters = PARAMETERS.map(upload);
  const moments = PARAMETERS.map((param) => [upload(map(param, () => 0)), upload(map(param, () => 0))]);
  const [ids, pooling, labels] = [IDS, POOLING, LABELS].map(upload);
  const losses: number[] = [];
  const subset = trained.map((i) => parameters[i]);
  for (let step = 1; step <= STEPS + 1; step++) {
    const { value, grads } = scope(() => valueAndGrad(subset, () => loss(parameters, ids, pooling, labels)));
    losses.push((await context.own(value).data())[0]);
    const entries = trained.map((i, n) => {
      if (grads[n] === undefined) throw new ConformanceError(`gradient of parameter ${i} is missing`);
      const [m, v] = moments[i];
      return { param: parameters[i], grad: context.own(grads[n]), m, v, ...adamw };
    });
    if (step <= STEPS) scope(() => adamwStep(entries, { ...adamw, step }));
  }
  for (const [step, want] of expected().entries()) {
    const allowed = 1e-5 * (1 + step); // a rounding error grows from step to step as the weights part
    if (!(Math.abs(losses[step] - want) <= allowed)) {
      throw new ConformanceError(
        `loss after ${step} steps is ${losses[step]}, the float64 oracle has ${want}, allowed ${
          allowed.toExponential(1)
        }`,
      );
    }
  }
}

/** Which parameters are trained, and the losses that the oracle has then. */
interface Training {
  readonly trained: readonly number[];
  readonly expected: () => number[];
}

function training(...trained: readonly number[]): Training {
  return { trained, expected: once(() => oracleTraining(trained)) };
}

const all = training(...PARAMETERS.keys());
const [classifier, queryAndNorm] = [training(8), training(1, 2)];

/** Twenty steps of AdamW end where float64 ends. */
export const trainingCases: readonly ConformanceCase[] = [
  { name: "training/20 steps", run: (context) => checkTraining(context, all, false) },
  { name: "training/20 steps composed", run: (context) => checkTraining(context, all, true) },
  { name: "training/only the classifier", run: (context) => checkTraining(context, classifier, false) },
  { name: "training/only query and norm", run: (context) => checkTraining(context, queryAndNorm, false) },
];

import type { OnProgress } from "../progress.ts";
import { denseSpace, prepareRows } from "./dense_space.ts";
import { gramProducts, prefersGram } from "./gram_products.ts";
import type { LinearModel, Link } from "./linear_model.ts";
import { baseRates, type Targets } from "./loss.ts";
import { minimize } from "./minimize.ts";
import type { FeatureRows } from "./rows.ts";
import type { ParameterSpace, Vector } from "./space.ts";
import { sparseSpace } from "./sparse_space.ts";

/** Rows, their targets, and what a linear model is to make of them. */
export interface LinearProblem {
  /** Dense, or sparse where most features are zero. */
  x: FeatureRows;
  /** One-hot for softmax, 0 and 1 for sigmoid, numbers under the identity; [rows, outputs]. */
  y: Float32Array;
  /** Classes or labels; 1 for one number a row. */
  outputs: number;
  /** Decides the loss: cross entropy, one binary cross entropy an output, or half the squared error. */
  link: Link;
  /** How much each row counts, [rows], or each cell, [rows, outputs], but for softmax; 0 leaves it out. Default 1. */
  weights?: ArrayLike<number>;
  /** How far each weight may go, [columns, outputs], for sparse rows; 1 for all if not given. */
  variances?: Float32Array;
}

/** How exact a fit is. */
export interface FitOptions {
  /** How far weights may be from the best ones, as a share of their length; default 0.001. */
  tolerance?: number;
  /** Told how far the work is. */
  onProgress?: OnProgress;
}

/** One fit of a path over several strengths. */
export interface PathFit {
  /** Inverse strength of the penalty. */
  c: number;
  /** Of all rows, those of weight 0 too; [rows, outputs]. Overwritten by the next fit. */
  logits: Float64Array;
  /** Steps that it took. */
  steps: number;
  /** Its weights and biases, computed when it is asked for. */
  model(): LinearModel;
}

/**
 * Fits logistic regression (softmax, or one sigmoid an output) or ridge regression (identity): minimises
 * C · Σ weight · loss + ½ · Σ parameter² / variance, the loss in nats or half the squared error, biases free. That is
 * scikit-learn's C; with two softmax outputs half of its C for two classes, where one vector of weights does the work
 * of two; and for ridge regression 1 / alpha. Only real arithmetic of one thread: the same bits on all machines.
 *
 * @example
 * ```ts
 * import { fitLinearModel, predictLinear } from "@taxon/train";
 * import { assert } from "@std/assert";
 *
 * const x = { rows: 4, columns: 1, values: Float32Array.of(0, 1, 2, 3) };
 * const y = Float32Array.of(1, 0, 1, 0, 0, 1, 0, 1); // [4 rows, 2 classes]
 * const model = fitLinearModel({ x, y, outputs: 2, link: "softmax" }, 1);
 * assert(predictLinear(x, model)[7] > 0.5);
 * ```
 *
 * @param c Inverse strength of the penalty.
 * @throws {RangeError} If sizes do not fit, a value is not finite, or no row has a weight.
 */
export function fitLinearModel(problem: LinearProblem, c: number, options: FitOptions = {}): LinearModel {
  const [{ model }] = fitPath(problem, [c], options);
  return model();
}

/**
 * Fits one model for each strength, each from where the last one ended; `fitLinearModel` says what is fitted.
 *
 * @param strengths Values of C, best rising.
 */
export function* fitPath(
  problem: LinearProblem,
  strengths: readonly number[],
  { tolerance = 1e-3, onProgress = () => {} }: FitOptions = {},
): Generator<PathFit> {
  const targets = targetsOf(problem);
  checkProblem(problem, targets);
  let share = 0;
  const visit = () => onProgress(share);
  const spaceFor = spacesOf(problem, targets, visit);
  const { bias } = baseRates(targets);
  let point: Vector | undefined;
  for (const [i, c] of strengths.entries()) {
    if (!(c > 0 && Number.isFinite(c))) {
      throw new RangeError(`Cannot fit a linear model with C = ${c}: give a number above 0`);
    }
    const space = spaceFor(c);
    let first: number | undefined;
    const onStep = (norm: number, goal: number) => {
      first ??= norm;
      const done = norm <= goal ? 1 : Math.log(first / norm) / Math.log(first / goal);
      share = Math.max(share, (i + Math.min(Math.max(done, 0), 1)) / strengths.length);
      visit();
    };
    const minimum = minimize(space, targets, c, point ?? space.start(bias), { tolerance, onStep });
    point = minimum.point;
    share = (i + 1) / strengths.length;
    yield {
      c,
      logits: minimum.logits,
      steps: minimum.steps,
      model: () => ({ ...space.parameters(minimum.point), link: problem.link }),
    };
  }
  onProgress(1);
}

function spacesOf(
  { x, outputs, variances }: LinearProblem,
  targets: Targets,
  visit: () => void,
): (c: number) => ParameterSpace {
  const { curvature } = baseRates(targets);
  const rowWeights = new Float32Array(x.rows);
  const width = targets.weights.length / x.rows;
  targets.weights.forEach((weight, i) => rowWeights[Math.floor(i / width)] += weight / width);
  if ("offsets" in x) {
    const weightSum = rowWeights.reduce((sum, weight) => sum + weight, 0);
    const gram = prefersGram(x, outputs) ? gramProducts(x, outputs, variances, visit) : undefined;
    return (c) => sparseSpace(x, { outputs, c, curvature, weightSum, variances, gram, visit });
  }
  const prepared = prepareRows(x, rowWeights, visit);
  return (c) => denseSpace(prepared, { outputs, c, curvature, visit });
}

/** The problem's targets, and a weight for each row or cell. */
export function targetsOf({ x, y, outputs, link, weights }: LinearProblem): Targets {
  const wanted = link === "softmax" ? x.rows : x.rows * outputs;
  const given = weights?.length ?? x.rows;
  if (given !== x.rows && given !== wanted) {
    throw new RangeError(`Cannot fit a linear model with ${given} weights: ${x.rows} rows need ${wanted}`);
  }
  const all = Float32Array.from({ length: wanted }, (_, i) => weights?.[Math.floor(i * given / wanted)] ?? 1);
  return { link, y, outputs, weights: all };
}

function checkProblem({ x, y, outputs, variances }: LinearProblem, { weights }: Targets): void {
  if (x.rows === 0 || y.length !== x.rows * outputs) {
    throw new RangeError(
      `Cannot fit a linear model to ${x.rows} rows and ${y.length} targets: give rows and ${outputs} target(s) for each`,
    );
  }
  if (variances !== undefined && (!("offsets" in x) || variances.length !== x.columns * outputs)) {
    throw new RangeError(
      `Cannot fit a linear model with ${variances.length} variances: they are for sparse rows, one for each of ${
        x.columns * outputs
      } weights`,
    );
  }
  const wrong = [x.values, y].flatMap((values) => values.find((value) => !Number.isFinite(value)) ?? [])[0];
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot fit a linear model: features and targets hold ${wrong}, where numbers should be`,
    );
  }
  const bad = weights.find((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (bad !== undefined || !weights.some((weight) => weight > 0)) {
    throw new RangeError(
      `Cannot fit a linear model: ${
        bad === undefined ? "all weights are 0" : `one weight is ${bad}`
      }; none may be negative, and one must be above 0`,
    );
  }
}

import { lossOf, type Targets } from "./loss.ts";
import { type ParameterSpace, type Vector, zeroVector } from "./space.ts";

/** Pairs of step and change of gradient that tell the curvature. */
const HISTORY = 10;
const MAX_STEPS = 10_000;
/** Of the gradient at the start of a fit, below which there is nothing to find: rounding, where no feature tells anything. */
const NOTHING = 1e-12;
/** A step ends where the slope along it has fallen to this share. */
const SLOPE_LEFT = 0.4;
const MAX_TRIALS = 30;

/** Where a fit ended. */
export interface Minimum {
  point: Vector;
  /** [rows, outputs] */
  logits: Float64Array;
  steps: number;
}

/**
 * Minimises C · loss + ½ · |weights|² by L-BFGS (Liu & Nocedal 1989) in the metric of the space. The loss along a
 * line needs no product with the rows, as logits are linear; so the search along it is cheap.
 *
 * @param tolerance How far from the best weights the fit may end, as a share of their length. The penalty makes the
 * objective curve by 1 at least, so that the gradient is never shorter than that distance.
 * @param onStep Told before each step how long the gradient is, and at which length the fit ends.
 * @throws {RangeError} If it does not converge.
 */
export function minimize(
  space: ParameterSpace,
  targets: Targets,
  c: number,
  start: Vector,
  { tolerance, onStep }: { tolerance: number; onStep: (norm: number, goal: number) => void },
): Minimum {
  const cells = targets.y.length;
  const [logits, change, residuals, trial] = Array.from({ length: 4 }, () => new Float64Array(cells));
  const point = copyOf(start);
  let gradient = zeroVector(space.size);
  let next = zeroVector(space.size);
  const direction = zeroVector(space.size);
  const history: Pair[] = [];
  space.logits(point, logits);
  let loss = c * lossOf(targets, logits, residuals);
  space.gradient(point, residuals, gradient);
  const least = NOTHING * space.norm(gradient);
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const norm = space.norm(gradient);
    const goal = Math.max(tolerance * Math.sqrt(Math.max(space.penalty(point, point), 0)), least);
    onStep(norm, goal);
    if (norm <= goal) return { point, logits, steps };
    setDirection(direction, gradient, history);
    space.logits(direction, change);
    const penalty = {
      slope: space.penalty(point, direction),
      curvature: space.penalty(direction, direction),
    };
    const along = (length: number) => {
      for (let i = 0; i < cells; i++) trial[i] = logits[i] + length * change[i];
      const loss = c * lossOf(targets, trial, residuals);
      let slope = penalty.slope + length * penalty.curvature;
      for (let i = 0; i < cells; i++) slope += c * residuals[i] * change[i];
      return { loss, height: loss + length * (penalty.slope + length * penalty.curvature / 2), slope };
    };
    const taken = searchLine(along, loss, dot(gradient.primal, direction.dual));
    if (taken === undefined) {
      if (history.length === 0) return { point, logits, steps }; // as low as float64 can tell
      history.length = 0;
      lossOf(targets, logits, residuals);
      continue;
    }
    loss = taken.loss;
    logits.set(trial);
    addScaled(point, taken.length, direction);
    space.gradient(point, residuals, next);
    remember(history, direction, taken.length, gradient, next);
    [gradient, next] = [next, gradient];
  }
  throw new RangeError(
    `Cannot fit a linear model: the gradient is still ${space.norm(gradient)} after ${MAX_STEPS} steps`,
  );
}

interface Pair {
  step: Vector;
  change: Vector;
  /** ⟨step, change⟩ */
  product: number;
}

function remember(history: Pair[], direction: Vector, length: number, before: Vector, after: Vector): void {
  const pair = history.length === HISTORY ? history.shift()! : {
    step: zeroVector(before.primal.length),
    change: zeroVector(before.primal.length),
    product: 0,
  };
  for (const half of ["primal", "dual"] as const) {
    const [step, change] = [pair.step[half], pair.change[half]];
    for (let i = 0; i < step.length; i++) {
      step[i] = length * direction[half][i];
      change[i] = after[half][i] - before[half][i];
    }
  }
  pair.product = dot(pair.step.primal, pair.change.dual);
  if (pair.product > 0) history.push(pair);
}

/** −H · gradient by the two loops of L-BFGS. */
function setDirection(direction: Vector, gradient: Vector, history: readonly Pair[]): void {
  direction.primal.set(gradient.primal);
  direction.dual.set(gradient.dual);
  const shares = new Float64Array(history.length);
  for (let i = history.length - 1; i >= 0; i--) {
    const { step, change, product } = history[i];
    shares[i] = dot(step.primal, direction.dual) / product;
    addScaled(direction, -shares[i], change);
  }
  const last = history.at(-1);
  const scale = last === undefined ? -1 : -last.product / dot(last.change.primal, last.change.dual);
  for (const half of [direction.primal, direction.dual]) {
    for (let i = 0; i < half.length; i++) half[i] *= scale;
  }
  for (let i = 0; i < history.length; i++) {
    const { step, change, product } = history[i];
    addScaled(direction, -shares[i] - dot(change.primal, direction.dual) / product, step);
  }
}

/**
 * Length of a step after which the objective is lower and its slope small; undefined if there is none.
 *
 * @param loss C · loss at length 0, where the height is the loss.
 */
function searchLine(
  along: (length: number) => { loss: number; height: number; slope: number },
  loss: number,
  slope: number,
): { length: number; loss: number } | undefined {
  if (!(slope < 0)) return undefined;
  let low = { length: 0, slope };
  let high: { length: number; slope: number } | undefined;
  const highest = loss + 1e-13 * Math.abs(loss); // rounding of a sum over the rows
  for (let trials = 0, length = 1; trials < MAX_TRIALS; trials++) {
    const there = along(length);
    if (Math.abs(there.slope) <= SLOPE_LEFT * -slope && there.height <= highest) {
      return { length, loss: there.loss };
    }
    if (there.slope > 0 || !(there.height <= highest)) high = { length, slope: there.slope };
    else low = { length, slope: there.slope };
    length = nextLength(low, high);
  }
  return undefined;
}

/** Where a straight line through both slopes is 0, at least a tenth of the way from either end. */
function nextLength(
  low: { length: number; slope: number },
  high?: { length: number; slope: number },
): number {
  if (high === undefined) return low.length * 4;
  const way = high.length - low.length;
  const share = low.slope / (low.slope - high.slope);
  return low.length + way * (share > 0.1 && share < 0.9 ? share : share >= 0.9 ? 0.9 : 0.1);
}

function copyOf({ primal, dual }: Vector): Vector {
  return { primal: primal.slice(), dual: dual.slice() };
}

function addScaled(to: Vector, scale: number, from: Vector): void {
  for (const half of ["primal", "dual"] as const) {
    const [target, source] = [to[half], from[half]];
    for (let i = 0; i < target.length; i++) target[i] += scale * source[i];
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

import { showShape } from "@taxon/tensor";
import { map, type NdArray, unflatten } from "./oracle/nd_array.ts";

/** Distance between neighbouring f32 numbers near 1. */
const EPSILON = 2 ** -23;

/** How far an element may be off: relative · |expected| + absolute + magnitude of the same element. */
export interface Tolerance {
  /** Share of the expected value's size. */
  readonly relative: number;
  /** The same for every element. */
  readonly absolute: number;
  /** One number an element, of the result's shape. */
  readonly magnitude?: NdArray;
}

/** Copies, comparisons, integers, random bits: no error at all. */
export const exact: Tolerance = { relative: 0, absolute: 0 };

/** One rounding, or a division or square root that is off by a few units in the last place. */
export const elementwise: Tolerance = { relative: 2e-6, absolute: 1e-37 };

/** exp, log, tanh, erf, sin, cos: 2⁻²⁰ absolute because WGSL bounds log near 1 and sin and cos near 0 only so. */
export const transcendental: Tolerance = { relative: 4e-6, absolute: 2 ** -20 };

/** Fused ops on numbers near 1: a handful of roundings and one transcendental function. */
export const composite: Tolerance = { relative: 1e-5, absolute: 5e-6 };

/** Gradients: the forward is computed again, and sums of both signs cancel. */
export const gradient: Tolerance = { relative: 2e-5, absolute: 2e-5 };

/**
 * A sum of `terms` numbers xᵢ in f32. Added one by one, partial sums of random signs stay near ‖x‖₂ and those of one
 * sign near |Σx|; √terms roundings of random sign on top give ε · √terms times either. So every order of summation
 * passes, and a single dropped term fails up to about a million terms.
 *
 * @param squares Σxᵢ² of each element.
 */
export function accumulated(terms: number, squares: NdArray): Tolerance {
  const factor = EPSILON * Math.sqrt(Math.max(terms, 1));
  return { relative: factor, absolute: 1e-37, magnitude: map(squares, (sum) => 2 * factor * Math.sqrt(sum)) };
}

/** The element that used up most of what it was allowed. */
export interface Comparison {
  /** Error of the worst element as a share of what it is allowed; 1 or less passes, ∞ for a wrong NaN or infinity. */
  readonly worst: number;
  readonly position: number;
  readonly got: number;
  readonly expected: number;
  readonly allowed: number;
  /** How many elements are over. */
  readonly over: number;
  /** Largest error of any element: absolute below 1, relative above. */
  readonly error: number;
}

/** Compares element by element. NaN matches NaN, infinities match themselves, −0 matches 0. */
export function compareElements(got: ArrayLike<number>, expected: NdArray, tolerance: Tolerance): Comparison {
  const { relative, absolute, magnitude } = tolerance;
  let result: Comparison = {
    worst: 0,
    position: 0,
    got: got[0],
    expected: expected.data[0],
    allowed: 0,
    over: 0,
    error: 0,
  };
  let [over, error] = [0, 0];
  for (let i = 0; i < expected.data.length; i++) {
    const want = expected.dtype === "f32" ? Math.fround(expected.data[i]) : expected.data[i];
    const allowed = relative * Math.abs(want) + absolute + (magnitude ? magnitude.data[i] : 0);
    const used = shareUsed(got[i], want, allowed);
    if (used > 0) error = Math.max(error, Math.abs(got[i] - want) / Math.max(1, Math.abs(want)) || Infinity);
    if (used > 1) over++;
    if (used > result.worst) {
      result = { worst: used, position: i, got: got[i], expected: want, allowed, over, error };
    }
  }
  return { ...result, over, error };
}

function shareUsed(got: number, want: number, allowed: number): number {
  if (got === want || (Number.isNaN(got) && Number.isNaN(want))) return 0;
  if (!Number.isFinite(want) || !Number.isFinite(got)) return Infinity;
  return allowed > 0 ? Math.abs(got - want) / allowed : Infinity;
}

/** `worst at [3, 17]: got 0.41231, expected 0.41226, allowed 1e-5 (412 of 98304 over)` */
export function describeWorst(comparison: Comparison, expected: NdArray): string {
  const { position, got, expected: want, allowed, over } = comparison;
  return `worst at ${showShape(unflatten(position, expected.shape))}: got ${show(got)}, expected ${
    show(want)
  }, ` +
    `allowed ${allowed === 0 ? "0" : allowed.toExponential(1)} (${over} of ${expected.data.length} over)`;
}

/** Nine digits tell any two f32 numbers apart. */
function show(value: number): string {
  return String(Number(value.toPrecision(9)));
}

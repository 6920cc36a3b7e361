/**
 * Transcendental functions on four floats. Error bounds were measured against float64 on a dense grid (`math_test.ts`).
 * NaN gives NaN; infinities follow the formula.
 *
 * @module
 */
import type { FunctionBuilder } from "../assembler/function.ts";
import { F32x4, type I32x4 } from "../assembler/values.ts";

/** A function of one vector. */
export type VectorFunction = (f: FunctionBuilder, x: F32x4) => F32x4;

/** c₀ + c₁x + c₂x² + … by Horner's rule. */
function polynomial(f: FunctionBuilder, x: F32x4, coefficients: readonly number[]): F32x4 {
  let value: F32x4 = F32x4.of(coefficients.at(-1)!);
  for (const c of coefficients.slice(0, -1).toReversed()) value = f.let(f.fma(value, x, c));
  return value;
}

/**
 * eˣ; the polynomial is Cephes' expf. Relative error below 2e-7; results under 2⁻¹²⁶ lose bits gradually.
 */
export function exp(f: FunctionBuilder, value: F32x4): F32x4 {
  // Beyond these bounds the result is ∞ or 0 in any case, and n below stays in the range of two scalings.
  const x = f.let(value.atMost(128).atLeast(-128));
  const n = f.let(x.mul(Math.LOG2E).nearest());
  // x = n·ln 2 + r with |r| ≤ ln 2 / 2; ln 2 in two parts (Cody & Waite), the first exact when multiplied by n.
  const high = 0.693359375;
  const r = f.let(f.fma(n, F32x4.of(high - Math.LN2), f.let(f.fma(n, F32x4.of(-high), x))));
  const q = polynomial(f, r, EXP);
  const mantissa = f.let(f.fma(f.let(q.mul(r)), r, r.add(1)));
  // 2ⁿ as a product of two powers: n reaches ±185, the exponent of one float only 127.
  const whole = f.let(n.toI32x4());
  const half = f.let(whole.sar(1));
  return f.let(mantissa.mul(powerOfTwo(half)).mul(powerOfTwo(whole.sub(half))));
}

/** Cephes expf: (eʳ − 1 − r) / r² on |r| ≤ ln 2 / 2. */
const EXP = [
  5.0000001201e-1,
  1.6666665459e-1,
  4.1665795894e-2,
  8.3334519073e-3,
  1.3981999507e-3,
  1.9875691500e-4,
];

/** 2ⁿ for −126 ≤ n ≤ 127, by writing the exponent field. */
function powerOfTwo(n: I32x4): F32x4 {
  return n.add(127).shl(23).asFloats();
}

/** x · P(x²) / Q(x²) after clamping x to ±limit: an odd function that is flat beyond. */
function oddRational(
  f: FunctionBuilder,
  value: F32x4,
  { limit, numerator, denominator }: OddRational,
): F32x4 {
  const x = f.let(value.atMost(limit).atLeast(-limit));
  const square = f.let(x.mul(x));
  return f.let(x.mul(polynomial(f, square, numerator)).div(polynomial(f, square, denominator)));
}

interface OddRational {
  readonly limit: number;
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

/** tanh x, within 4e-7 of it relatively, also near 0. Coefficients of Eigen's `ptanh_float`. */
export function tanh(f: FunctionBuilder, x: F32x4): F32x4 {
  return oddRational(f, x, TANH);
}

const TANH: OddRational = {
  limit: 7.99881172180175781,
  numerator: [
    4.89352455891786e-3,
    6.37261928875436e-4,
    1.48572235717979e-5,
    5.12229709037114e-8,
    -8.60467152213735e-11,
    2.00018790482477e-13,
    -2.76076847742355e-16,
  ],
  denominator: [4.89352518554385e-3, 2.26843463243900e-3, 1.18534705686654e-4, 1.19825839466702e-6],
};

/** erf x, within 4e-7 of it relatively, also near 0. Coefficients of XLA's `ErfImpl32`. */
export function erf(f: FunctionBuilder, x: F32x4): F32x4 {
  return oddRational(f, x, ERF);
}

const ERF: OddRational = {
  limit: 4,
  numerator: [
    -1.60960333262415e-2,
    -2.95459980854025e-3,
    -7.34990630326855e-4,
    -5.69250639462346e-5,
    -2.10102402082508e-6,
    2.77068142495902e-8,
    -2.72614225801306e-10,
  ],
  denominator: [
    -1.42647390514189e-2,
    -7.37332916720468e-3,
    -1.68282697438203e-3,
    -2.13374055278905e-4,
    -1.45660718464996e-5,
  ],
};

/** x·Φ(x) with the normal distribution function Φ (Hendrycks & Gimpel 2016). −∞ gives NaN, as −∞ · 0 does. */
export function gelu(f: FunctionBuilder, x: F32x4): F32x4 {
  return f.let(x.mul(0.5).mul(erf(f, f.let(x.mul(Math.SQRT1_2))).add(1)));
}

/** d gelu / dx = Φ(x) + x·φ(x). */
export function geluDerivative(f: FunctionBuilder, x: F32x4): F32x4 {
  const cdf = f.let(erf(f, f.let(x.mul(Math.SQRT1_2))).add(1).mul(0.5));
  const density = f.let(exp(f, f.let(x.mul(x).mul(-0.5))).mul(1 / Math.sqrt(2 * Math.PI)));
  return f.let(f.fma(x, density, cdf));
}

const SQRT_2_PI = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** The tanh form ½x(1 + tanh u), u = √(2/π)(x + 0.044715x³), as x / (1 + e⁻²ᵘ). −∞ gives NaN. */
export function geluTanh(f: FunctionBuilder, x: F32x4): F32x4 {
  return f.let(x.div(expMinus2u(f, x).add(1)));
}

/** s + x·s(1 − s)·2u′ with s = 1 / (1 + e⁻²ᵘ); 1 − s is computed as s·e⁻²ᵘ, which does not cancel. */
export function geluTanhDerivative(f: FunctionBuilder, x: F32x4): F32x4 {
  const e = f.let(expMinus2u(f, x).atMost(2 ** 100)); // finite, as s is 0 beyond
  const s = f.let(F32x4.of(1).div(e.add(1)));
  const near = f.let(x.atMost(100).atLeast(-100)); // beyond, s(1 − s) is 0 but x³ may be ∞, and ∞ · 0 is NaN
  const slope = f.let(f.fma(f.let(near.mul(near)), F32x4.of(6 * SQRT_2_PI * CUBIC), F32x4.of(2 * SQRT_2_PI)));
  return f.let(f.fma(f.let(near.mul(slope)), f.let(s.mul(s).mul(e)), s));
}

function expMinus2u(f: FunctionBuilder, x: F32x4): F32x4 {
  const inner = f.let(f.fma(f.let(x.mul(x)), F32x4.of(-2 * SQRT_2_PI * CUBIC), F32x4.of(-2 * SQRT_2_PI)));
  return exp(f, f.let(x.mul(inner)));
}

import type { BinaryOp, CompareOp, UnaryOp } from "@taxon/tensor";

/**
 * The error function in float64. For |x| ≤ 2 the alternating series 2/√π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n+1)), DLMF 7.6.1;
 * beyond, 1 minus the continued fraction of erfc, DLMF 7.9.4.
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x < 0) return -erf(-x);
  if (x > 6) return 1;
  if (x <= 2) {
    let power = x; // (−1)ⁿ x²ⁿ⁺¹ / n!
    let sum = 0;
    for (let n = 0; n < 60; power *= -x * x / ++n) sum += power / (2 * n + 1);
    return 2 / Math.sqrt(Math.PI) * sum;
  }
  let fraction = x; // x + (1/2)/(x + 1/(x + (3/2)/(x + …)))
  for (let n = 120; n > 0; n--) fraction = x + n / 2 / fraction;
  return 1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

export const unaryFormulas: Readonly<Record<UnaryOp, (x: number) => number>> = {
  neg: (x) => -x,
  abs: (x) => x < 0 ? -x : x,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  tanh: Math.tanh,
  erf,
  sin: Math.sin,
  cos: Math.cos,
};

export const binaryFormulas: Readonly<Record<BinaryOp, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  max: (a, b) => Number.isNaN(a) || Number.isNaN(b) ? NaN : a > b ? a : b,
  min: (a, b) => Number.isNaN(a) || Number.isNaN(b) ? NaN : a < b ? a : b,
};

export const compareFormulas: Readonly<Record<CompareOp, (a: number, b: number) => boolean>> = {
  equal: (a, b) => a === b,
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
};

/** The nearest number with `bits` significant bits and exponents down to `minExponent`, ties to even. */
function roundToBits(x: number, bits: number, minExponent: number, largest: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(x))), minExponent);
  const unit = 2 ** (exponent - bits + 1);
  const scaled = x / unit;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  const rounded = (up ? below + 1 : below) * unit;
  return Math.abs(rounded) > largest ? Math.sign(x) * Infinity : rounded;
}

/** IEEE 754 binary16: 11 significant bits, largest 65504. */
export function roundToFloat16(x: number): number {
  return roundToBits(x, 11, -14, 65504);
}

/** bfloat16: 8 significant bits, the exponents of f32. */
export function roundToBfloat16(x: number): number {
  return roundToBits(x, 8, -126, (2 - 2 ** -7) * 2 ** 127);
}

/** i32 from a float: truncated and saturated, 0 for NaN. */
export function truncateToInt32(x: number): number {
  if (Number.isNaN(x)) return 0;
  return Math.max(-2147483648, Math.min(2147483647, Math.trunc(x)));
}

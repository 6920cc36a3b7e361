import type { UnaryOp } from "@taxon/tensor";
import { assertEquals } from "@std/assert";
import { assertClose, put, simdBackend, take } from "../test_support.ts";

/** A grid over −limit … limit, denser towards 0, both signs. */
function grid(limit: number): Float32Array {
  const half = Array.from({ length: 20000 }, (_, i) => limit * ((i + 1) / 20000) ** 4);
  return Float32Array.from([...half, ...half.map((x) => -x)]);
}

function apply(
  op: UnaryOp | "gelu" | "geluTanh",
  x: Float32Array,
  derivative = false,
  hasFma?: boolean,
): Float32Array {
  using backend = simdBackend(1, hasFma);
  const shape = [x.length];
  const operand = put(backend, { data: x, shape });
  const spec = { shape, dtype: "f32" } as const;
  if (op !== "gelu" && op !== "geluTanh") return take(backend, backend.unary(op, operand, spec), shape);
  const form = op === "gelu" ? "erf" : "tanh";
  if (!derivative) return take(backend, backend.fused.gelu!(operand, form, spec), shape);
  const ones = put(backend, { data: new Float32Array(x.length).fill(1), shape });
  return take(backend, backend.fused.geluGrad!(ones, operand, form, spec), shape);
}

/** erf by its Taylor series in float64: 4 digits are lost to cancellation at |x| = 3, 7 at 4. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= -x * x / n;
    sum += term / (2 * n + 1);
  }
  return 2 / Math.sqrt(Math.PI) * sum;
}

const cdf = (x: number) => Math.abs(x) > 5.6 ? Number(x > 0) : (1 + erf(x / Math.SQRT2)) / 2;
const tanhArgument = (x: number) => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
const special = Float32Array.of(NaN, Infinity, -Infinity, 0);

Deno.test("exp() is within 2e-7 of e^x relatively, with and without FMA", () => {
  const x = grid(87);
  assertClose(apply("exp", x), Array.from(x, Math.exp), { rtol: 2e-7 });
  assertClose(apply("exp", x, false, false), Array.from(x, Math.exp), { rtol: 2e-7 });
});

Deno.test("exp() overflows to infinity, underflows gradually to 0, and keeps NaN", () => {
  const x = Float32Array.of(88.7, 89, 1e30, -90, -100, -104, -1e30);
  const least = 2 ** -149;
  assertClose(apply("exp", x), Array.from(x, (v) => Math.fround(Math.exp(v))), { rtol: 2e-7, atol: least });
  assertEquals([...apply("exp", special)], [NaN, Infinity, 0, 1]);
});

Deno.test("tanh() is within 4e-7 of it relatively, also near 0", () => {
  const x = grid(20);
  assertClose(apply("tanh", x), Array.from(x, Math.tanh), { rtol: 4e-7 });
  assertClose(apply("tanh", Float32Array.of(1e-30, -1e-10)), [1e-30, -1e-10], { rtol: 4e-7 });
  assertEquals([...apply("tanh", special)].map(Math.fround), [NaN, 1, -1, 0]);
});

Deno.test("erf() is within 4e-7 of it relatively, also near 0", () => {
  const x = grid(4);
  assertClose(apply("erf", x), Array.from(x, erf), { rtol: 4e-7 });
  assertEquals([...apply("erf", special)], [NaN, 1, -1, 0]);
});

Deno.test("gelu() follows x Φ(x) within 3e-7 of |x|", () => {
  const x = grid(12);
  const actual = apply("gelu", x);
  // The error of 1 + erf is absolute, so that of x·Φ(x) is in proportion to x.
  assertClose(Array.from(actual, (y, i) => y / x[i]), Array.from(x, cdf), { atol: 3e-7 });
  assertEquals([...apply("gelu", special)], [NaN, Infinity, NaN, 0]);
});

Deno.test("geluTanh() follows its formula relatively, also in the negative tail", () => {
  const x = grid(6);
  const expected = Array.from(x, (v) => v / (1 + Math.exp(-2 * tanhArgument(v))));
  // An error of one rounding in 2u ≤ 25 becomes 25 · 6e-8 in e^(2u).
  assertClose(apply("geluTanh", x), expected, { rtol: 4e-6 });
  assertEquals([...apply("geluTanh", special)], [NaN, Infinity, NaN, 0]);
});

Deno.test("the derivatives of gelu() agree with the formulas in float64", () => {
  const x = grid(12);
  const density = (v: number) => Math.exp(-v * v / 2) / Math.sqrt(2 * Math.PI);
  assertClose(apply("gelu", x, true), Array.from(x, (v) => cdf(v) + v * density(v)), { atol: 5e-7 });
  const expected = Array.from(x, (v) => {
    const t = Math.tanh(tanhArgument(v));
    const slope = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * v * v);
    return (1 + t) / 2 + v / 2 * (1 - t * t) * slope;
  });
  assertClose(apply("geluTanh", x, true), expected, { atol: 1e-6 });
});

Deno.test("the derivatives of gelu() are 1 and 0 far from 0, where x³ overflows", () => {
  const x = Float32Array.of(1e18, -1e18, 3e38, -3e38, 50, -50);
  assertEquals([...apply("gelu", x, true)].map(Math.abs), [1, 0, 1, 0, 1, 0]);
  assertClose(apply("geluTanh", x, true), [1, 0, 1, 0, 1, 0], { atol: 1e-20 });
});

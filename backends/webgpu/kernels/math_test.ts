import { assert, assertEquals } from "@std/assert";
import type { UnaryOp } from "@taxon/tensor";
import { f32, gpuTest, openBackend, put, take } from "../test_support.ts";

/** A grid over −limit … limit, denser towards 0. */
function grid(limit: number): Float32Array {
  return Float32Array.from(
    { length: 4000 },
    (_, i) => limit * Math.sign(i - 1999.5) * ((i - 1999.5) / 2000) ** 4,
  );
}

async function apply(op: UnaryOp, x: Float32Array): Promise<Float32Array> {
  using backend = await openBackend();
  return await take(backend, backend.unary(op, put(backend, x), f32(x.length)), [x.length]);
}

/** Largest |y − f(x)| / |f(x)|. */
function worst(x: Float32Array, y: Float32Array, f: (x: number) => number): number {
  return y.reduce((most, value, i) => Math.max(most, Math.abs(value / f(x[i]) - 1)), 0);
}

/** erf by its series in float64, which loses 4 digits to cancellation at 3. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= -x * x / n;
    sum += term / (2 * n + 1);
  }
  return 2 / Math.sqrt(Math.PI) * sum;
}

for (
  const [op, limit, f, allowed] of [
    ["exp", 86, Math.exp, 2.5e-7],
    ["tanh", 12, Math.tanh, 6e-7],
    ["erf", 3, erf, 6e-7],
  ] as const
) {
  gpuTest(`${op} is within ${allowed} of its value relatively, also near 0`, async () => {
    const x = grid(limit);
    const error = worst(x, await apply(op, x), f);
    assert(error <= allowed, `off by ${error}`);
  });
}

gpuTest("log is within 2e-7 relatively or 1e-7 near 1", async () => {
  const x = grid(30).map((value) => Math.exp(value));
  const y = await apply("log", x);
  y.forEach((value, i) => {
    const expected = Math.log(x[i]);
    assert(Math.abs(value - expected) <= 2e-7 * Math.abs(expected) + 1e-7, `log(${x[i]}) = ${value}`);
  });
});

gpuTest("sin and cos are within 3e-7 of their value, also for positions in the thousands", async () => {
  const x = grid(5000);
  for (const op of ["sin", "cos"] as const) {
    const y = await apply(op, x);
    y.forEach((value, i) => assert(Math.abs(value - Math[op](x[i])) <= 3e-7, `${op}(${x[i]}) = ${value}`));
  }
});

gpuTest("the functions end in their limits and keep NaN", async () => {
  const ends = Float32Array.of(NaN, Infinity, -Infinity);
  assertEquals([...await apply("exp", ends)], [NaN, Infinity, 0]);
  assertEquals([...await apply("log", ends)], [NaN, Infinity, NaN]);
  for (const op of ["tanh", "erf"] as const) assertEquals([...await apply(op, ends)], [NaN, 1, -1]);
  for (const op of ["sin", "cos"] as const) assertEquals([...await apply(op, ends)], [NaN, NaN, NaN]);
});

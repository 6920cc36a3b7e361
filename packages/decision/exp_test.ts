import { assertEquals } from "@std/assert";
import { exp } from "./exp.ts";

/** eˣ from 60 decimal digits in integers, rounded once. */
function exact(x: number): number {
  const unit = 10n ** 400n; // e^−745 has 324 zeros
  const [numerator, denominator] = fraction(x);
  const reduced = (numerator * unit) / (denominator * 1024n);
  let sum = unit;
  let term = unit;
  for (let n = 1n; n < 80n; n++) {
    term = term * reduced / (unit * n);
    sum += term;
  }
  for (let i = 0; i < 10; i++) sum = sum * sum / unit;
  return Number(`${sum}e-400`); // a decimal literal is rounded to the nearest double
}

function fraction(x: number): [bigint, bigint] {
  let denominator = 1n;
  while (!Number.isInteger(x)) {
    x *= 2;
    denominator *= 2n;
  }
  return [BigInt(x), denominator];
}

Deno.test("exp() is the double nearest to the value in whole numbers of 400 digits", () => {
  const inputs = Array.from({ length: 300 }, (_, i) => -0.001 * 1.0455 ** i).filter((x) => x > -708.3);
  for (const x of [0, -1, -Math.LN2, -(2 ** -60), -708.3, ...inputs]) {
    assertEquals(exp(x), exact(x), `exp(${x})`);
  }
});

Deno.test("exp() ends where doubles do, and keeps NaN", () => {
  assertEquals([exp(-745.13), exp(-745.14), exp(-1e4), exp(-Infinity), exp(NaN)], [5e-324, 0, 0, 0, NaN]);
});

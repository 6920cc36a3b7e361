import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { fitSigmoidTemperature, fitTemperature } from "./calibration.ts";

// deno-fmt-ignore
const logits = [
  0.0, 0.6, -0.55, -1.78, -0.91, -1.98, 0.12, 2.68, -0.98, -1.24, 0.98, 0.71, 0.21, -1.86, -0.06, 1.39, -2.69, -0.92,
  -3.8, -2.58, -3.68, -0.47, -2.53, 0.54, 0.31, -0.37, -5.03, -1.08, -0.1, 0.23, -3.06, -0.96, -1.96, -1.62, 2.12, -1.62,
]; // [12, 3]
const classIds = [1, 0, 1, 2, 1, 0, 1, 0, 2, 2, 0, 1];
// deno-fmt-ignore
const decisions = [0,0,0, 1,0,0, 0,1,0, 1,1,1, 1,0,1, 0,0,0, 0,0,1, 0,1,0, 1,0,1, 0,1,0, 0,1,0, 0,0,0]; // [12, 3]

/** All rows so many times. */
const times = (count: number, values: number[]) => Array.from({ length: count }, () => values).flat();

// The expected figures are the minimum of a golden-section search over the same penalised likelihood in Python
Deno.test("fitTemperature() finds the most probable temperature under its prior", () => {
  const fit = fitTemperature(times(2, logits), times(2, classIds), 3);
  assertAlmostEquals(fit.temperature, 1.660892525135502, 1e-6);
  assertAlmostEquals(fit.nllBefore, 1.3915556485298044, 1e-12);
  assertAlmostEquals(fit.nllAfter, 1.1672956263905718, 1e-7);
  assertAlmostEquals(fit.cost, 29.766151692629954, 1e-9);
});

Deno.test("fitSigmoidTemperature() finds the most probable temperature under its prior", () => {
  const fit = fitSigmoidTemperature(logits, decisions);
  assertAlmostEquals(fit.temperature, 1.6025751291811194, 1e-6);
  assertAlmostEquals(fit.nllBefore, 0.8702397208262149, 1e-12);
  assertAlmostEquals(fit.nllAfter, 0.7456300887966407, 1e-7);
  assertAlmostEquals(fit.cost, 28.372403160320196, 1e-9);
});

Deno.test("with many rows both find the likeliest temperature, that of SciPy's minimize_scalar", () => {
  // The prior is still worth about a row in a thousand
  const softmax = fitTemperature(times(2000, logits), times(2000, classIds), 3);
  assertAlmostEquals(softmax.temperature, 5.053367684355758, 0.06);
  assertAlmostEquals(softmax.nllAfter, 1.0695884482825746, 1e-4);
  const sigmoid = fitSigmoidTemperature(times(2000, logits), times(2000, decisions));
  assertAlmostEquals(sigmoid.temperature, 5.558766591084967, 0.06);
  assertAlmostEquals(sigmoid.nllAfter, 0.6796536630554186, 1e-4);
});

Deno.test("a temperature stays 1 where the rows do not tell another, and the cost still tells fits apart", () => {
  const fit = fitTemperature(logits, classIds, 3); // 12 rows: another would be likelier by 1.2 nats
  assertEquals(fit.temperature, 1);
  assertEquals(fit.nllAfter, fit.nllBefore);
  assertAlmostEquals(fit.cost, 15.467554799070196, 1e-9);
});

Deno.test("twenty rows that are all answered right do not run the temperature to its bound", () => {
  // An easy split: probabilities of the right class from 0.7 to 0.99, likelihood alone asks for a temperature of 0
  const margins = Array.from({ length: 20 }, (_, row) => Math.log(0.7 / 0.3) + row * 0.2);
  const easy = margins.flatMap((margin) => [margin, 0]);
  assertEquals(fitTemperature(easy, new Array(20).fill(0), 2).temperature, 1);
  const { temperature } = fitTemperature(times(10, easy), new Array(200).fill(0), 2);
  assert(temperature < 1 && temperature > 0.3, `${temperature}`); // 200 of them are evidence, but not for any number
});

Deno.test("a temperature stays between 0.1 and 10 for perfect and for worthless logits", () => {
  const rows = Array.from({ length: 2000 }, (_, row) => row % 2);
  const perfect = rows.flatMap((id) => id === 0 ? [0.1, 0] : [0, 0.1]);
  assertAlmostEquals(fitTemperature(perfect, rows, 2).temperature, 0.1, 1e-9);
  const worthless = rows.flatMap((id) => id === 0 ? [0, 5] : [5, 0]);
  assertAlmostEquals(fitTemperature(worthless, rows, 2).temperature, 10, 1e-9);
});

Deno.test("a temperature fit survives logits far from 0 and no rows at all", () => {
  const { nllBefore, nllAfter } = fitTemperature([1000, -1000, 1000, -1000], [0, 1], 2);
  assertEquals(nllBefore, 1000);
  assert(nllAfter < 500, `${nllAfter}`);
  assert(Number.isFinite(fitSigmoidTemperature([1000, -1000], [0, 1]).nllAfter));
  assertEquals(fitTemperature([], [], 3), { temperature: 1, nllBefore: 0, nllAfter: 0, cost: 0 });
});

Deno.test("a fit tells how far it is before each look at the rows, and can be ended there", () => {
  for (
    const fit of [
      (onProgress: (share: number) => void) => fitTemperature(logits, classIds, 3, { onProgress }),
      (onProgress: (share: number) => void) => fitSigmoidTemperature(logits, decisions, { onProgress }),
    ]
  ) {
    const shares: number[] = [];
    fit((share) => shares.push(share));
    assertEquals(shares, Array.from({ length: 50 }, (_, i) => i / 50));
    const stop = (share: number) => {
      if (share >= 0.5) throw new Error("stopped");
    };
    assertThrows(() => fit(stop), Error, "stopped");
  }
});

Deno.test("fits of temperatures count a row of weight 3 as three: the same temperature, on as many rows", () => {
  const [few, many] = [classIds.slice(0, 4), classIds.slice(4)];
  const repeated = [...times(3, logits.slice(0, 12)), ...logits.slice(12)];
  const truth = [...times(3, few), ...many];
  const weights = classIds.map((_, row) => row < 4 ? 3 : 1);
  // 60 rows both times, as weights are scaled to a mean of 1
  const plain = fitTemperature(times(3, repeated), times(3, truth), 3);
  const weighted = fitTemperature(times(5, logits), times(5, classIds), 3, { weights: times(5, weights) });
  for (const figure of ["temperature", "nllBefore", "nllAfter"] as const) {
    assertAlmostEquals(weighted[figure], plain[figure], 1e-9);
  }
});

Deno.test("fits of temperatures refuse weights that are not one a row", () => {
  assertThrows(
    () => fitTemperature([1, 0], [0], 2, { weights: [1, 2] }),
    RangeError,
    "1 answers by 2 weights",
  );
  assertThrows(() => fitSigmoidTemperature([1, 0], [0, 1], { weights: [0, 0] }), RangeError, "sum to 0");
});

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { fitSigmoidTemperature, fitTemperature } from "./calibration.ts";

// deno-fmt-ignore
const logits = [
  0.0, 0.6, -0.55, -1.78, -0.91, -1.98, 0.12, 2.68, -0.98, -1.24, 0.98, 0.71, 0.21, -1.86, -0.06, 1.39, -2.69, -0.92,
  -3.8, -2.58, -3.68, -0.47, -2.53, 0.54, 0.31, -0.37, -5.03, -1.08, -0.1, 0.23, -3.06, -0.96, -1.96, -1.62, 2.12, -1.62,
]; // [12, 3]
const classIds = [1, 0, 1, 2, 1, 0, 1, 0, 2, 2, 0, 1];
// deno-fmt-ignore
const decisions = [0,0,0, 1,0,0, 0,1,0, 1,1,1, 1,0,1, 0,0,0, 0,0,1, 0,1,0, 1,0,1, 0,1,0, 0,1,0, 0,0,0]; // [12, 3]

Deno.test("fitTemperature() finds the minimum that SciPy's minimize_scalar finds", () => {
  const fit = fitTemperature(logits, classIds, 3);
  assertAlmostEquals(fit.temperature, 5.053367684355758, 1e-6);
  assertAlmostEquals(fit.nllBefore, 1.3915556485298044, 1e-12);
  assertAlmostEquals(fit.nllAfter, 1.0695884482825746, 1e-12);
});

Deno.test("fitSigmoidTemperature() finds the minimum that SciPy's minimize_scalar finds", () => {
  const fit = fitSigmoidTemperature(logits, decisions);
  assertAlmostEquals(fit.temperature, 5.558766591084967, 1e-6);
  assertAlmostEquals(fit.nllBefore, 0.8702397208262149, 1e-12);
  assertAlmostEquals(fit.nllAfter, 0.6796536630554186, 1e-12);
});

Deno.test("fitTemperature() undoes a scale: logits times 1.5 need a temperature 1.5 times as large", () => {
  const scaled = logits.map((z) => z * 1.5);
  const ratio = fitTemperature(scaled, classIds, 3).temperature /
    fitTemperature(logits, classIds, 3).temperature;
  assertAlmostEquals(ratio, 1.5, 1e-9);
});

Deno.test("a temperature stays between 0.1 and 10 for perfect and for worthless logits", () => {
  assertAlmostEquals(fitTemperature([5, 0, 0, 5], [0, 1], 2).temperature, 0.1, 1e-9);
  assertAlmostEquals(fitTemperature([5, 0, 0, 5], [1, 0], 2).temperature, 10, 1e-9);
});

Deno.test("a temperature fit survives logits far from 0 and no rows at all", () => {
  const { nllBefore, nllAfter } = fitTemperature([1000, -1000, 1000, -1000], [0, 1], 2);
  assertEquals(nllBefore, 1000);
  assert(nllAfter < nllBefore);
  assert(Number.isFinite(fitSigmoidTemperature([1000, -1000], [0, 1]).nllAfter));
  assertEquals(fitTemperature([], [], 3), { temperature: 1, nllBefore: 0, nllAfter: 0 });
});

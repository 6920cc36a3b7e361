import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { fitSigmoidTemperature, fitTemperature } from "./calibration.ts";
import { fitOpinionPool } from "./opinion_pool.ts";
import { keyFromSeed, normals } from "@taxon/tensor";

const rows = 600;
const truth = Array.from({ length: rows }, (_, row) => row % 3);

/** Logits that favour the true class by `signal`, with noise of standard deviation 1. */
function noisyLogits(seed: number, signal: number): Float32Array {
  return normals(keyFromSeed(seed), rows * 3).map((noise, i) =>
    noise + (i % 3 === truth[Math.floor(i / 3)] ? signal : 0)
  );
}

const fit = (logits: Float64Array) => fitTemperature(logits, truth, 3);

Deno.test("fitOpinionPool() weighs equal classifiers about equally, and is better than either", () => {
  const [first, second] = [noisyLogits(1, 1.5), noisyLogits(2, 1.5)];
  const { share, nll } = fitOpinionPool(first, second, fit);
  assertAlmostEquals(share, 0.5, 0.15);
  for (const alone of [first, second]) assert(nll < fit(Float64Array.from(alone)).nllAfter - 0.05);
});

Deno.test("fitOpinionPool() gives a classifier that knows nothing next to no weight", () => {
  assert(fitOpinionPool(noisyLogits(1, 0), noisyLogits(2, 1.5), fit).share <= 0.1);
  assert(fitOpinionPool(noisyLogits(1, 1.5), noisyLogits(2, 0), fit).share >= 0.9);
});

Deno.test("fitOpinionPool() weighs independent evidence as Gaussian likelihoods do: by its signal", () => {
  // Logits with signal s and unit noise are worth s · logit to Bayes' rule, so the shares are as 1 to 2.
  const { share } = fitOpinionPool(noisyLogits(3, 0.8), noisyLogits(4, 1.6), fit);
  assertAlmostEquals(share, 1 / 3, 0.1);
});

Deno.test("fitOpinionPool() pools sigmoids, and leaves equal classifiers to the second", () => {
  const decisions = truth.flatMap((id) => [0, 1, 2].map((label) => label === id ? 1 : 0));
  const logits = noisyLogits(1, 1.5);
  assertEquals(fitOpinionPool(logits, logits, (z) => fitSigmoidTemperature(z, decisions)).share, 0);
});

Deno.test("fitOpinionPool() leaves few rows to the second classifier", () => {
  const [first, second] = [noisyLogits(1, 1.5), noisyLogits(2, 1.5)];
  const few = (count: number) =>
    fitOpinionPool(
      first.subarray(0, 3 * count),
      second.subarray(0, 3 * count),
      (logits) => fitTemperature(logits, truth.slice(0, count), 3),
    ).share;
  assert(few(12) <= 0.25, `${few(12)}`);
  const perfect = Float64Array.from({ length: 60 }, (_, i) => i % 3 === truth[Math.floor(i / 3)] ? 6 : 0);
  const halves = perfect.map((logit) => logit / 2);
  const fitted = (logits: Float64Array) => fitTemperature(logits, truth.slice(0, 20), 3);
  assertEquals(fitOpinionPool(perfect, perfect, fitted).share, 0); // nothing to choose between
  assert(fitOpinionPool(perfect, halves, fitted).share < 0.2); // louder is not better
});

import { assertAlmostEquals } from "@std/assert";
import { keyFromSeed, normals } from "@taxon/tensor";
import { lossOf } from "./loss.ts";

for (const link of ["softmax", "sigmoid", "identity"] as const) {
  Deno.test(`lossOf() gives the gradient of the ${link} loss: finite differences agree`, () => {
    const logits = Float64Array.from(normals(keyFromSeed(5), 12), (z) => 3 * z);
    const y = Float32Array.of(1, 0, 0, 0, 0, 1, 0.5, 0.25, 0.25, 0, 1, 0);
    const weights = link === "softmax" ? Float32Array.of(1, 2, 0.5, 0) : y.map((_, i) => i % 4 / 2);
    const targets = { link, y, outputs: 3, weights };
    const residuals = new Float64Array(12);
    const loss = (logits: Float64Array) => lossOf(targets, logits, new Float64Array(12));
    lossOf(targets, logits, residuals);
    residuals.forEach((slope, i) => {
      const moved = (by: number) => loss(logits.map((z, j) => j === i ? z + by : z));
      assertAlmostEquals((moved(1e-5) - moved(-1e-5)) / 2e-5, slope, 1e-8);
    });
  });

  Deno.test(`lossOf() of ${link} stays finite with logits of a thousand`, () => {
    const targets = { link, y: Float32Array.of(1, 0), outputs: 2, weights: Float32Array.of(1, 1) };
    if (link === "softmax") targets.weights = Float32Array.of(1);
    const expected = { softmax: 2000, sigmoid: 2000, identity: (1001 ** 2 + 1000 ** 2) / 2 }[link];
    assertAlmostEquals(lossOf(targets, Float64Array.of(-1000, 1000), new Float64Array(2)), expected, 1e-9);
  });
}

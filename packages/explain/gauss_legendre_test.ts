import { assertAlmostEquals } from "@std/assert";
import { gaussLegendre } from "./gauss_legendre.ts";

Deno.test("gaussLegendre() of 2 and 3 points has the roots and weights of the textbook", () => {
  const two = gaussLegendre(2); // ½ ± 1/(2√3)
  [0.5 - 0.5 / Math.sqrt(3), 0.5 + 0.5 / Math.sqrt(3)].forEach((x, i) =>
    assertAlmostEquals(two.points[i], x, 1e-15)
  );
  const three = gaussLegendre(3); // ½ ± √(3/5)/2, weights 5/18, 8/18, 5/18
  [0.5 - Math.sqrt(0.6) / 2, 0.5, 0.5 + Math.sqrt(0.6) / 2].forEach((x, i) =>
    assertAlmostEquals(three.points[i], x, 1e-15)
  );
  [5 / 18, 8 / 18, 5 / 18].forEach((w, i) => assertAlmostEquals(three.weights[i], w, 1e-15));
});

for (const n of [1, 5, 16, 256]) {
  Deno.test(`gaussLegendre(${n}) integrates polynomials of degree ${2 * n - 1} exactly`, () => {
    const { points, weights } = gaussLegendre(n);
    for (const degree of [0, n, 2 * n - 1]) {
      const integral = points.reduce((total, x, i) => total + weights[i] * x ** degree, 0);
      assertAlmostEquals(integral, 1 / (degree + 1), 1e-13);
    }
  });
}

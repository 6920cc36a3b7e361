/** Points in (0, 1) and their weights, which sum to 1. */
export interface Quadrature {
  points: Float64Array;
  weights: Float64Array;
}

/**
 * Gauss–Legendre quadrature on [0, 1], exact for polynomials of degree 2n − 1: the roots of the Legendre polynomial Pₙ
 * by Newton's method from Tricomi's estimate (Abramowitz and Stegun 1964, 22.16.6 and 25.4.29).
 *
 * @param n Number of points, at least 1.
 */
export function gaussLegendre(n: number): Quadrature {
  const [points, weights] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    let x = Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
    let slope = 0;
    for (let step = 0; step < 10; step++) { // quadratic from a good estimate: 4 or 5 steps reach the last bit
      let [before, value] = [1, x];
      for (let k = 2; k <= n; k++) {
        [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
      }
      slope = n * (x * value - before) / (x * x - 1);
      x -= value / slope;
    }
    points[i] = (1 - x) / 2; // rising, as x falls
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}

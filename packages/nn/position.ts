/** Angle of a position and a pair of features: position · theta^(−2·pair/size), the exponent taken in log space. */
function angle(position: number, pair: number, size: number, theta: number): number {
  return position * Math.exp(-(2 * pair / size) * Math.log(theta));
}

/**
 * Sinusoidal positions (Vaswani et al. 2017, section 3.5): sines on even features, cosines on odd ones. Computed in
 * float64, fixed, never trained.
 *
 * @param count Positions 0 … count−1.
 * @param size Features, even.
 * @returns Row-major [count, size].
 *
 * @example
 * ```ts
 * import { sinusoidalTable } from "@taxon/nn";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sinusoidalTable(1, 4), Float32Array.of(0, 1, 0, 1));
 * ```
 */
export function sinusoidalTable(count: number, size: number): Float32Array {
  requireEven(size);
  return Float32Array.from({ length: count * size }, (_, i) => {
    const a = angle(Math.floor(i / size), (i % size) >> 1, size, 10000);
    return i % 2 === 0 ? Math.sin(a) : Math.cos(a);
  });
}

/**
 * Cosines and sines by which rotary positions turn each pair of features (Su et al. 2021).
 *
 * @param positions Position of each token.
 * @param headDim Features of a head, even.
 * @param theta Base of the frequencies; 10000 in the paper.
 * @returns Row-major [positions, headDim / 2] each.
 */
export function rotaryAngles(
  positions: ArrayLike<number>,
  headDim: number,
  theta = 10000,
): { cos: Float32Array; sin: Float32Array } {
  requireEven(headDim);
  const half = headDim / 2;
  const angles = Float64Array.from({ length: positions.length * half }, (_, i) => {
    return angle(positions[Math.floor(i / half)], i % half, headDim, theta);
  });
  return { cos: Float32Array.from(angles, Math.cos), sin: Float32Array.from(angles, Math.sin) };
}

function requireEven(size: number): void {
  if (!(size > 0 && size % 2 === 0)) {
    throw new RangeError(`Cannot encode positions in ${size} features: use an even number`);
  }
}

import type { NdArray } from "./nd_array.ts";

/** Half the distance of the two points: the truncation error h²/6 · f‴ and the rounding error ε/h both stay near 1e-9. */
const STEP = 1e-4;

/** ∂f/∂inputs[which] by central differences in float64, (f(x + h) − f(x − h)) / 2h element by element. */
export function numericalGradient(
  f: (inputs: readonly NdArray[]) => number,
  inputs: readonly NdArray[],
  which: number,
): NdArray {
  const x = inputs[which];
  const moved = (i: number, by: number) => {
    const data = x.data.slice();
    data[i] += by;
    return f(inputs.map((input, at) => at === which ? { ...x, data } : input));
  };
  return { ...x, data: x.data.map((_, i) => (moved(i, STEP) - moved(i, -STEP)) / (2 * STEP)) };
}

import { type Tensor, tensor } from "@taxon/tensor";
import { valueAndGrad } from "./grad.ts";

/** How far a gradient is from the finite difference, at its worst element. */
export interface GradCheck {
  /** |gradient − difference| / max(1, |difference|) at the worst element. */
  worst: number;
  /** Index of the input and of the element in it. */
  at: { input: number; element: number };
  /** Of the tape, at that element. */
  gradient: number;
  /** Central difference of the function, at that element. */
  difference: number;
}

/** How finely `checkGrad` probes. */
export interface CheckGradOptions {
  /** Half the distance between the two points of the central difference; default 1e-2, right for f32. */
  step?: number;
  /** At most this many elements of each input are checked, evenly spread; default 64. */
  elements?: number;
}

/**
 * Compares the gradients of `fn` with central differences (f(x + h) − f(x − h)) / 2h.
 *
 * In f32 the difference itself carries an error of about ε·|f|/h + h²·|f‴|/6: judge `worst` by 1e-2, and keep values
 * near 1.
 *
 * @param fn From tensors like `inputs` to a scalar.
 * @param inputs f32; left as they are.
 */
export async function checkGrad(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  { step = 1e-2, elements = 64 }: CheckGradOptions = {},
): Promise<GradCheck> {
  const { value, grads } = valueAndGrad(inputs, () => fn(...inputs));
  value.dispose();
  let result: GradCheck = { worst: -1, at: { input: -1, element: -1 }, gradient: NaN, difference: NaN };
  for (const [input, x] of inputs.entries()) {
    const values = await x.data();
    const gradient = await grads[input]?.data();
    grads[input]?.dispose();
    const stride = Math.max(1, Math.ceil(values.length / elements));
    for (let element = 0; element < values.length; element += stride) {
      const at = async (value: number) => {
        const moved = values.slice();
        moved[element] = value;
        using probe = tensor(moved, x.shape, { backend: x.backend });
        using y = valueOf(() => fn(...inputs.map((other, i) => i === input ? probe : other)));
        return { x: moved[element], y: (await y.data())[0] }; // x after rounding to f32
      };
      const [up, down] = [await at(values[element] + step), await at(values[element] - step)];
      const difference = (up.y - down.y) / (up.x - down.x);
      const got = gradient?.[element] ?? 0;
      const error = Math.abs(got - difference) / Math.max(1, Math.abs(difference));
      if (!(error <= result.worst)) {
        result = { worst: error, at: { input, element }, gradient: got, difference };
      }
    }
  }
  return result;
}

function valueOf(fn: () => Tensor): Tensor {
  return valueAndGrad([], fn).value; // as the gradient saw it: unrecorded ops, one scalar
}

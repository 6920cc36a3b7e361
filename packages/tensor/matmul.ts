import type { MatmulOptions } from "./backend.ts";
import { emit } from "./dispatch.ts";
import { DTypeError, ShapeError } from "./errors.ts";
import { broadcastShapes, showShape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Product of the last two axes; leading axes are batches and broadcast, as `torch.matmul`.
 *
 * @param a [..., m, k], or [..., k, m] with `transposeA`.
 * @param b [..., k, n], or [..., n, k] with `transposeB`.
 * @returns [..., m, n]
 * @throws {ShapeError} If inner sizes differ or an operand has fewer than two axes.
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  if (a.dtype !== "f32" || b.dtype !== "f32") {
    throw new DTypeError(`Cannot multiply ${a.dtype} by ${b.dtype} matrices: both must be f32`);
  }
  if (a.shape.length < 2 || b.shape.length < 2) {
    throw new ShapeError(
      `Cannot multiply ${showShape(a.shape)} by ${showShape(b.shape)}: both need at least two axes`,
    );
  }
  const [m, k] = options.transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
  const [inner, n] = options.transposeB ? b.shape.slice(-2).reverse() : b.shape.slice(-2);
  if (k !== inner) {
    throw new ShapeError(
      `Cannot multiply ${showShape(a.shape)} by ${
        showShape(b.shape)
      }: inner sizes ${k} and ${inner} differ; ` +
        (options.transposeB ? "drop" : "pass") +
        " transposeB if the right operand is stored the other way round",
    );
  }
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), "multiply batches of");
  const out = { shape: [...batch, m, n], dtype: "f32" as const };
  return emit("matmul", [a, b], options, out, (backend, [p, q], out) => backend.matmul(p, q, options, out));
}

import { emit } from "./dispatch.ts";
import type { DType } from "./dtype.ts";
import { DTypeError, ShapeError } from "./errors.ts";
import { numel, sameShape, showShape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Rows of axis 0: `x[ids]`, as `torch.nn.functional.embedding`.
 *
 * @param x [n, ...row]
 * @param ids i32 [...any]; each in 0 … n−1. Refuse others with `checkIds` while they are host data: a device cannot.
 * @param dtype Result's dtype, default that of `x`; 16-bit tables are usually gathered as f32.
 * @returns [...any, ...row]
 */
export function gather(x: Tensor, ids: Tensor, dtype: DType = x.dtype): Tensor {
  if (x.shape.length === 0) throw new ShapeError("Cannot gather rows of a scalar: it has no axis 0");
  requireIds(ids);
  const out = { shape: [...ids.shape, ...x.shape.slice(1)], dtype };
  return emit("gather", [x, ids], {}, out, (backend, [a, i], out) => backend.gather(a, i, out));
}

/**
 * Zeros of [n, ...row] plus each row of `updates` at its id, added in ascending order of index on every backend.
 *
 * @param ids i32 [...any]
 * @param updates [...any, ...row]
 */
export function scatterAdd(ids: Tensor, updates: Tensor, n: number): Tensor {
  requireIds(ids);
  const row = updates.shape.slice(ids.shape.length);
  if (!sameShape(updates.shape.slice(0, ids.shape.length), ids.shape)) {
    throw new ShapeError(
      `Cannot scatter updates ${showShape(updates.shape)} by ids ${
        showShape(ids.shape)
      }: leading sizes must agree`,
    );
  }
  const out = { shape: [n, ...row], dtype: updates.dtype };
  return emit("scatterAdd", [ids, updates], {}, out, (backend, [i, u], out) => backend.scatterAdd(i, u, out));
}

/** Refuses host ids outside 0 … size−1. */
export function checkIds(ids: ArrayLike<number>, size: number, what: string): void {
  for (let i = 0; i < ids.length; i++) {
    if (!(ids[i] >= 0 && ids[i] < size)) {
      throw new RangeError(`Cannot use ${what} ${ids[i]} at position ${i}: valid are 0 … ${size - 1}`);
    }
  }
}

/** For each row along the last axis the position of its largest element; ties go to the first. On the host. */
export function argmax(values: Float32Array, columns: number): Int32Array {
  const best = new Int32Array(columns === 0 ? 0 : numel([values.length / columns]));
  for (let row = 0; row < best.length; row++) {
    for (let c = 1; c < columns; c++) {
      if (values[row * columns + c] > values[row * columns + best[row]]) best[row] = c;
    }
  }
  return best;
}

function requireIds(ids: Tensor): void {
  if (ids.dtype !== "i32") throw new DTypeError(`Cannot index with ${ids.dtype} ids: they must be i32`);
}

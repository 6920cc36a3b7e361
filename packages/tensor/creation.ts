import type { Backend, Key, Shape } from "./backend.ts";
import { emit } from "./dispatch.ts";
import { type DType, dtypeOf, type HostArray, hostArray } from "./dtype.ts";
import { DeviceError, DTypeError, ShapeError } from "./errors.ts";
import { checkShape, numel, showShape } from "./shape.ts";
import { Tensor } from "./tensor.ts";

let current: Backend | undefined;

/** Makes `backend` the one that creation functions use by default, and returns it. */
export function useBackend<B extends Backend>(backend: B): B {
  current = backend;
  return backend;
}

/** Runs `fn` with `backend` as that of creation functions; behind it stands the one from before again. */
export function withBackend<T>(backend: Backend, fn: () => T): T {
  const previous = current;
  current = backend;
  try {
    return fn();
  } finally {
    current = previous;
  }
}

/** The backend set by `useBackend`; throws DeviceError if there is none. */
export function currentBackend(): Backend {
  if (current !== undefined) return current;
  throw new DeviceError(
    "Cannot create a tensor: no backend is set; call useBackend(await createCpuBackend()) first",
  );
}

/** Where and as what a tensor is created. */
export interface CreationOptions {
  /** Default f32, or the dtype that the host array's class stands for. */
  dtype?: DType;
  /** Default: the one set by `useBackend`. */
  backend?: Backend;
}

/** Numbers, or arrays of them nested to any depth. */
export type Nested = number | readonly Nested[];

/**
 * A tensor from nested arrays, or from a typed array and a shape.
 *
 * @example
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { tensor, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * assertEquals(tensor([[1, 2, 3]]).shape, [1, 3]);
 * assertEquals(tensor(Int32Array.of(1, 2, 3, 4), [2, 2]).dtype, "i32");
 * ```
 *
 * @throws {ShapeError} If nested arrays are ragged or the number of elements does not fit the shape.
 */
export function tensor(data: Nested | HostArray, shape?: Shape, options: CreationOptions = {}): Tensor {
  const backend = options.backend ?? currentBackend();
  const host = ArrayBuffer.isView(data) ? data : undefined;
  const sizes = shape ?? (host ? [host.length] : nestedShape(data as Nested));
  checkShape(sizes, "create a tensor of");
  const dtype = options.dtype ?? (host ? dtypeOf(host) : "f32");
  const elements = host ?? flatten(data as Nested, dtype, numel(sizes));
  if (dtypeOf(elements) !== dtype) {
    throw new DTypeError(
      `Cannot create a ${dtype} tensor from a ${elements.constructor.name}: convert it, or cast()`,
    );
  }
  if (elements.length !== numel(sizes)) {
    throw new ShapeError(
      `Cannot create a tensor of shape ${showShape(sizes)} from ${elements.length} elements: it holds ${
        numel(sizes)
      }`,
    );
  }
  const spec = { shape: sizes, dtype };
  return Tensor.wrap(backend, backend.upload(elements, spec), spec);
}

/** A tensor filled with one value. */
export function full(shape: Shape, value: number, options: CreationOptions = {}): Tensor {
  checkShape(shape, "create a tensor of");
  const backend = options.backend ?? currentBackend();
  const spec = { shape, dtype: options.dtype ?? "f32" };
  return Tensor.wrap(backend, backend.fill(value, spec), spec);
}

/** A tensor of zeros. */
export function zeros(shape: Shape, options?: CreationOptions): Tensor {
  return full(shape, 0, options);
}

/** A tensor of ones. */
export function ones(shape: Shape, options?: CreationOptions): Tensor {
  return full(shape, 1, options);
}

/** 0, 1, …, length−1 as i32. */
export function arange(length: number, options: Pick<CreationOptions, "backend"> = {}): Tensor {
  return tensor(Int32Array.from({ length }, (_, i) => i), [length], options);
}

/**
 * Uniform numbers in [0, 1) from an explicit key, the same bits on every backend (`Backend.random` gives the formula).
 *
 * @param shape [...leading, columns]
 * @param rows i32, one id for each row, numel(leading) in all.
 */
export function uniform(key: Key, rows: Tensor, shape: Shape): Tensor {
  const count = numel(shape.slice(0, -1));
  if (shape.length === 0 || numel(rows.shape) !== count || rows.dtype !== "i32") {
    throw new ShapeError(
      `Cannot draw uniform numbers of shape ${showShape(shape)} with ${rows.dtype} row ids ${
        showShape(rows.shape)
      }: ` +
        `give i32 ids, one for each of the ${count} rows`,
    );
  }
  return emit(
    "random",
    [rows],
    { key },
    { shape, dtype: "f32" },
    (backend, [r], out) => backend.random(key, r, out),
  );
}

function nestedShape(data: Nested): number[] {
  return typeof data === "number" ? [] : [data.length, ...(data.length > 0 ? nestedShape(data[0]) : [])];
}

function flatten(data: Nested, dtype: DType, length: number): HostArray {
  if (dtype === "bf16") {
    throw new DTypeError("Cannot create a bf16 tensor from numbers: create f32 and cast()");
  }
  const out = hostArray(dtype, length);
  let next = 0;
  const visit = (value: Nested, shape: readonly number[]): void => {
    if (typeof value === "number") {
      if (shape.length > 0) throw ragged();
      out[next++] = value;
    } else {
      if (shape.length === 0 || value.length !== shape[0]) throw ragged();
      for (const item of value) visit(item, shape.slice(1));
    }
  };
  visit(data, nestedShape(data));
  return out;
}

function ragged(): ShapeError {
  return new ShapeError(
    "Cannot create a tensor from ragged arrays: all arrays on one level need the same length",
  );
}

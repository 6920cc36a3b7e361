import {
  type Backend,
  type BackendProvider,
  type DType,
  type HostArray,
  numel,
  sameShape,
  scope,
  showShape,
  type Tensor,
  tensor,
} from "@taxon/tensor";
import { ConformanceError, NotApplicable } from "./errors.ts";
import type { NdArray } from "./oracle/nd_array.ts";
import { compareElements, describeWorst, type Tolerance } from "./tolerance.ts";

/** What a case works with: the backend, tensors that are given back when it ends, and comparisons that are counted. */
export class CaseContext {
  /** The backend under test. */
  readonly backend: Backend;
  /** Makes further ones. */
  readonly provider: BackendProvider;
  readonly #owned: Tensor[] = [];
  #worst = 0;
  #error = 0;

  /** A case's surroundings; `using` gives its tensors back. */
  constructor(backend: Backend, provider: BackendProvider) {
    this.backend = backend;
    this.provider = provider;
  }

  /** Largest error so far as a share of what it is allowed. */
  get worst(): number {
    return this.#worst;
  }

  /** Largest error so far, absolute below 1 and relative above. */
  get error(): number {
    return this.#error;
  }

  /** Uploads an array; `on` another backend than the one under test if given. */
  tensor(x: NdArray, on: Backend = this.backend): Tensor {
    return this.own(tensor(toHost(x), x.shape, { dtype: x.dtype, backend: on }));
  }

  /** Runs ops in a scope; the results live until the case ends. */
  run<T>(ops: () => T): T {
    const result = scope(ops);
    for (const value of [result].flat()) if (isTensor(value)) this.own(value);
    return result;
  }

  /** Disposes `x` when the case ends. */
  own(x: Tensor): Tensor {
    this.#owned.push(x);
    return x;
  }

  /** Fails unless `actual` has the shape, dtype and, within `tolerance`, the elements of `expected`. */
  async expect(actual: Tensor, expected: NdArray, tolerance: Tolerance, what = ""): Promise<void> {
    const prefix = what === "" ? "" : `${what}: `;
    if (!sameShape(actual.shape, expected.shape) || actual.dtype !== expected.dtype) {
      throw new ConformanceError(
        `${prefix}got ${actual.dtype} ${showShape(actual.shape)}, ` +
          `expected ${expected.dtype} ${showShape(expected.shape)}`,
      );
    }
    const host = await actual.data<HostArray>();
    if (host.length !== numel(expected.shape)) {
      throw new ConformanceError(
        `${prefix}read ${host.length} elements, expected ${numel(expected.shape)} for ${
          showShape(expected.shape)
        }`,
      );
    }
    const comparison = compareElements(fromHost(host, actual.dtype), expected, tolerance);
    this.#worst = Math.max(this.#worst, comparison.worst);
    this.#error = Math.max(this.#error, comparison.error);
    if (comparison.worst > 1) throw new ConformanceError(prefix + describeWorst(comparison, expected));
  }

  /** Ends the case as not applicable if buffers of `dtype` cannot exist here. */
  requireDType(dtype: DType): void {
    if (!this.backend.capabilities.dtypes.includes(dtype)) {
      throw new NotApplicable(`capabilities.dtypes has no ${dtype}`);
    }
  }

  /** Disposes everything owned. */
  [Symbol.dispose](): void {
    for (const x of this.#owned.splice(0)) x.dispose();
  }
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "operand" in value;
}

/** Host data of an array; bf16 values must be representable. */
export function toHost({ data, dtype }: NdArray): HostArray {
  switch (dtype) {
    case "f32":
      return Float32Array.from(data);
    case "i32":
      return Int32Array.from(data);
    case "f16":
      return Float16Array.from(data);
    case "bf16":
      return Uint16Array.from(new Uint32Array(Float32Array.from(data).buffer), (bits) => bits >>> 16);
  }
}

/** Numbers that host data stands for; bf16 comes as bits. */
export function fromHost(host: HostArray, dtype: DType): ArrayLike<number> {
  if (dtype !== "bf16") return host;
  return new Float32Array(Uint32Array.from(host, (bits) => bits << 16).buffer);
}

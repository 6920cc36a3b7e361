import {
  type Backend,
  type BinaryOp,
  type Capabilities,
  type CompareOp,
  type DeviceBuffer,
  type FusedOps,
  type HostArray,
  hostArray,
  type Key,
  type MatmulOptions,
  numel,
  type Operand,
  type OutputSpec,
  type ReduceOp,
  sameShape,
  type Shape,
  toBfloat16,
  type UnaryOp,
} from "@taxon/tensor";
import { binaryFunction, castInto, compareFunctions, unaryFunctions } from "./elementwise.ts";
import { createFusedOps } from "./fused.ts";
import { gatherInto, scatterAddInto } from "./indexing.ts";
import { matmulInto } from "./matmul.ts";
import { CpuMemory } from "./memory.ts";
import { broadcastInto, placeInto, sliceInto, transposeInto } from "./movement.ts";
import { uniformInto } from "./random.ts";
import { reduceInto } from "./reduction.ts";
import { broadcastStrides, offsets } from "./strided.ts";

/**
 * The reference tier of the CPU backend: plain TypeScript loops that compute in float64 and round when they store.
 * Each op is a few readable lines; the SIMD tier derives from this class and replaces the ops that take time.
 */
export class ReferenceBackend extends CpuMemory implements Backend {
  readonly name: string = "cpu";
  readonly description: string = "1 thread, plain TypeScript with float64 sums";
  readonly capabilities: Capabilities = {
    syncRead: true,
    dtypes: ["f32", "i32", "f16", "bf16"],
    maxBufferBytes: 2 ** 32,
    threads: 1,
    attentionWindow: true,
  };
  readonly fused: FusedOps = createFusedOps({
    create: (out) => this.create(out),
    floats: (x) => this.floats(x),
    integers: (x) => this.integers(x),
  });

  upload(data: HostArray, out: OutputSpec): DeviceBuffer {
    return this.#result(out, (result) => result.set(data));
  }

  read(x: Operand): Promise<HostArray> {
    return Promise.resolve(this.readSync(x));
  }

  readSync(x: Operand): HostArray {
    const copy = hostArray(x.dtype, numel(x.shape));
    copy.set(this.elements(x));
    return copy;
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  fill(value: number, out: OutputSpec): DeviceBuffer {
    return this.#result(out, (result) => result.fill(out.dtype === "bf16" ? toBfloat16(value) : value));
  }

  random(key: Key, rows: Operand, out: OutputSpec): DeviceBuffer {
    const columns = out.shape[out.shape.length - 1];
    return this.#result(
      out,
      (result) => uniformInto(result as Float32Array, key, this.integers(rows), columns),
    );
  }

  unary(op: UnaryOp, x: Operand, out: OutputSpec): DeviceBuffer {
    const f = unaryFunctions[op];
    const xs = this.elements(x);
    return this.#result(out, (result) => {
      for (let i = 0; i < result.length; i++) result[i] = f(xs[i]);
    });
  }

  binary(op: BinaryOp, a: Operand, b: Operand | number, out: OutputSpec): DeviceBuffer {
    const f = binaryFunction(op, a.dtype);
    const left = this.#broadcast(a, out.shape, a);
    const right = this.#broadcast(b, out.shape, a);
    return this.#result(out, (result) => {
      for (let i = 0; i < result.length; i++) result[i] = f(left[i], right[i]);
    });
  }

  compare(op: CompareOp, a: Operand, b: Operand | number, out: OutputSpec): DeviceBuffer {
    const f = compareFunctions[op];
    const left = this.#broadcast(a, out.shape, a);
    const right = this.#broadcast(b, out.shape, a);
    return this.#result(out, (result) => {
      for (let i = 0; i < result.length; i++) result[i] = f(left[i], right[i]) ? 1 : 0;
    });
  }

  where(condition: Operand, a: Operand | number, b: Operand | number, out: OutputSpec): DeviceBuffer {
    const conditions = this.#broadcast(condition, out.shape, condition);
    const left = this.#broadcast(a, out.shape, out);
    const right = this.#broadcast(b, out.shape, out);
    return this.#result(out, (result) => {
      for (let i = 0; i < result.length; i++) result[i] = conditions[i] !== 0 ? left[i] : right[i];
    });
  }

  cast(x: Operand, out: OutputSpec): DeviceBuffer {
    return this.#result(out, (result) => castInto(result, out.dtype, this.elements(x), x.dtype));
  }

  reduce(op: ReduceOp, x: Operand, _axes: readonly number[], out: OutputSpec): DeviceBuffer {
    return this.#result(out, (result) => reduceInto(op, result, out.shape, this.elements(x), x.shape));
  }

  matmul(a: Operand, b: Operand, options: MatmulOptions, out: OutputSpec): DeviceBuffer {
    const [m, n] = out.shape.slice(-2);
    const k = a.shape[a.shape.length - (options.transposeA ? 2 : 1)];
    const batch = out.shape.slice(0, -2);
    const startsA = matrixStarts(a.shape, batch);
    const startsB = matrixStarts(b.shape, batch);
    const [as, bs] = [this.floats(a), this.floats(b)];
    return this.#result(out, (result) => {
      for (let i = 0; i < startsA.length; i++) {
        const c = result.subarray(i * m * n, (i + 1) * m * n) as Float32Array;
        matmulInto(c, as.subarray(startsA[i]), bs.subarray(startsB[i]), { m, k, n, ...options });
      }
    });
  }

  broadcastTo(x: Operand, out: OutputSpec): DeviceBuffer {
    return this.#result(out, (result) => broadcastInto(result, this.elements(x), x.shape, out.shape));
  }

  transpose(x: Operand, permutation: readonly number[], out: OutputSpec): DeviceBuffer {
    return this.#result(out, (result) => transposeInto(result, this.elements(x), x.shape, permutation));
  }

  slice(x: Operand, start: readonly number[], out: OutputSpec): DeviceBuffer {
    return this.#result(out, (result) => sliceInto(result, this.elements(x), x.shape, start, out.shape));
  }

  pad(x: Operand, before: readonly number[], out: OutputSpec): DeviceBuffer {
    return this.#result(out, (result) => {
      result.fill(0);
      placeInto(result, this.elements(x), x.shape, before, out.shape);
    });
  }

  concat(xs: readonly Operand[], axis: number, out: OutputSpec): DeviceBuffer {
    return this.#result(out, (result) => {
      const start = out.shape.map(() => 0);
      for (const x of xs) {
        placeInto(result, this.elements(x), x.shape, start, out.shape);
        start[axis] += x.shape[axis];
      }
    });
  }

  gather(x: Operand, ids: Operand, out: OutputSpec): DeviceBuffer {
    const width = numel(x.shape.slice(1));
    return this.#result(out, (result) => {
      const rows = hostArray(x.dtype, result.length);
      gatherInto(rows, this.elements(x), this.integers(ids), width);
      castInto(result, out.dtype, rows, x.dtype);
    });
  }

  scatterAdd(ids: Operand, updates: Operand, out: OutputSpec): DeviceBuffer {
    const width = numel(out.shape.slice(1));
    return this.#result(
      out,
      (result) => scatterAddInto(result, this.elements(updates), this.integers(ids), width),
    );
  }

  assign(destination: Operand, source: Operand): void {
    this.elements(destination).set(this.elements(source));
  }

  /** A new buffer that `kernel` fills. */
  #result(out: OutputSpec, kernel: (result: HostArray) => void): DeviceBuffer {
    const buffer = this.create(out);
    kernel(buffer.view(out.dtype));
    return buffer;
  }

  /** The elements of `x` repeated to `shape`; a number takes the dtype of `like`. */
  #broadcast(x: Operand | number, shape: Shape, like: OutputSpec): HostArray {
    if (typeof x === "number") return hostArray(like.dtype, numel(shape)).fill(x);
    const elements = this.elements(x);
    if (sameShape(x.shape, shape)) return elements;
    const repeated = hostArray(x.dtype, numel(shape));
    broadcastInto(repeated, elements, x.shape, shape);
    return repeated;
  }
}

/** Where the matrix of each batch index begins in an operand whose batch axes broadcast to `batch`. */
export function matrixStarts(shape: Shape, batch: Shape): Int32Array {
  const matrix = numel(shape.slice(-2));
  const steps = broadcastStrides(shape.slice(0, -2), batch).map((step) => step * matrix);
  return offsets(batch, steps);
}

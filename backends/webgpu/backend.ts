import {
  type Backend,
  type BinaryOp,
  type Capabilities,
  type CompareOp,
  type DeviceBuffer,
  DeviceError,
  type DType,
  type FusedOps,
  type HostArray,
  type Key,
  type MatmulOptions,
  type MemoryUse,
  type Operand,
  type OutputSpec,
  type ReduceOp,
  type UnaryOp,
} from "@taxon/tensor";
import { createFusedOps } from "./fused.ts";
import type { Counters } from "./gpu/counters.ts";
import type { Gpu } from "./gpu/gpu.ts";
import { cast, fill } from "./kernels/cast.ts";
import { binary, compare, unary, where } from "./kernels/elementwise.ts";
import { gather, scatterAdd } from "./kernels/indexing.ts";
import { matmul } from "./kernels/matmul.ts";
import { broadcastTo, concat, pad, slice, transpose } from "./kernels/movement.ts";
import { random } from "./kernels/random.ts";
import { reduce } from "./kernels/reduction.ts";

/** The contract over a `Gpu`: each op is a kernel of `kernels/`, queued at once and carried out in program order. */
export class WebgpuBackend implements Backend {
  readonly name = "webgpu";
  /** Those of the device: all dtypes, but no reads at once. */
  readonly capabilities: Capabilities;
  readonly fused: FusedOps;
  readonly #gpu: Gpu;

  /**
   * Takes a device that `createWebgpuBackend` has opened.
   *
   * @param gpu Disposed with the backend.
   */
  constructor(gpu: Gpu, readonly description: string) {
    this.#gpu = gpu;
    this.fused = createFusedOps(gpu);
    this.capabilities = {
      syncRead: false,
      dtypes: ["f32", "i32", "f16", "bf16"],
      maxBufferBytes: gpu.maxBufferBytes,
      attentionWindow: true,
    };
  }

  /** What was asked of the device so far. */
  get counters(): Counters {
    return { ...this.#gpu.counters };
  }

  upload(data: HostArray, _out: OutputSpec): DeviceBuffer {
    return this.#gpu.upload(data, "upload");
  }

  async read(x: Operand): Promise<HostArray> {
    return hostArrayOn(x.dtype, await this.#gpu.read(x.buffer));
  }

  readSync(_x: Operand): HostArray {
    throw new DeviceError("Cannot read from webgpu at once: its memory is not the host's; use await data()");
  }

  free(buffer: DeviceBuffer): void {
    this.#gpu.free(buffer);
  }

  flush(): Promise<void> {
    return this.#gpu.flush();
  }

  memory(): MemoryUse {
    return this.#gpu.memory();
  }

  [Symbol.dispose](): void {
    this.#gpu.dispose();
  }

  fill(value: number, out: OutputSpec): DeviceBuffer {
    return fill(this.#gpu, value, out);
  }

  random(key: Key, rows: Operand, out: OutputSpec): DeviceBuffer {
    return random(this.#gpu, key, rows, out);
  }

  unary(op: UnaryOp, x: Operand, out: OutputSpec): DeviceBuffer {
    return unary(this.#gpu, op, x, out);
  }

  binary(op: BinaryOp, a: Operand, b: Operand | number, out: OutputSpec): DeviceBuffer {
    return binary(this.#gpu, op, a, b, out);
  }

  compare(op: CompareOp, a: Operand, b: Operand | number, out: OutputSpec): DeviceBuffer {
    return compare(this.#gpu, op, a, b, out);
  }

  where(condition: Operand, a: Operand | number, b: Operand | number, out: OutputSpec): DeviceBuffer {
    return where(this.#gpu, condition, { a, b }, out);
  }

  cast(x: Operand, out: OutputSpec): DeviceBuffer {
    return cast(this.#gpu, x, out);
  }

  reduce(op: ReduceOp, x: Operand, axes: readonly number[], out: OutputSpec): DeviceBuffer {
    return reduce(this.#gpu, op, x, axes, out);
  }

  matmul(a: Operand, b: Operand, options: MatmulOptions, out: OutputSpec): DeviceBuffer {
    return matmul(this.#gpu, "matmul", a, b, options, { activation: "none" }, out);
  }

  broadcastTo(x: Operand, out: OutputSpec): DeviceBuffer {
    return broadcastTo(this.#gpu, x, out);
  }

  transpose(x: Operand, permutation: readonly number[], out: OutputSpec): DeviceBuffer {
    return transpose(this.#gpu, x, permutation, out);
  }

  slice(x: Operand, start: readonly number[], out: OutputSpec): DeviceBuffer {
    return slice(this.#gpu, x, start, out);
  }

  pad(x: Operand, before: readonly number[], out: OutputSpec): DeviceBuffer {
    return pad(this.#gpu, x, before, out);
  }

  concat(xs: readonly Operand[], axis: number, out: OutputSpec): DeviceBuffer {
    return concat(this.#gpu, xs, axis, out);
  }

  gather(x: Operand, ids: Operand, out: OutputSpec): DeviceBuffer {
    return gather(this.#gpu, x, ids, out);
  }

  scatterAdd(ids: Operand, updates: Operand, out: OutputSpec): DeviceBuffer {
    return scatterAdd(this.#gpu, ids, updates, out);
  }

  assign(destination: Operand, source: Operand): void {
    this.#gpu.copy(source, destination);
  }
}

/** Bytes as elements of `dtype`. */
function hostArrayOn(dtype: DType, bytes: ArrayBuffer): HostArray {
  switch (dtype) {
    case "f32":
      return new Float32Array(bytes);
    case "i32":
      return new Int32Array(bytes);
    case "f16":
      return new Float16Array(bytes);
    case "bf16":
      return new Uint16Array(bytes);
  }
}

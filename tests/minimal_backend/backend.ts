import {
  type Backend,
  type BinaryOp,
  type Capabilities,
  type CompareOp,
  type DeviceBuffer,
  type FusedOps,
  type HostArray,
  type Key,
  type MatmulOptions,
  type MemoryUse,
  numel,
  type Operand,
  type OutputSpec,
  type ReduceOp,
  strides,
  type UnaryOp,
  uniformAt,
} from "@taxon/tensor";
import { binaryFormulas, compareFormulas, unaryFormulas } from "./formulas.ts";
import { Allocator, elementsOf, type Memory } from "./memory.ts";
import { broadcastOffsets, offsets, windowOffsets } from "./offsets.ts";

/** All of the contract and nothing more: primitives as plain loops, no fused op. */
export class MinimalBackend implements Backend {
  readonly name = "minimal";
  readonly description = "plain loops";
  readonly capabilities: Capabilities = { syncRead: true, dtypes: ["f32", "i32"], maxBufferBytes: 2 ** 31 };
  readonly fused: FusedOps = {};
  readonly #memory = new Allocator();

  // Storage

  upload(data: HostArray, out: OutputSpec): DeviceBuffer {
    return this.#map(out, (i) => data[i]);
  }

  read(x: Operand): Promise<HostArray> {
    return Promise.resolve(this.readSync(x));
  }

  readSync(x: Operand): HostArray {
    return elementsOf(x).slice();
  }

  free(buffer: DeviceBuffer): void {
    this.#memory.free(buffer);
  }

  flush(): Promise<void> {
    return Promise.resolve(); // nothing is queued here
  }

  memory(): MemoryUse {
    return this.#memory.use();
  }

  [Symbol.dispose](): void {}

  // Element by element

  fill(value: number, out: OutputSpec): DeviceBuffer {
    return this.#map(out, () => value);
  }

  random(key: Key, rows: Operand, out: OutputSpec): DeviceBuffer {
    const columns = out.shape[out.shape.length - 1];
    const ids = elementsOf(rows);
    return this.#map(out, (i) => uniformAt(key, ids[Math.floor(i / columns)], i % columns));
  }

  unary(op: UnaryOp, x: Operand, out: OutputSpec): DeviceBuffer {
    const [xs, formula] = [elementsOf(x), unaryFormulas[op]];
    return this.#map(out, (i) => formula(xs[i]));
  }

  binary(op: BinaryOp, a: Operand, b: Operand | number, out: OutputSpec): DeviceBuffer {
    const [left, right] = [broadcast(a, out), broadcast(b, out)];
    const formula = op === "mul" && out.dtype === "i32" ? Math.imul : binaryFormulas[op];
    return this.#map(out, (i) => formula(left(i), right(i)));
  }

  compare(op: CompareOp, a: Operand, b: Operand | number, out: OutputSpec): DeviceBuffer {
    const [left, right, formula] = [broadcast(a, out), broadcast(b, out), compareFormulas[op]];
    return this.#map(out, (i) => Number(formula(left(i), right(i))));
  }

  where(condition: Operand, a: Operand | number, b: Operand | number, out: OutputSpec): DeviceBuffer {
    const [chosen, left, right] = [broadcast(condition, out), broadcast(a, out), broadcast(b, out)];
    return this.#map(out, (i) => chosen(i) !== 0 ? left(i) : right(i));
  }

  cast(x: Operand, out: OutputSpec): DeviceBuffer {
    const xs = elementsOf(x);
    const saturated = (value: number) => Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1); // NaN stays NaN, then 0
    return this.#map(out, out.dtype === "i32" ? (i) => saturated(xs[i]) : (i) => xs[i]);
  }

  // Sums and products, in float64 before they are stored

  reduce(op: ReduceOp, x: Operand, axes: readonly number[], out: OutputSpec): DeviceBuffer {
    const totals = new Float64Array(numel(out.shape)).fill(op === "sum" ? 0 : -Infinity);
    const steps = strides(out.shape).map((step, axis) => axes.includes(axis) ? 0 : step);
    const combine = op === "sum" ? binaryFormulas.add : binaryFormulas.max;
    const xs = elementsOf(x);
    offsets(x.shape, steps).forEach((at, i) => totals[at] = combine(totals[at], xs[i]));
    return this.#map(out, (i) => totals[i]);
  }

  matmul(a: Operand, b: Operand, { transposeA, transposeB }: MatmulOptions, out: OutputSpec): DeviceBuffer {
    const [m, n] = out.shape.slice(-2);
    const k = a.shape[a.shape.length - (transposeA ? 2 : 1)];
    const batch = out.shape.slice(0, -2);
    const [startsA, startsB] = [a, b].map(({ shape }) => broadcastOffsets(shape.slice(0, -2), batch)); // in matrices
    const [rowA, termA] = transposeA ? [1, m] : [k, 1];
    const [termB, columnB] = transposeB ? [1, k] : [n, 1];
    const [left, right] = [elementsOf(a), elementsOf(b)];
    return this.#map(out, (i) => {
      const [matrix, row, column] = [Math.floor(i / (m * n)), Math.floor(i / n) % m, i % n];
      const [atA, atB] = [startsA[matrix] * m * k + row * rowA, startsB[matrix] * k * n + column * columnB];
      let total = 0;
      for (let term = 0; term < k; term++) total += left[atA + term * termA] * right[atB + term * termB];
      return total;
    });
  }

  // Movement

  broadcastTo(x: Operand, out: OutputSpec): DeviceBuffer {
    return this.#map(out, broadcast(x, out));
  }

  transpose(x: Operand, permutation: readonly number[], out: OutputSpec): DeviceBuffer {
    const own = strides(x.shape);
    return this.#take(x, offsets(out.shape, permutation.map((axis) => own[axis])), out);
  }

  slice(x: Operand, start: readonly number[], out: OutputSpec): DeviceBuffer {
    return this.#take(x, windowOffsets(out.shape, x.shape, start), out);
  }

  pad(x: Operand, before: readonly number[], out: OutputSpec): DeviceBuffer {
    const y = this.#memory.create(out);
    this.#put(x, windowOffsets(x.shape, out.shape, before), y);
    return y;
  }

  concat(xs: readonly Operand[], axis: number, out: OutputSpec): DeviceBuffer {
    const y = this.#memory.create(out);
    let end = 0;
    for (const x of xs) {
      this.#put(x, windowOffsets(x.shape, out.shape, out.shape.map((_, i) => i === axis ? end : 0)), y);
      end += x.shape[axis];
    }
    return y;
  }

  gather(x: Operand, ids: Operand, out: OutputSpec): DeviceBuffer {
    const [xs, rows, width] = [elementsOf(x), elementsOf(ids), numel(x.shape.slice(1))];
    return this.#map(out, (i) => xs[rows[Math.floor(i / width)] * width + i % width]);
  }

  scatterAdd(ids: Operand, updates: Operand, out: OutputSpec): DeviceBuffer {
    const [rows, values, width] = [elementsOf(ids), elementsOf(updates), numel(out.shape.slice(1))];
    const y = this.#memory.create(out);
    values.forEach((value, i) => y.elements[rows[Math.floor(i / width)] * width + i % width] += value);
    return y;
  }

  assign(destination: Operand, source: Operand): void {
    elementsOf(destination).set(elementsOf(source));
  }

  /** A new buffer of what `formula` says of each index; storing rounds to f32, or truncates to i32. */
  #map(out: OutputSpec, formula: (i: number) => number): Memory {
    const y = this.#memory.create(out);
    for (let i = 0; i < y.elements.length; i++) y.elements[i] = formula(i);
    return y;
  }

  #take(x: Operand, at: Int32Array, out: OutputSpec): Memory {
    const xs = elementsOf(x);
    return this.#map(out, (i) => xs[at[i]]);
  }

  #put(x: Operand, at: Int32Array, y: Memory): void {
    elementsOf(x).forEach((value, i) => y.elements[at[i]] = value);
  }
}

/** Element i of `x` broadcast to `out`. */
function broadcast(x: Operand | number, out: OutputSpec): (i: number) => number {
  if (typeof x === "number") return () => x;
  const [xs, at] = [elementsOf(x), broadcastOffsets(x.shape, out.shape)];
  return (i) => xs[at[i]];
}

import {
  type BinaryOp,
  bytesPerElement,
  type Capabilities,
  type CompareOp,
  type DeviceBuffer,
  type FusedOps,
  type Key,
  type MatmulOptions,
  numel,
  type Operand,
  type OutputSpec,
  type ReduceOp,
  type UnaryOp,
} from "@taxon/tensor";
import { matrixStarts, ReferenceBackend } from "../reference/backend.ts";
import { CpuBuffer } from "../reference/buffer.ts";
import { Engine } from "./engine.ts";
import { createSimdFusedOps } from "./fused.ts";
import { SCATTER_COLUMNS } from "./kernels/indexing.ts";
import { addressOf, elementwise, fillZeros, gemm, sumColumns, transpose, withTransposed } from "./launch.ts";

/**
 * The SIMD tier of the CPU backend: the reference tier with its buffers in a WebAssembly memory, and with kernels on
 * four floats at a time, on several threads, for the ops that take time. What has no kernel, or a kernel that does not
 * fit the operands (16-bit floats, unusual broadcasts), falls to the reference tier.
 */
export class SimdBackend extends ReferenceBackend {
  // `declare`: a field of this class would hide what the reference tier has set, before it could be read.
  declare readonly description: string;
  declare readonly capabilities: Capabilities;
  declare readonly fused: FusedOps;
  readonly #engine: Engine;

  /** @param engine Memory, kernels and threads; the backend disposes it. */
  constructor(engine: Engine) {
    super();
    const { capabilities, fused } = this; // the reference tier's
    this.#engine = engine;
    const { threads, hasFma } = engine;
    const multiply = hasFma ? "with FMA" : "without FMA";
    this.description = `${threads} thread${threads === 1 ? "" : "s"}, WebAssembly SIMD ${multiply}`;
    this.capabilities = { ...capabilities, threads };
    this.fused = createSimdFusedOps(engine, (out) => this.create(out), fused);
  }

  protected override allocate(byteLength: number): CpuBuffer {
    const address = this.#engine.arena.allocate(byteLength);
    return new CpuBuffer(this.#engine.memory.buffer, address, byteLength);
  }

  protected override release(buffer: CpuBuffer): void {
    this.#engine.arena.release(buffer.byteOffset);
  }

  protected override pooledBytes(): number {
    return this.#engine.arena.freeBytes;
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#engine[Symbol.dispose]();
  }

  override fill(value: number, out: OutputSpec): DeviceBuffer {
    if (bytesPerElement[out.dtype] !== 4) return super.fill(value, out);
    return this.#elementwise(`${out.dtype}/copy`, [value], out) ?? super.fill(value, out);
  }

  override random(key: Key, rows: Operand, out: OutputSpec): DeviceBuffer {
    const columns = out.shape[out.shape.length - 1];
    const y = this.create(out);
    const args = { low: key[0], high: key[1], rows: addressOf(rows), y: y.byteOffset, columns };
    this.#engine.run(this.#engine.kernels.random, args, numel(rows.shape), 4 * columns);
    return y;
  }

  override unary(op: UnaryOp, x: Operand, out: OutputSpec): DeviceBuffer {
    return this.#elementwise(`${x.dtype}/${op}`, [x], out) ?? super.unary(op, x, out);
  }

  override binary(op: BinaryOp, a: Operand, b: Operand | number, out: OutputSpec): DeviceBuffer {
    return this.#elementwise(`${a.dtype}/${op}`, [a, b], out) ?? super.binary(op, a, b, out);
  }

  override compare(op: CompareOp, a: Operand, b: Operand | number, out: OutputSpec): DeviceBuffer {
    return this.#elementwise(`${a.dtype}/${op}`, [a, b], out) ?? super.compare(op, a, b, out);
  }

  override where(
    condition: Operand,
    a: Operand | number,
    b: Operand | number,
    out: OutputSpec,
  ): DeviceBuffer {
    return this.#elementwise(`${out.dtype}/where`, [condition, a, b], out) ??
      super.where(condition, a, b, out);
  }

  override cast(x: Operand, out: OutputSpec): DeviceBuffer {
    const op = x.dtype === out.dtype ? "copy" : `to/${out.dtype}`;
    return this.#elementwise(`${x.dtype}/${op}`, [x], out) ?? super.cast(x, out);
  }

  override broadcastTo(x: Operand, out: OutputSpec): DeviceBuffer {
    return this.#elementwise(`${x.dtype}/copy`, [x], out) ?? super.broadcastTo(x, out);
  }

  override reduce(op: ReduceOp, x: Operand, axes: readonly number[], out: OutputSpec): DeviceBuffer {
    const contiguous = axes.at(-1)! - axes[0] === axes.length - 1;
    const outer = numel(x.shape.slice(0, axes[0]));
    const reduced = numel(axes.map((axis) => x.shape[axis]));
    const inner = numel(x.shape.slice(axes.at(-1)! + 1));
    const { kernels } = this.#engine;
    if (x.dtype !== "f32" || !contiguous || (op === "max" && inner !== 1)) {
      return super.reduce(op, x, axes, out);
    }
    const y = this.create(out);
    const [from, to] = [addressOf(x), y.byteOffset];
    if (inner === 1) {
      const kernel = op === "sum" ? kernels.sumRows : kernels.maxRows;
      this.#engine.run(kernel, { x: from, y: to, size: reduced }, outer, reduced);
    } else {
      sumColumns(this.#engine, from, to, { count: outer, rows: reduced, size: inner });
    }
    return y;
  }

  override matmul(a: Operand, b: Operand, options: MatmulOptions, out: OutputSpec): DeviceBuffer {
    const { transposeA = false, transposeB = false } = options;
    const [m, n] = out.shape.slice(-2);
    const k = a.shape[a.shape.length - (transposeA ? 2 : 1)];
    if (k === 0) return this.fill(0, out);
    const batch = out.shape.slice(0, -2);
    const startsA = matrixStarts(a.shape, batch);
    const startsB = matrixStarts(b.shape, batch);
    const c = this.create(out);
    // The kernel wants k last in both: a as [m, k], b as [n, k].
    this.#withLastAxis(a, transposeA, (addressA) =>
      this.#withLastAxis(b, !transposeB, (addressB) => {
        const operands = Array.from(startsA, (start, i) => [
          addressA + 4 * start,
          addressB + 4 * startsB[i],
          c.byteOffset + 4 * i * m * n,
        ]);
        gemm(this.#engine, operands.flat(), { m, n, k });
      }));
    return c;
  }

  override transpose(x: Operand, permutation: readonly number[], out: OutputSpec): DeviceBuffer {
    const rank = permutation.length;
    const swapsLast = permutation.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i));
    if (!swapsLast || bytesPerElement[x.dtype] !== 4) return super.transpose(x, permutation, out);
    const [rows, columns] = x.shape.slice(-2);
    const y = this.create(out);
    transpose(this.#engine, addressOf(x), y.byteOffset, {
      count: numel(x.shape.slice(0, -2)),
      rows,
      columns,
    });
    return y;
  }

  override gather(x: Operand, ids: Operand, out: OutputSpec): DeviceBuffer {
    if (x.dtype !== out.dtype) return super.gather(x, ids, out);
    const bytes = numel(x.shape.slice(1)) * bytesPerElement[x.dtype];
    const y = this.create(out);
    const args = { x: addressOf(x), ids: addressOf(ids), y: y.byteOffset, bytes };
    this.#engine.run(this.#engine.kernels.gather, args, numel(ids.shape), bytes / 4);
    return y;
  }

  override scatterAdd(ids: Operand, updates: Operand, out: OutputSpec): DeviceBuffer {
    if (out.dtype !== "f32" || updates.dtype !== "f32") return super.scatterAdd(ids, updates, out);
    const y = this.create(out);
    fillZeros(this.#engine, y.byteOffset, numel(out.shape));
    const count = numel(ids.shape);
    const size = numel(out.shape.slice(1));
    const args = { ids: addressOf(ids), updates: addressOf(updates), y: y.byteOffset, count, size };
    const units = Math.ceil(size / SCATTER_COLUMNS);
    this.#engine.run(this.#engine.kernels.scatterAdd, args, units, count * SCATTER_COLUMNS);
    return y;
  }

  /** The result of an elementwise kernel, undefined where there is none that fits. */
  #elementwise(name: string, xs: (Operand | number)[], out: OutputSpec): DeviceBuffer | undefined {
    const y = this.create(out);
    if (elementwise(this.#engine, name, xs, out.shape, y.byteOffset)) return y;
    this.free(y);
    return undefined;
  }

  /** Calls `use` with the address of the matrices of `x`, transposed first if asked. */
  #withLastAxis(x: Operand, transposed: boolean, use: (address: number) => void): void {
    if (!transposed) return use(addressOf(x));
    const [rows, columns] = x.shape.slice(-2);
    const count = numel(x.shape.slice(0, -2));
    withTransposed(this.#engine, addressOf(x), { count, rows, columns }, use);
  }
}

import {
  type Backend,
  type BinaryOp,
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
import type { Context } from "./context.ts";
import { createFusedOps } from "./fused.ts";
import { broadcastShapes, join, sameRank } from "./lists.ts";
import { FfiMemory } from "./memory.ts";
import { binaryCodes, compareCodes, dtypeCodes, reduceCodes, unaryCodes } from "./symbols.ts";

/** Native kernels on the CPU. Each op is one call with handles; TypeScript holds no elements. */
export class FfiBackend extends FfiMemory implements Backend {
  readonly name = "ffi";
  readonly description: string;
  readonly capabilities: Capabilities;
  readonly fused: FusedOps;

  /** @param context State in the library; the backend disposes it. */
  constructor(context: Context) {
    super(context);
    const { threads, instructions, method } = context;
    const products = method === "f32" ? "" : `, ${method}`;
    this.description = `${threads} thread${threads === 1 ? "" : "s"}, native, ${instructions}${products}`;
    this.capabilities = {
      syncRead: true,
      dtypes: ["f32", "i32", "f16", "bf16"],
      maxBufferBytes: 2 ** 34,
      threads,
    };
    this.fused = createFusedOps(this);
  }

  fill(value: number, out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    return this.result(out, (y) => native.taxon_fill(id, dtypeCodes[out.dtype], value, y));
  }

  random(key: Key, rows: Operand, out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    const ids = this.handle(rows);
    const columns = out.shape[out.shape.length - 1];
    return this.result(out, (y) => native.taxon_random(id, key[0], key[1], ids, columns, y));
  }

  unary(op: UnaryOp, x: Operand, out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    const from = this.handle(x);
    return this.result(out, (y) => native.taxon_unary(id, unaryCodes[op], dtypeCodes[x.dtype], from, y));
  }

  binary(op: BinaryOp, a: Operand, b: Operand | number, out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    const [right, number] = this.#operand(b);
    const left = this.handle(a);
    const shapes = broadcastShapes(out.shape, a.shape, shapeOf(b));
    return this.result(out, (y) =>
      native.taxon_binary(
        id,
        binaryCodes[op],
        dtypeCodes[a.dtype],
        left,
        right,
        number,
        y,
        shapes,
        shapes?.length ?? 0,
      ));
  }

  compare(op: CompareOp, a: Operand, b: Operand | number, out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    const [right, number] = this.#operand(b);
    const left = this.handle(a);
    const shapes = broadcastShapes(out.shape, a.shape, shapeOf(b));
    return this.result(out, (y) =>
      native.taxon_compare(
        id,
        compareCodes[op],
        dtypeCodes[a.dtype],
        left,
        right,
        number,
        y,
        shapes,
        shapes?.length ?? 0,
      ));
  }

  where(condition: Operand, a: Operand | number, b: Operand | number, out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    const which = this.handle(condition);
    const left = this.#operand(a);
    const right = this.#operand(b);
    const shapes = broadcastShapes(out.shape, condition.shape, shapeOf(a), shapeOf(b));
    return this.result(out, (y) => {
      const dtype = dtypeCodes[out.dtype];
      return native.taxon_where(id, dtype, which, ...left, ...right, y, shapes, shapes?.length ?? 0);
    });
  }

  cast(x: Operand, out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    const from = this.handle(x);
    return this.result(
      out,
      (y) => native.taxon_cast(id, from, dtypeCodes[x.dtype], y, dtypeCodes[out.dtype]),
    );
  }

  reduce(op: ReduceOp, x: Operand, axes: readonly number[], out: OutputSpec): DeviceBuffer {
    // The library reduces neighbouring axes; others go in several steps, from the last one.
    const first = axes.findLastIndex((axis, i) => i === 0 || axes[i - 1] !== axis - 1);
    const [start, end] = [axes[first], axes[axes.length - 1] + 1];
    const size = numel(x.shape.slice(start, end));
    const inner = numel(x.shape.slice(end));
    const { native, id } = this.context;
    const from = this.handle(x);
    const shape = x.shape.map((size, axis) => axis >= start && axis < end ? 1 : size);
    const code = reduceCodes[op];
    const spec = { shape, dtype: out.dtype };
    const buffer = this.result(
      spec,
      (y) => native.taxon_reduce(id, code, dtypeCodes[x.dtype], from, size, inner, y),
    );
    if (first === 0) return buffer;
    try {
      return this.reduce(op, { ...spec, buffer }, axes.slice(0, first), out);
    } finally {
      this.free(buffer);
    }
  }

  matmul(a: Operand, b: Operand, options: MatmulOptions, out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    const { transposeA = false, transposeB = false } = options;
    const [m, n] = out.shape.slice(-2);
    const k = a.shape[a.shape.length - (transposeA ? 2 : 1)];
    const transposed = (transposeA ? 1 : 0) + (transposeB ? 2 : 0);
    const batches = sameRank(out.shape.slice(0, -2), a.shape.slice(0, -2), b.shape.slice(0, -2));
    return this.withFloats([a, b], (left, right) => {
      return this.result(
        out,
        (y) => native.taxon_matmul(id, left, right, y, m, n, k, transposed, batches, batches.length),
      );
    });
  }

  broadcastTo(x: Operand, out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    const from = this.handle(x);
    const shapes = broadcastShapes(out.shape, x.shape);
    return this.result(
      out,
      (y) => native.taxon_broadcast(id, dtypeCodes[x.dtype], from, y, shapes, shapes?.length ?? 0),
    );
  }

  transpose(x: Operand, permutation: readonly number[], out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    const from = this.handle(x);
    const lists = join(x.shape, permutation);
    return this.result(
      out,
      (y) => native.taxon_transpose(id, dtypeCodes[x.dtype], from, y, lists, lists.length),
    );
  }

  slice(x: Operand, start: readonly number[], out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    const from = this.handle(x);
    const lists = join(x.shape, start, out.shape);
    return this.result(out, (y) => native.taxon_slice(id, dtypeCodes[x.dtype], from, y, lists, lists.length));
  }

  pad(x: Operand, before: readonly number[], out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    const from = this.handle(x);
    const lists = join(x.shape, before, out.shape);
    return this.result(out, (y) => native.taxon_pad(id, dtypeCodes[x.dtype], from, y, lists, lists.length));
  }

  concat(xs: readonly Operand[], axis: number, out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    const handles = Uint32Array.from(xs, (x) => this.handle(x));
    const rows = numel(out.shape.slice(0, axis));
    return this.result(out, (y) => native.taxon_concat(id, rows, y, handles, handles.length));
  }

  gather(x: Operand, ids: Operand, out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    const [table, rows] = [this.handle(x), this.handle(ids)];
    const width = numel(x.shape.slice(1));
    const [from, to] = [dtypeCodes[x.dtype], dtypeCodes[out.dtype]];
    return this.result(out, (y) => native.taxon_gather(id, table, from, rows, width, y, to));
  }

  scatterAdd(ids: Operand, updates: Operand, out: OutputSpec): DeviceBuffer {
    const { native, id } = this.context;
    const [rows, from] = [this.handle(ids), this.handle(updates)];
    const width = numel(out.shape.slice(1));
    return this.result(
      out,
      (y) => native.taxon_scatter_add(id, dtypeCodes[updates.dtype], rows, from, width, y),
    );
  }

  assign(destination: Operand, source: Operand): void {
    const { native, id } = this.context;
    this.context.check(native.taxon_assign(id, this.handle(destination), this.handle(source)));
  }

  /** Handle and number that stand for an operand: one of them counts. */
  #operand(x: Operand | number): [number, number] {
    return typeof x === "number" ? [0, x] : [this.handle(x), 0];
  }
}

function shapeOf(x: Operand | number): readonly number[] | undefined {
  return typeof x === "number" ? undefined : x.shape;
}

import {
  bytesPerElement,
  type DeviceBuffer,
  DeviceError,
  type HostArray,
  hostArray,
  type MemoryUse,
  numel,
  type Operand,
  type OutputSpec,
  ShapeError,
  showShape,
} from "@taxon/tensor";
import type { Context } from "./context.ts";
import { dtypeCodes } from "./symbols.ts";

/** Memory of the library by handle. */
export class FfiBuffer implements DeviceBuffer {
  constructor(readonly owner: FfiMemory, readonly handle: number, readonly byteLength: number) {}
}

/** The buffers of an ffi backend: hands them out, copies them, and finds the handles behind operands. */
export class FfiMemory implements Disposable {
  /** The library's state behind this backend. */
  readonly context: Context;

  constructor(context: Context) {
    this.context = context;
  }

  /** Copies host data into a new buffer. */
  upload(data: HostArray, out: OutputSpec): DeviceBuffer {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const { native, id } = this.context;
    return this.result(out, (y) => native.taxon_upload(id, y, bytes, bytes.length));
  }

  /** A host copy. */
  readSync(x: Operand): HostArray {
    const copy = hostArray(x.dtype, numel(x.shape));
    const bytes = new Uint8Array(copy.buffer);
    const { native, id } = this.context;
    this.context.check(native.taxon_read(id, this.handle(x), bytes, bytes.length));
    return copy;
  }

  /** A host copy; made at once, as later ops may overwrite the buffer. */
  read(x: Operand): Promise<HostArray> {
    return Promise.try(() => this.readSync(x));
  }

  /** Does nothing: each op has ended when its call returns. */
  flush(): Promise<void> {
    return Promise.resolve();
  }

  /** Gives a buffer back; throws DisposedError if it was given back before. */
  free(buffer: DeviceBuffer): void {
    const { native, id } = this.context;
    this.context.check(native.taxon_free(id, this.#own(buffer)));
  }

  /** Live and pooled memory. */
  memory(): MemoryUse {
    return this.context.memory();
  }

  /** Gives back threads and memory. */
  [Symbol.dispose](): void {
    this.context[Symbol.dispose]();
  }

  /** A new buffer for `out` that `op` writes; `op` gets its handle and returns a status. */
  result(out: OutputSpec, op: (handle: number) => number): FfiBuffer {
    const buffer = this.#reserve(out);
    try {
      this.context.check(op(buffer.handle));
    } catch (error) {
      this.free(buffer);
      throw error;
    }
    return buffer;
  }

  /** As `result` for an op with several results, some of which may not be wanted; those have handle 0. */
  results<Out extends OutputSpec | undefined>(
    outs: readonly Out[],
    op: (handles: number[]) => number,
  ): (FfiBuffer | Extract<Out, undefined>)[] {
    const buffers: (FfiBuffer | Extract<Out, undefined>)[] = [];
    try {
      for (const out of outs) {
        buffers.push(out ? this.#reserve(out) : (undefined as Extract<Out, undefined>));
      }
      this.context.check(op(buffers.map((buffer) => buffer?.handle ?? 0)));
    } catch (error) {
      for (const buffer of buffers) if (buffer) this.free(buffer);
      throw error;
    }
    return buffers;
  }

  /** Handle of an operand, after a look at its size. */
  handle(x: Operand): number {
    if (numel(x.shape) * bytesPerElement[x.dtype] !== x.buffer.byteLength) {
      throw new ShapeError(
        `Cannot use a buffer of ${x.buffer.byteLength} bytes as ${x.dtype} ${
          showShape(x.shape)
        }: sizes differ`,
      );
    }
    return this.#own(x.buffer);
  }

  /** Calls `use` with handles of f32 operands; 16-bit ones are widened for the call, absent ones are 0. */
  withFloats<T>(xs: readonly (Operand | undefined)[], use: (...handles: number[]) => T): T {
    const { native, id } = this.context;
    const widened: FfiBuffer[] = [];
    try {
      return use(...xs.map((x) => {
        if (x === undefined) return 0;
        const from = this.handle(x);
        if (x.dtype === "f32") return from;
        const spec = { shape: x.shape, dtype: "f32" } as const;
        const copy = this.result(
          spec,
          (y) => native.taxon_cast(id, from, dtypeCodes[x.dtype], y, dtypeCodes.f32),
        );
        widened.push(copy);
        return copy.handle;
      }));
    } finally {
      for (const copy of widened) this.free(copy);
    }
  }

  #reserve({ shape, dtype }: OutputSpec): FfiBuffer {
    const byteLength = numel(shape) * bytesPerElement[dtype];
    return new FfiBuffer(this, this.context.allocate(byteLength), byteLength);
  }

  #own(buffer: DeviceBuffer): number {
    if (buffer instanceof FfiBuffer && buffer.owner === this) return buffer.handle;
    throw new DeviceError(
      "Cannot use a buffer of another backend on ffi: read it there and upload its data here",
    );
  }
}

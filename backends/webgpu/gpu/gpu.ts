import {
  bytesPerElement,
  type DeviceBuffer,
  DeviceError,
  DisposedError,
  type HostArray,
  type MemoryUse,
  numel,
  type Operand,
  type OutputSpec,
} from "@taxon/tensor";
import { Commands } from "./commands.ts";
import { type Counters, newCounters } from "./counters.ts";
import { Faults } from "./faults.ts";
import type { Kernel } from "./kernel.ts";
import { Pipelines } from "./pipelines.ts";
import { BufferPool, type PooledBuffer, sizeClassWithin } from "./pool.ts";
import { Readback } from "./readback.ts";
import type { Tuning } from "./tuning.ts";

/** Memory of a tensor on the device. */
export class GpuBuffer implements DeviceBuffer {
  constructor(readonly byteLength: number, readonly memory: PooledBuffer) {}
}

/** One start of a kernel. */
export interface Launch<B extends string, P extends string> {
  /** Tensors of the kernel's buffers, by name. */
  readonly buffers: Readonly<Record<B, Operand | DeviceBuffer>>;
  readonly params: Readonly<Record<P, number>>;
  /** Workgroups; with 0 nothing happens. */
  readonly groups: number;
}

/** Settings of a `Gpu`. */
export interface GpuOptions {
  readonly tuning: Tuning;
  /** Most bytes kept for reuse. */
  readonly poolBytes: number;
}

/** A device with its memory, its compiled kernels and its queue: what the ops are written against. */
export class Gpu {
  readonly tuning: Tuning;
  readonly counters: Counters = newCounters();
  /** Largest tensor, bytes. */
  readonly maxBufferBytes: number;
  readonly #device: GPUDevice;
  readonly #faults: Faults;
  readonly #pool: BufferPool;
  readonly #commands: Commands;
  readonly #readback: Readback;
  readonly #live = new Set<DeviceBuffer>();
  #bytes = 0;

  constructor(device: GPUDevice, { tuning, poolBytes }: GpuOptions) {
    const { counters } = this;
    this.tuning = tuning;
    this.maxBufferBytes = sizeClassWithin(
      Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize),
    );
    this.#device = device;
    this.#faults = new Faults(device);
    this.#pool = new BufferPool(device, this.#faults, counters, poolBytes);
    this.#commands = new Commands(
      device,
      new Pipelines(device, this.#faults, counters),
      this.#faults,
      counters,
    );
    this.#readback = new Readback(device, this.#commands, this.#faults, counters);
  }

  /** Storage buffers that one kernel may use. */
  get maxBuffersPerKernel(): number {
    return this.#device.limits.maxStorageBuffersPerShaderStage;
  }

  /** A buffer for `out`; what it holds is undefined. */
  create(out: OutputSpec, op: string): GpuBuffer {
    return this.#allocate(numel(out.shape) * bytesPerElement[out.dtype], op);
  }

  /** A buffer that holds `data`. */
  upload(data: HostArray, op: string): GpuBuffer {
    // A write takes effect before the commands that are still being collected: none of them may use the buffer.
    const buffer = this.#allocate(data.byteLength, op, this.#commands.batch);
    const words = data.byteLength % 4 === 0 ? data : padded(data);
    if (data.byteLength > 0) {
      this.#device.queue.writeBuffer(buffer.memory.gpu, 0, words as BufferSource);
    }
    return buffer;
  }

  /** Starts a kernel; its effect is ordered with all other calls. */
  run<B extends string, P extends string>(
    kernel: Kernel<B, P>,
    { buffers, params, groups }: Launch<B, P>,
  ): void {
    if (groups === 0) return;
    this.#faults.throwIfFaulty();
    const names = [...Object.keys(kernel.reads), ...Object.keys(kernel.writes)] as B[];
    const bindings = names.map((name) => {
      const { memory, byteLength } = bufferOf(buffers[name]);
      return { buffer: memory, bytes: byteLength };
    });
    this.#commands.dispatch(kernel as unknown as Kernel, bindings, params, groups);
  }

  /** Copies `source` over `destination`. */
  copy(source: Operand, destination: Operand): void {
    const [from, to] = [bufferOf(source), bufferOf(destination)];
    if (from.memory === to.memory || from.byteLength === 0) return;
    to.memory.usedIn = this.#commands.batch;
    this.#commands.copy(from.memory, to.memory.gpu, 0, Math.ceil(from.byteLength / 4) * 4);
  }

  /** The bytes of a buffer after all earlier commands; rejects with the first error of the device. */
  async read(x: DeviceBuffer): Promise<ArrayBuffer> {
    this.#faults.throwIfFaulty();
    const { memory, byteLength } = bufferOf(x);
    if (byteLength > 0) return await this.#readback.read(memory, byteLength);
    await this.#faults.check();
    return new ArrayBuffer(0);
  }

  /** Resolves when all commands are done. */
  async flush(): Promise<void> {
    this.#commands.submit();
    await this.#device.queue.onSubmittedWorkDone();
    await this.#faults.check();
  }

  free(buffer: DeviceBuffer): void {
    if (!this.#live.delete(buffer)) {
      throw new DisposedError(
        `Cannot free a buffer of ${buffer.byteLength} bytes: it was freed before; free each buffer once`,
      );
    }
    this.#bytes -= buffer.byteLength;
    const { memory } = bufferOf(buffer);
    if (!this.#pool.give(memory)) this.#commands.destroyLater(memory.gpu);
  }

  memory(): MemoryUse {
    return { buffers: this.#live.size, bytes: this.#bytes, pooledBytes: this.#pool.pooledBytes };
  }

  dispose(): void {
    this.#faults.dispose();
    this.#live.clear();
    this.#bytes = 0;
    this.#device.destroy();
  }

  #allocate(bytes: number, op: string, notIn?: number): GpuBuffer {
    this.#faults.throwIfFaulty();
    if (bytes > this.maxBufferBytes) {
      throw new DeviceError(
        `Cannot create the result of ${op} on webgpu: it takes ${bytes} bytes, one buffer of this device holds ` +
          `${this.maxBufferBytes}; use a smaller batch, or choose --backend=cpu`,
      );
    }
    const buffer = new GpuBuffer(bytes, this.#pool.take(bytes, op, notIn));
    this.#live.add(buffer);
    this.#bytes += bytes;
    return buffer;
  }
}

function bufferOf(x: Operand | DeviceBuffer): GpuBuffer {
  const buffer = "buffer" in x ? x.buffer : x;
  if (buffer instanceof GpuBuffer) return buffer;
  throw new DeviceError(
    "Cannot use a buffer of another backend on webgpu: read it there and upload its data here",
  );
}

/** Queue writes take multiples of 4 bytes. */
function padded(data: HostArray): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(data.byteLength / 4) * 4);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return bytes;
}

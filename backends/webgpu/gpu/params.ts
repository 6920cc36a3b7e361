import type { ParamType } from "./kernel.ts";

/** Room of one dispatch's numbers: WebGPU's default alignment of uniform buffers. */
export const PARAM_BYTES = 256;

/** Dispatches whose numbers fit into the buffer; a batch of commands holds no more. */
export const PARAM_SLOTS = 256;

/**
 * The numbers of all dispatches of a batch. They are collected on the host and written in one go before the batch is
 * submitted; the queue's order keeps the next batch's write behind this one's reads.
 */
export class ParamBuffer {
  readonly #host = new DataView(new ArrayBuffer(PARAM_BYTES * PARAM_SLOTS));
  readonly #gpu: GPUBuffer;
  readonly bindGroup: GPUBindGroup;
  #used = 0;

  constructor(private readonly device: GPUDevice, layout: GPUBindGroupLayout) {
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.#gpu = device.createBuffer({ label: "params", size: PARAM_BYTES * PARAM_SLOTS, usage });
    const resource = { buffer: this.#gpu, size: PARAM_BYTES };
    this.bindGroup = device.createBindGroup({ label: "params", layout, entries: [{ binding: 0, resource }] });
  }

  get full(): boolean {
    return this.#used === PARAM_SLOTS;
  }

  /** Stores the number of groups and the values in the order of `types`; gives their offset in bytes. */
  add(
    groups: number,
    types: Readonly<Record<string, ParamType>>,
    values: Readonly<Record<string, number>>,
  ): number {
    const start = this.#used++ * PARAM_BYTES;
    this.#host.setUint32(start, groups, true);
    let at = start + 4;
    for (const name in types) {
      if (types[name] === "f32") this.#host.setFloat32(at, values[name], true);
      else this.#host.setInt32(at, values[name], true); // the same bits for u32
      at += 4;
    }
    return start;
  }

  /** Writes what was added to the device and starts anew. */
  upload(): void {
    if (this.#used > 0) {
      this.device.queue.writeBuffer(this.#gpu, 0, this.#host.buffer, 0, this.#used * PARAM_BYTES);
    }
    this.#used = 0;
  }

  destroy(): void {
    this.#gpu.destroy();
  }
}

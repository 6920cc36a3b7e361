import type { Counters } from "./counters.ts";
import type { Faults } from "./faults.ts";
import type { Kernel } from "./kernel.ts";
import { ParamBuffer } from "./params.ts";
import type { Pipelines } from "./pipelines.ts";
import type { PooledBuffer } from "./pool.ts";

/** A buffer bound to a kernel, and how many of its bytes count. */
export interface Binding {
  readonly buffer: PooledBuffer;
  readonly bytes: number;
}

/**
 * The queue of the device. Commands are collected and submitted together: when the host reads, when it waits, or when
 * the room for their numbers is full. Within a batch, as between batches, they take effect in program order.
 */
export class Commands {
  readonly #params: ParamBuffer;
  readonly #mostGroups: number;
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #ops = new Set<string>();
  #doomed: GPUBuffer[] = [];
  /** Number of the batch that is being collected. */
  batch = 0;

  constructor(
    private readonly device: GPUDevice,
    private readonly pipelines: Pipelines,
    private readonly faults: Faults,
    private readonly counters: Counters,
  ) {
    this.#params = new ParamBuffer(device, pipelines.params);
    this.#mostGroups = device.limits.maxComputeWorkgroupsPerDimension;
  }

  /** Starts `groups` workgroups of a kernel. */
  dispatch(
    kernel: Kernel,
    bindings: readonly Binding[],
    params: Readonly<Record<string, number>>,
    groups: number,
  ): void {
    const pipeline = this.pipelines.get(kernel);
    const bindGroup = this.faults.watch(
      kernel.name,
      () =>
        this.device.createBindGroup({
          label: kernel.name,
          layout: pipeline.buffers,
          entries: bindings.map(({ buffer, bytes }, binding) => ({
            binding,
            resource: { buffer: buffer.gpu, size: Math.max(16, Math.ceil(bytes / 16) * 16) },
          })),
        }),
    );
    for (const { buffer } of bindings) buffer.usedIn = this.batch;
    this.counters.dispatches++;
    this.#ops.add(kernel.name);
    this.#pass ??= this.#begin().beginComputePass();
    this.#pass.setPipeline(pipeline.gpu);
    this.#pass.setBindGroup(0, bindGroup);
    this.#pass.setBindGroup(1, this.#params.bindGroup, [this.#params.add(groups, kernel.params, params)]);
    const x = Math.min(groups, this.#mostGroups);
    this.#pass.dispatchWorkgroups(x, Math.ceil(groups / x));
    if (this.#params.full) this.submit();
  }

  /** Copies the first `bytes` bytes (a multiple of 4). */
  copy(from: PooledBuffer, to: GPUBuffer, toOffset: number, bytes: number): void {
    from.usedIn = this.batch;
    this.#ops.add("copy");
    this.#endPass();
    this.#begin().copyBufferToBuffer(from.gpu, 0, to, toOffset, bytes);
  }

  /** Destroys a buffer once the commands collected so far are submitted. */
  destroyLater(buffer: GPUBuffer): void {
    if (this.#encoder) this.#doomed.push(buffer);
    else buffer.destroy();
  }

  /** Hands the collected commands to the device. */
  submit(): void {
    const encoder = this.#encoder;
    if (encoder === undefined) return;
    this.#endPass();
    this.faults.watch([...this.#ops].join(", "), () => {
      this.#params.upload();
      this.device.queue.submit([encoder.finish()]);
    });
    this.counters.submits++;
    this.batch++;
    this.#encoder = undefined;
    this.#ops.clear();
    for (const buffer of this.#doomed.splice(0)) buffer.destroy();
  }

  #begin(): GPUCommandEncoder {
    return this.#encoder ??= this.device.createCommandEncoder();
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }
}

import { DeviceError } from "@taxon/tensor";
import type { Commands } from "./commands.ts";
import type { Counters } from "./counters.ts";
import type { Faults } from "./faults.ts";
import type { PooledBuffer } from "./pool.ts";

/** Room for the reads of one step; larger reads get a buffer of their own. */
const STAGING_BYTES = 2 ** 16;

/** A buffer that the host can map, and how much of it is taken. */
interface Staging {
  readonly gpu: GPUBuffer;
  readonly size: number;
  used: number;
}

/** A piece of staging memory that one read waits for. */
interface Slot {
  readonly staging: Staging;
  readonly start: number;
  readonly bytes: number;
  data?: ArrayBuffer;
}

/** Reads asked for together, which share a submit and a wait. */
interface Group {
  readonly staging: Staging[];
  readonly slots: Slot[];
  readonly done: Promise<void>;
}

/**
 * Brings buffers to the host. A wait costs about 10 ms in Deno whatever it brings, so all reads that are asked for
 * before the host next waits are copied into staging memory, in program order, and mapped together.
 */
export class Readback {
  #group: Group | undefined;
  #idle: Staging | undefined;

  constructor(
    private readonly device: GPUDevice,
    private readonly commands: Commands,
    private readonly faults: Faults,
    private readonly counters: Counters,
  ) {}

  /** The first `bytes` bytes of a buffer as they are after all earlier commands. */
  async read(buffer: PooledBuffer, bytes: number): Promise<ArrayBuffer> {
    const group = this.#group ??= this.#open();
    const copied = Math.ceil(bytes / 4) * 4;
    const staging = this.#room(group, copied);
    const slot: Slot = { staging, start: staging.used, bytes };
    group.slots.push(slot);
    staging.used += Math.ceil(copied / 8) * 8; // mapped ranges start at multiples of 8
    this.commands.copy(buffer, staging.gpu, slot.start, copied);
    await group.done;
    return slot.data!;
  }

  #open(): Group {
    this.counters.readbacks++;
    const [staging, slots]: [Staging[], Slot[]] = [[], []];
    return { staging, slots, done: Promise.resolve().then(() => this.#finish(staging, slots)) };
  }

  async #finish(staging: readonly Staging[], slots: readonly Slot[]): Promise<void> {
    this.#group = undefined;
    this.commands.submit();
    try {
      await Promise.all(staging.map(({ gpu }) => gpu.mapAsync(GPUMapMode.READ)));
    } catch (error) {
      await this.faults.cause();
      throw new DeviceError(`Cannot read from webgpu: ${(error as Error).message}`);
    }
    await this.faults.check();
    for (const slot of slots) {
      const end = Math.ceil(slot.bytes / 4) * 4;
      slot.data = slot.staging.gpu.getMappedRange(slot.start, end).slice(0, slot.bytes);
    }
    for (const used of staging) this.#recycle(used);
  }

  #room(group: Group, bytes: number): Staging {
    const open = group.staging.find(({ size, used }) => used + bytes <= size);
    if (open) return open;
    const staging = this.#idleFor(bytes) ?? this.#create(Math.max(bytes, STAGING_BYTES));
    group.staging.push(staging);
    return staging;
  }

  #idleFor(bytes: number): Staging | undefined {
    const idle = bytes <= STAGING_BYTES ? this.#idle : undefined;
    if (idle) this.#idle = undefined;
    return idle;
  }

  #create(size: number): Staging {
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const create = () => this.device.createBuffer({ label: "staging", size, usage });
    return { gpu: this.faults.watch("read", create), size, used: 0 };
  }

  /** Keeps one buffer for the next reads. */
  #recycle(staging: Staging): void {
    staging.gpu.unmap();
    staging.used = 0;
    if (staging.size === STAGING_BYTES && this.#idle === undefined) this.#idle = staging;
    else staging.gpu.destroy();
  }
}

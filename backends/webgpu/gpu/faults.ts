import { DeviceError, DeviceLostError } from "@taxon/tensor";

/** Time within which a device tells that it was lost, after calls on it began to fail. */
const LOSS_NOTICE_MS = 100;

/** The part of GPUDevice that reports errors. */
export type ErrorSource = Pick<GPUDevice, "pushErrorScope" | "popErrorScope" | "lost">;

/**
 * Errors of a device. WebGPU does not throw: a bad call yields an invalid object and later work on it silently does
 * nothing. What is created runs in a scope that knows the op's name, and the first error makes every later read fail.
 */
export class Faults {
  readonly #device: ErrorSource;
  readonly #pending = new Set<Promise<void>>();
  #first: DeviceError | undefined;
  #disposed = false;

  constructor(device: ErrorSource) {
    this.#device = device;
    device.lost.then(({ reason, message }) => {
      if (this.#disposed) return;
      this.#first = new DeviceLostError(
        `Cannot go on with backend "webgpu": the device was lost (${
          message || reason
        }); begin again with a new backend`,
      );
    });
  }

  /** Runs `create`; an error of the device in it is reported as one of `op`. */
  watch<T>(op: string, create: () => T): T {
    this.#device.pushErrorScope("out-of-memory");
    this.#device.pushErrorScope("validation");
    try {
      return create();
    } finally {
      this.#collect(op, this.#device.popErrorScope());
      this.#collect(op, this.#device.popErrorScope());
    }
  }

  /** Throws the first error of all that was asked so far. */
  async check(): Promise<void> {
    await Promise.all(this.#pending);
    this.throwIfFaulty();
  }

  /** After a failure that names no cause: throws the cause, if the device tells it. */
  async cause(): Promise<void> {
    await this.check();
    await new Promise((resolve) => setTimeout(resolve, LOSS_NOTICE_MS)); // the loss is told a little later
    this.throwIfFaulty();
  }

  /** Throws what is known without waiting. */
  throwIfFaulty(): void {
    if (this.#disposed) {
      throw new DeviceError('Cannot use backend "webgpu": it was disposed; create a new one');
    }
    if (this.#first) throw this.#first;
  }

  /** From now on the loss of the device is meant. */
  dispose(): void {
    this.#disposed = true;
  }

  #collect(op: string, scope: Promise<GPUError | null>): void {
    const report = scope.then((error) => {
      if (error) this.#first ??= describe(op, error);
    }, () => {}) // a lost device has no scopes; `lost` tells
      .finally(() => this.#pending.delete(report));
    this.#pending.add(report);
  }
}

function describe(op: string, error: GPUError): DeviceError {
  const outOfMemory = error instanceof GPUOutOfMemoryError;
  return new DeviceError(
    `Cannot run ${op} on webgpu: ` +
      (outOfMemory
        ? "the device is out of memory; use a smaller batch, or choose --backend=cpu"
        : error.message),
  );
}

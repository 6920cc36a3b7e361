/**
 * The WebGPU backend of Taxon: the same models on any GPU, in Deno and in the browser.
 *
 * @example Multiply two matrices where there is an adapter
 * ```ts
 * import webgpu, { createWebgpuBackend } from "@taxon/backend-webgpu";
 * import { matmul, tensor, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * if ((await webgpu.probe()).available) {
 *   using _backend = useBackend(await createWebgpuBackend());
 *   using a = tensor([[1, 2], [3, 4]]);
 *   using b = matmul(a, a);
 *   assertEquals(await b.data(), Float32Array.of(7, 10, 15, 22));
 * }
 * ```
 *
 * @module
 */
import { type BackendOptions, type BackendProvider, DeviceError } from "@taxon/tensor";
import { WebgpuBackend } from "./backend.ts";
import { type Adapter, findAdapter, requestDevice } from "./device.ts";
import { Gpu } from "./gpu/gpu.ts";
import { type DeviceKind, tunings } from "./gpu/tuning.ts";
import { selfTest } from "./known_answers.ts";

export type { Counters } from "./gpu/counters.ts";
export type { DeviceKind } from "./gpu/tuning.ts";
export { type Adapter, findAdapter, WebgpuBackend };

/** Options of `createWebgpuBackend`; `threads` does not concern a GPU. */
export interface WebgpuOptions extends BackendOptions {
  /** Most bytes of freed buffers kept for reuse; default 256 MiB. */
  readonly poolBytes?: number;
  /** Kernel parameters; default those of the adapter's kind. */
  readonly tuning?: DeviceKind;
}

const MISSING = {
  reason: "navigator.gpu offers no adapter",
  remedy: "install a Vulkan driver (on Linux e.g. mesa-vulkan-drivers)",
};

/**
 * Creates the WebGPU backend on the adapter that the system prefers for speed, and checks that it computes rightly.
 *
 * @throws {DeviceError} If there is no adapter, it computes garbage, or another precision than f32 is asked for.
 */
export async function createWebgpuBackend(options: WebgpuOptions = {}): Promise<WebgpuBackend> {
  const { poolBytes = 2 ** 28, tuning, precision = "f32" } = options;
  if (precision !== "f32") {
    throw new DeviceError(
      `Cannot compute in ${precision} on webgpu: it has only f32; leave the precision out, or choose another backend`,
    );
  }
  const adapter = await findAdapter();
  if (adapter === undefined) {
    throw new DeviceError(`Cannot use backend "webgpu": ${MISSING.reason}; ${MISSING.remedy}`);
  }
  const device = await requestDevice(adapter);
  const gpu = new Gpu(device, { tuning: tunings[tuning ?? adapter.kind], poolBytes });
  const backend = new WebgpuBackend(gpu, adapter.description);
  await selfTest(backend);
  return backend;
}

/** The provider of `--backend webgpu`. */
const provider: BackendProvider = {
  name: "webgpu",
  contract: 1,
  async probe() {
    const adapter = await findAdapter();
    if (adapter === undefined) return { available: false, ...MISSING };
    // `auto` takes the highest rank; −∞ is never higher, so nobody gets a software adapter without asking.
    return {
      available: true,
      description: adapter.description,
      rank: adapter.kind === "gpu" ? 30 : -Infinity,
    };
  },
  create: (options) => createWebgpuBackend(options),
};
export default provider;

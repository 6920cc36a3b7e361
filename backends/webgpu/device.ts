/// <reference types="@webgpu/types" />
import { DeviceError } from "@taxon/tensor";
import type { DeviceKind } from "./gpu/tuning.ts";
import { withoutLoaderNoise } from "./loader_noise.ts";

/** What WebGPU offers on this machine. */
export interface Adapter {
  /** Not yet opened. */
  readonly gpu: GPUAdapter;
  /** What the sizes of work groups and tiles are chosen for. */
  readonly kind: DeviceKind;
  /** E.g. `NVIDIA GeForce RTX 4090`, or `software: llvmpipe (LLVM 15.0.6, 256 bits)`. */
  readonly description: string;
}

/** Names of adapters that compute on the processor: Mesa, SwiftShader, Windows' fallback. */
const SOFTWARE = /llvmpipe|lavapipe|swiftshader|basic render/i;

/** Storage buffers in one kernel; more would not be used. */
const MOST_BUFFERS = 32;

/** The adapter that the system prefers for speed; undefined if there is none. */
export async function findAdapter(): Promise<Adapter | undefined> {
  const entry = globalThis.navigator?.gpu as GPU | undefined; // absent in browsers without WebGPU; Node 20 has neither
  if (entry === undefined) return undefined;
  const gpu = await withoutLoaderNoise(() => entry.requestAdapter({ powerPreference: "high-performance" }));
  if (gpu === null) return undefined;
  const { vendor, architecture, device, description } = gpu.info;
  const name = description || [vendor, architecture, device].filter((part) => part !== "").join(" ") ||
    "unnamed adapter";
  const software = gpu.info.isFallbackAdapter || SOFTWARE.test(`${name} ${architecture}`);
  return software
    ? { gpu, kind: "software", description: `software: ${name}` }
    : { gpu, kind: "gpu", description: name };
}

/** A device with the largest limits that the adapter has; the defaults would refuse a buffer over 128 MiB. */
export async function requestDevice({ gpu, description }: Adapter): Promise<GPUDevice> {
  const { limits } = gpu;
  try {
    return await gpu.requestDevice({
      requiredLimits: {
        maxBufferSize: limits.maxBufferSize,
        maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
        maxStorageBuffersPerShaderStage: Math.min(limits.maxStorageBuffersPerShaderStage, MOST_BUFFERS),
      },
    });
  } catch (error) {
    throw new DeviceError(
      `Cannot create a device on ${description}: ${(error as Error).message}; choose --backend=cpu`,
    );
  }
}

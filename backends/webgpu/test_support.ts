import { type DeviceBuffer, numel, type Operand, type OutputSpec, type Shape } from "@taxon/tensor";
import { WebgpuBackend } from "./backend.ts";
import { findAdapter, requestDevice } from "./device.ts";
import { Gpu, type GpuOptions } from "./gpu/gpu.ts";
import { tunings } from "./gpu/tuning.ts";

const found = (await findAdapter()) !== undefined;

/** A test that needs an adapter; ignored where WebGPU finds none. */
export function gpuTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !found, fn });
}

/** A device below the backend, for what the contract does not reach. */
export async function openGpu(options: Partial<GpuOptions> = {}): Promise<{ device: GPUDevice; gpu: Gpu }> {
  const device = await requestDevice((await findAdapter())!);
  return { device, gpu: new Gpu(device, { tuning: tunings.software, poolBytes: 2 ** 24, ...options }) };
}

/** A backend of small settings; dispose it. */
export async function openBackend(options: Partial<GpuOptions> = {}): Promise<WebgpuBackend> {
  return new WebgpuBackend((await openGpu(options)).gpu, "test");
}

/** An f32 spec. */
export function f32(...shape: number[]): OutputSpec {
  return { shape, dtype: "f32" };
}

/** Uploads f32 numbers. */
export function put(backend: WebgpuBackend, data: Float32Array, shape: Shape = [data.length]): Operand {
  const spec = { shape, dtype: "f32" } as const;
  return { ...spec, buffer: backend.upload(data, spec) };
}

/** Reads f32 numbers and frees their buffer. */
export async function take(
  backend: WebgpuBackend,
  buffer: DeviceBuffer,
  shape: Shape,
): Promise<Float32Array> {
  const data = await backend.read({ buffer, shape, dtype: "f32" }) as Float32Array;
  backend.free(buffer);
  if (data.length !== numel(shape)) throw new Error(`read ${data.length} elements of ${shape}`);
  return data;
}

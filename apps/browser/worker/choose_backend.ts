import cpu from "@taxon/backend-cpu";
import webgpu from "@taxon/backend-webgpu";
import { type Backend, DeviceError } from "@taxon/tensor";
import type { BackendRequest } from "../questions.ts";

/**
 * Creates the backend that was asked for; for "auto" WebGPU, or the cpu where there is no graphics processor.
 *
 * @returns The backend, and in words which it is and why it is not WebGPU.
 * @throws {DeviceError} If one was asked for by name that cannot be used.
 */
export async function chooseBackend(
  request: BackendRequest,
): Promise<{ backend: Backend; summary: string }> {
  if (request === "webgpu") return described(await webgpu.create());
  if (request === "cpu") return described(await cpu.create(), "as was asked for");
  const found = await webgpu.probe();
  if (!found.available) return described(await cpu.create(), `not on WebGPU, as ${found.reason}`);
  if (found.rank < 0) {
    return described(await cpu.create(), `not on WebGPU, as its only adapter is ${found.description}`);
  }
  try {
    return described(await webgpu.create());
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return described(await cpu.create(), `not on WebGPU: ${error.message}`);
  }
}

function described(backend: Backend, reason?: string): { backend: Backend; summary: string } {
  const name = backend.name === "webgpu" ? "WebGPU" : backend.name;
  return { backend, summary: `${name} (${backend.description})${reason ? `, ${reason}` : ""}` };
}

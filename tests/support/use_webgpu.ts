/** A program that multiplies two matrices on WebGPU and ends; with `--dispose` it gives the device back first. */
import { createWebgpuBackend } from "@taxon/backend-webgpu";
import { matmul, tensor, useBackend } from "@taxon/tensor";

const backend = useBackend(await createWebgpuBackend());
const a = tensor([[1, 2], [3, 4]]);
console.log((await matmul(a, a).data()).join());
if (Deno.args.includes("--dispose")) backend[Symbol.dispose]();

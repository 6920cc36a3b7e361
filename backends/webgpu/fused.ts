import type { FusedOps } from "@taxon/tensor";
import type { Gpu } from "./gpu/gpu.ts";
import { gelu, geluGrad } from "./kernels/gelu.ts";
import { dropout } from "./kernels/random.ts";

/** The fused ops of the contract over the kernels. */
export function createFusedOps(gpu: Gpu): FusedOps {
  return {
    gelu: (x, form, out) => gelu(gpu, x, form, out),
    geluGrad: (dy, x, form, out) => geluGrad(gpu, dy, x, form, out),
    dropout: (x, args, out) => dropout(gpu, x, args, out),
  };
}

import { backendConformance } from "@taxon/conformance";
import provider, { createWebgpuBackend } from "./mod.ts";

/** The tiles that real GPUs get, checked on whatever adapter there is; `tests/` checks those of the adapter itself. */
if ((await provider.probe()).available) {
  backendConformance(
    { ...provider, name: "webgpu-gpu-tiles", create: () => createWebgpuBackend({ tuning: "gpu" }) },
    { only: /^(?:matmul|linear|attention|rows)\// },
  );
}

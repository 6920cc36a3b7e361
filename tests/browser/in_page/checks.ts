/**
 * What a test asks of a browser: bundled, run as a worker, and asked by messages `[name of the check, backend]`.
 *
 * @module
 */
import cpu from "@taxon/backend-cpu";
import webgpu, { createWebgpuBackend } from "@taxon/backend-webgpu";
import { type CaseResult, runConformance } from "@taxon/conformance";
import { computingThreads } from "./threads.ts";
import { trainingCurve } from "./training_run.ts";

const providers = { cpu, webgpu };
type Name = keyof typeof providers;

const checks = {
  describe: async (name: Name): Promise<string> => {
    using backend = await providers[name].create();
    return backend.description;
  },
  computingThreads: (_name: Name): Promise<number[]> => computingThreads(3),
  conformance: (name: Name): Promise<CaseResult[]> => runConformance(providers[name]),
  /** Kernels with the parameters of real GPUs: browsers check barriers more strictly than Deno. */
  conformanceOfGpuTiles: (name: Name): Promise<CaseResult[]> =>
    runConformance({ ...providers[name], create: () => createWebgpuBackend({ tuning: "gpu" }) }, {
      only: /^(?:matmul|linear|attention)\//,
    }),
  trainingCurve: async (name: Name): Promise<number[]> => await trainingCurve(await providers[name].create()),
};

const port = self as unknown as Worker; // checked as a window's script, run as a worker's: both ends look alike

port.onmessage = async ({ data: [check, backend] }: MessageEvent<[keyof typeof checks, Name]>) => {
  try {
    port.postMessage({ result: await checks[check](backend) });
  } catch (error) {
    port.postMessage({ error: String(error) });
  }
};

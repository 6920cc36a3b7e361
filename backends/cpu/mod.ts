/**
 * The CPU backend of Taxon, in two tiers: `simd` runs WebAssembly kernels that are assembled at start-up, on several
 * threads; `reference` is plain TypeScript that any engine runs, and the measure for the other.
 *
 * @example Multiply two matrices on the backend itself
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { assertEquals } from "@std/assert";
 *
 * using backend = await createCpuBackend({ threads: 1 });
 * const spec = { shape: [1, 2], dtype: "f32" } as const;
 * const x = { ...spec, buffer: backend.upload(Float32Array.of(1, 2), spec) };
 * const out = { shape: [1, 1], dtype: "f32" } as const;
 * const product = backend.matmul(x, x, { transposeB: true }, out);
 * assertEquals(backend.readSync({ ...out, buffer: product }), Float32Array.of(5));
 * ```
 *
 * @module
 */
import { type Backend, type BackendOptions, type BackendProvider, DeviceError } from "@taxon/tensor";
import { ReferenceBackend } from "./reference/backend.ts";
import { SimdBackend } from "./simd/backend.ts";
import { Engine, simdSupported } from "./simd/engine.ts";
import { processors, whyNoWorkers } from "./simd/start_worker.ts";

/** Options of `createCpuBackend`. */
export interface CpuOptions extends BackendOptions {
  /** Default: `simd` where the engine has WebAssembly SIMD and shared memory, else `reference`. */
  readonly tier?: "simd" | "reference";
}

/** More threads than this gain little on the models here. */
const MOST_THREADS = 16;

/**
 * Creates the CPU backend.
 *
 * @param options Tier, and threads that compute (default: the cores that the process may use, at most 16, or 1 where a
 * browser allows no more; the reference tier uses one). Results do not depend on the number of threads.
 * @throws {RangeError} If `threads` is not an integer from 1 to 256.
 * @throws {DeviceError} If the `simd` tier is asked for and the engine lacks what it needs, more than one thread where a
 * browser allows none, or another precision than f32.
 */
export async function createCpuBackend(options: CpuOptions = {}): Promise<Backend> {
  const alone = whyNoWorkers();
  const most = alone === undefined ? Math.min(processors(), MOST_THREADS) : 1;
  const { threads = most, tier, precision = "f32" } = options;
  if (precision !== "f32") {
    throw new DeviceError(
      `Cannot compute in ${precision} on the cpu: it has only f32; leave the precision out, or choose another backend`,
    );
  }
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
    throw new RangeError(`Cannot use ${threads} threads on the cpu: give an integer from 1 to 256`);
  }
  if (threads > 1 && alone !== undefined && tier !== "reference") {
    throw new DeviceError(
      `Cannot use ${threads} threads on the cpu: ${alone}; leave the number out, or give 1`,
    );
  }
  if (tier === "reference") return new ReferenceBackend();
  if (simdSupported()) {
    const engine = new Engine(threads);
    await engine.started.catch((error) => {
      engine[Symbol.dispose]();
      throw error;
    });
    return new SimdBackend(engine);
  }
  if (tier === undefined) return new ReferenceBackend();
  throw new DeviceError(
    `Cannot use tier "simd" of the cpu: this engine lacks WebAssembly SIMD or shared memory; leave the tier open`,
  );
}

/** The provider of `--backend cpu`. */
const provider: BackendProvider = {
  name: "cpu",
  contract: 1,
  probe() {
    const description = simdSupported() ? "WebAssembly SIMD" : "plain TypeScript";
    return Promise.resolve({ available: true, description, rank: 10 });
  },
  create: (options) => createCpuBackend(options),
};
export default provider;

/**
 * The ffi backend of Taxon: kernels in Rust for the instructions of this machine, called through Deno, or through koffi in
 * Node and Bun.
 *
 * A checkout builds the library with `deno task build:ffi`. Loading it needs `--allow-ffi` for its path and nothing else.
 *
 * @example Multiply two matrices where the library is built
 * ```ts
 * import ffi, { createFfiBackend } from "@taxon/backend-ffi";
 * import { matmul, tensor, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * if ((await ffi.probe()).available) {
 *   using _backend = useBackend(await createFfiBackend());
 *   using a = tensor([[1, 2], [3, 4]]);
 *   using b = matmul(a, a);
 *   assertEquals(await b.data(), Float32Array.of(7, 10, 15, 22));
 * }
 * ```
 *
 * @module
 */
import type { BackendProvider } from "@taxon/tensor";
import { createFfiBackend } from "./create.ts";
import { checkLibrary, findLibrary, LibraryError } from "./library.ts";

export { createFfiBackend, type FfiOptions } from "./create.ts";
export { type InstructionSet, instructionSets } from "./symbols.ts";
export { LibraryError };

/** The provider of `--backend ffi`. */
const provider: BackendProvider = {
  name: "ffi",
  contract: 1,
  async probe() {
    try {
      checkLibrary(await findLibrary());
      return { available: true, description: "native kernels", rank: 20 };
    } catch (error) {
      if (!(error instanceof LibraryError)) throw error;
      return { available: false, reason: error.reason, remedy: error.remedy };
    }
  },
  create: (options) => createFfiBackend(options),
};
export default provider;

/**
 * Chooses a backend: by name, by what is available, or from a module of a third party.
 *
 * @example The best backend of this machine, and why it is that one
 * ```ts
 * import { selectBackend } from "@taxon/backend-auto";
 * import { assert } from "@std/assert";
 *
 * const { backend, summary } = await selectBackend("auto", { threads: 1 });
 * using _ = backend;
 * assert(summary.startsWith(backend.name)); // cpu (1 thread, …), for example
 * ```
 *
 * @module
 */
export * from "./select.ts";

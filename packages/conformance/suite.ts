import type { Backend, BackendProvider } from "@taxon/tensor";
import { ConformanceError } from "./errors.ts";
import { type ConformanceOptions, planCases, runCase } from "./run.ts";

/**
 * Registers one Deno test for each promise of the backend contract, named `conformance/<backend>: <case>`.
 * Call it at the top of a test file; the backend is created by the first test and disposed after the last.
 *
 * @example In the tests of a backend
 * ```ts ignore
 * import { backendConformance } from "@taxon/conformance";
 * import provider from "./my_backend.ts";
 *
 * backendConformance(provider, {
 *   skip: [{ case: "cast/bf16", reason: "device has no 16-bit stores" }],
 * });
 * ```
 *
 * @throws {TypeError} If a skip has no reason or names no case.
 */
export function backendConformance(provider: BackendProvider, options: ConformanceOptions = {}): void {
  let creating: Promise<Backend> | undefined;
  for (const { case: planned, skip } of planCases(options)) {
    Deno.test({
      name: `conformance/${provider.name}: ${planned.name}${skip === undefined ? "" : ` (skipped: ${skip})`}`,
      ignore: skip !== undefined,
      sanitizeOps: false, // the threads of a backend outlive the test that starts them
      sanitizeResources: false,
      fn: async () => {
        const backend = await (creating ??= provider.create());
        const { status, reason, name } = await runCase(planned, backend, provider);
        if (status === "failed") throw new ConformanceError(`${name} on ${provider.name}: ${reason}`);
        if (status === "skipped") console.log(`${name} on ${provider.name} does not apply: ${reason}`);
      },
    });
  }
  Deno.test.afterAll(async () => (await creating)?.[Symbol.dispose]());
}

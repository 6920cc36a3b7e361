import type { Backend, BackendProvider } from "@taxon/tensor";
import { ConformanceError } from "./errors.ts";
import { type ConformanceOptions, planCases, runCase } from "./run.ts";

/**
 * Registers one test, of Deno or of `node --test`, for each promise of the backend contract, named `conformance/<backend>: <case>`.
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
  const runner = testRunner();
  let creating: Promise<Backend> | undefined;
  for (const { case: planned, skip } of planCases(options)) {
    runner.test({
      name: `conformance/${provider.name}: ${planned.name}${skip === undefined ? "" : ` (skipped: ${skip})`}`,
      ignore: skip !== undefined,
      fn: async () => {
        const backend = await (creating ??= provider.create());
        const { status, reason, name } = await runCase(planned, backend, provider);
        if (status === "failed") throw new ConformanceError(`${name} on ${provider.name}: ${reason}`);
        if (status === "skipped") console.log(`${name} on ${provider.name} does not apply: ${reason}`);
      },
    });
  }
  runner.afterAll(async () => (await creating)?.[Symbol.dispose]());
}

/** A test as both runners take it. */
interface Test {
  readonly name: string;
  readonly ignore: boolean;
  readonly fn: () => Promise<void>;
}

/** What registers tests. */
interface TestRunner {
  test(test: Test): void;
  afterAll(dispose: () => Promise<void>): void;
}

/** The part of `node:test` that is used. */
interface NodeTest {
  test(name: string, options: { skip: boolean }, fn: () => Promise<void>): unknown;
  after(dispose: () => Promise<void>): void;
}

function testRunner(): TestRunner {
  const { Deno: deno, process } = globalThis as {
    Deno?: { test: ((test: object) => void) & { afterAll(dispose: () => Promise<void>): void } };
    process?: { getBuiltinModule?(name: "node:test"): NodeTest };
  };
  if (deno !== undefined) {
    // the threads of a backend outlive the test that starts them
    const test = (test: Test) => deno.test({ ...test, sanitizeOps: false, sanitizeResources: false });
    return { test, afterAll: deno.test.afterAll };
  }
  const node = process?.getBuiltinModule?.("node:test");
  if (node === undefined) throw new Error("Cannot register tests here: run them with Deno or Node");
  const test = ({ name, ignore, fn }: Test) => void node.test(name, { skip: ignore }, fn);
  return { test, afterAll: node.after };
}

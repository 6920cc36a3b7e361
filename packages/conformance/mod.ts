/**
 * The conformance kit: every promise of the backend contract as a test that a backend's author calls.
 *
 * Expected values come from formulas in float64, expected gradients from differences of those; nothing is compared
 * with another backend.
 *
 * @example In the tests of a backend
 * ```ts ignore
 * import { backendConformance } from "@taxon/conformance";
 * import provider from "./mod.ts";
 *
 * backendConformance(provider);
 * ```
 *
 * @example While the backend grows, or for a table in its README
 * ```ts
 * import { report, runConformance } from "@taxon/conformance";
 * import { assertStringIncludes } from "@std/assert";
 * import provider from "@taxon/backend-cpu";
 *
 * const results = await runConformance(provider, { only: /^transpose/ });
 * assertStringIncludes(report(results), "| transpose/[2,3] by [1,0] | passed |");
 * ```
 *
 * @module
 */
export type { ConformanceCase } from "./case.ts";
export { ConformanceError } from "./errors.ts";
export { conformanceCases } from "./cases/all.ts";
export type { CaseContext } from "./context.ts";
export type { NdArray } from "./oracle/nd_array.ts";
export { report } from "./report.ts";
export { type CaseResult, type ConformanceOptions, runConformance, type Skip } from "./run.ts";
export { backendConformance } from "./suite.ts";
export type { Tolerance } from "./tolerance.ts";

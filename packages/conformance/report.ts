import type { CaseResult } from "./run.ts";

/**
 * A Markdown table of a run, for the README of a backend.
 *
 * @example
 * ```ts
 * import { report } from "@taxon/conformance";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const table = report([{ name: "softmax/8x64", status: "passed", worst: 0.25, milliseconds: 1 }]);
 * assertStringIncludes(table, "| softmax/8x64 | passed | 0.25 |");
 * ```
 */
export function report(results: readonly CaseResult[]): string {
  const count = (status: CaseResult["status"]) => results.filter((result) => result.status === status).length;
  const rows = results.map(({ name, status, reason, worst }) => {
    const note = (reason ?? "").split("\n")[0].replaceAll("|", "\\|");
    return `| ${name} | ${status} | ${worst === undefined ? "" : Number(worst.toPrecision(2))} | ${note} |`;
  });
  return [
    `${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`,
    "",
    "| case | result | worst error, share of what is allowed | reason |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

import type { WorstErrors } from "./checker.ts";

/**
 * One line a recording: for each backend the worst error of its outputs, of its gradients, and of parameters after
 * optimiser steps, "-" where there are none.
 *
 * @param errors By name of the recording, then by name of the backend.
 */
export function showWorstErrors(errors: ReadonlyMap<string, ReadonlyMap<string, WorstErrors>>): string {
  const backends = [...new Set([...errors.values()].flatMap((byBackend) => [...byBackend.keys()]))];
  const table = [...errors].map(([file, byBackend]) => [
    file,
    ...backends.map((backend) => showErrors(byBackend.get(backend) ?? {})),
  ]);
  table.unshift(["worst error: outputs, gradients, after steps", ...backends]);
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  return table.map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd()).join("\n");
}

function showErrors({ output, gradient, updated }: WorstErrors): string {
  return [output, gradient, updated].map((error) => (error?.toExponential(1) ?? "-").padEnd(7)).join(" ");
}

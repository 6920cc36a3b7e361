import { assertEquals } from "@std/assert";
import type { WorstErrors } from "./checker.ts";
import { showWorstErrors } from "./worst_errors.ts";

Deno.test("showWorstErrors() writes a line a recording and a column a backend, with a dash for what is absent", () => {
  const errors = new Map<string, Map<string, WorstErrors>>([
    ["core/a", new Map([["cpu", { output: 1.26e-7 }], ["webgpu", { output: 2e-5, gradient: 1e-4 }]])],
    ["core/b", new Map([["webgpu", { updated: 0 }]])],
  ]);
  assertEquals(
    showWorstErrors(errors).split("\n"),
    [
      "worst error: outputs, gradients, after steps  cpu                      webgpu",
      "core/a                                        1.3e-7  -       -        2.0e-5  1.0e-4  -",
      "core/b                                        -       -       -        -       -       0.0e+0",
    ].map((line) => line.trimEnd()),
  );
});

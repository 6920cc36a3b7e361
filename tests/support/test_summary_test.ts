import { assertEquals } from "@std/assert";
import { readTestSummary } from "./test_summary.ts";

Deno.test("readTestSummary() counts what the reporter's last line says", () => {
  const output =
    "ok | 9 passed | 0 failed (1s)\n\n\x1b[32mok\x1b[0m | 4 passed (2 steps) | 0 failed | 1 ignored (38ms)\n";
  assertEquals(readTestSummary(output, 0), { passed: 4, failed: 0, skipped: 1 });
  assertEquals(readTestSummary("FAILED | 1 passed (3 steps) | 4 failed (1 step) (2s)", 1), {
    passed: 1,
    failed: 4,
    skipped: 0,
  });
});

Deno.test("readTestSummary() counts a run without a summary, or an error it does not mention, as a failure", () => {
  assertEquals(readTestSummary("error: Type checking failed.", 1), { passed: 0, failed: 1, skipped: 0 });
  assertEquals(readTestSummary("ok | 4 passed | 0 failed (38ms)", 1), { passed: 4, failed: 1, skipped: 0 });
});

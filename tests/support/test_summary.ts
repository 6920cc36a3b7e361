/** How many tests a run of `deno test` counted. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Reads the last line of the pretty reporter, `ok | 4 passed (2 steps) | 0 failed | 1 ignored (38ms)`. Unlike the
 * JUnit file it also counts modules that fail to load. A run that ends with an error and counts no failure, such as a
 * type error, is one failure.
 */
export function readTestSummary(output: string, exitCode: number): TestCounts {
  // deno-lint-ignore no-control-regex -- removes colours
  const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
  const line = [...plain.matchAll(/^(?:ok|FAILED) \| \d+ passed.*$/gm)].at(-1)?.[0] ?? "";
  const count = (word: string) => Number(line.match(new RegExp(`(\\d+) ${word}`))?.[1] ?? 0);
  const failed = count("failed") || (exitCode === 0 ? 0 : 1);
  return { passed: count("passed"), failed, skipped: count("ignored") };
}

/** What two runs counted together. */
export function addCounts(a: TestCounts, b: TestCounts): TestCounts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

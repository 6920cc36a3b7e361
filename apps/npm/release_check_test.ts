import { assertEquals } from "@std/assert";
import { releaseProblems, type ReleaseState, releaseState } from "./release_check.ts";

const state: ReleaseState = {
  versions: { "packages/a/deno.json": "0.2.0", "packages/b/deno.json": "0.2.0" },
  changelog: "# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-12-01)\n\n- First.\n",
  exports: { "packages/a/mod.ts": true },
};

Deno.test("releaseProblems() finds none where tag, versions, changelog and exports agree", () => {
  assertEquals(releaseProblems(state, "v0.2.0"), []);
});

Deno.test("releaseProblems() names each that disagrees", () => {
  const problems = (change: Partial<ReleaseState>, tag = "v0.2.0") =>
    releaseProblems({ ...state, ...change }, tag);
  assertEquals(problems({}, "v0.3.0"), [
    "the tag is v0.3.0, the version 0.2.0: tag v0.2.0, or change the versions",
  ]);
  assertEquals(problems({ versions: { ...state.versions, "apps/c/deno.json": "0.1.0" } }), [
    "apps/c/deno.json has version 0.1.0, others have 0.2.0",
  ]);
  assertEquals(problems({ changelog: "## Unreleased\n\n- News.\n\n## 0.1.0 (2026-01-01)\n" }), [
    'the latest section of CHANGELOG.md is "0.1.0 (2026-01-01)", not "0.2.0 (YYYY-MM-DD)"',
    'CHANGELOG.md has changes under "Unreleased": move them to "0.2.0"',
  ]);
  assertEquals(problems({ exports: { "packages/a/page.ts": false } }), [
    "packages/a/page.ts is exported and does not exist",
  ]);
});

Deno.test("all rooms have one version, and what they export is there", () => {
  const { versions, exports } = releaseState();
  assertEquals(new Set(Object.values(versions)).size, 1, JSON.stringify(versions));
  assertEquals(Object.entries(exports).filter(([, isThere]) => !isThere), []);
});

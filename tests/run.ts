/**
 * Runs the tests: all of them with the examples in the documentation, or what the arguments name, which go to
 * `deno test` as they are. The last line is `N passed, N failed`.
 *
 * All tests are run one file on each core, and say how far they are; types are not checked, which is the business of
 * `deno task static`.
 */
import { chromiumPaths } from "./support/chromium_paths.ts";
import { RUN_ENDS } from "./support/run_end.ts";
import { addCounts, readTestSummary } from "./support/test_summary.ts";
import { TestProgress } from "./support/test_progress.ts";

/** Files that measure the memory of their process, in which no other file may be at work. */
const alone = ["tests/hostile_model_test.ts", "backends/ffi/memory_test.ts"];

const everything = [
  [
    ...["--parallel", "--no-check", `--ignore=${alone.join(",")}`, "--doc"],
    ...["packages", "backends", "apps", "tests", "docs/article.md"],
  ],
  ["--no-check", ...alone],
];

/** What tests start beside Deno and a browser; where one is missing, the tests that need it say so. */
const PROGRAMS = ["mkfifo", "script", "bash", "node", "npm", "tar"];

/** The only limit of time: no test has one of its own, as none can know what else this machine has to do. */
const LIMIT_MINUTES = 60;
const SAY_EVERY_MS = 30_000;

// Tests start commands as a user would, so they read and write scratch folders and the data that TAXON_SHARED names,
// run this Deno and a browser, make pipes and terminals, talk to servers on this machine, and load libraries; nothing else.
const permissions = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  `--allow-run=${[Deno.execPath(), ...PROGRAMS, ...chromiumPaths()].join(",")}`,
  "--allow-net=127.0.0.1,localhost,[::1]",
  "--allow-ffi",
];

const limit = AbortSignal.timeout(LIMIT_MINUTES * 60_000);
const env = { [RUN_ENDS]: String(Date.now() + LIMIT_MINUTES * 60_000) };
const progress = new TestProgress();

// Where Rust is missing, or fails, this says so, and what needs the library is skipped
await new Deno.Command(Deno.execPath(), { args: ["task", "--quiet", "build:ffi"] }).spawn().status;

const saying = Deno.args.length > 0 ? undefined : setInterval(() => say(progress.line()), SAY_EVERY_MS);
let counts = { passed: 0, failed: 0, skipped: 0 };
for (const args of Deno.args.length > 0 ? [Deno.args] : everything) {
  counts = addCounts(counts, await test(args));
}
clearInterval(saying);
if (limit.aborted) say(`ended after ${LIMIT_MINUTES} minutes`);
if (counts.skipped > 0) console.log(`${counts.skipped} skipped, each named above as ignored`);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
Deno.exit(counts.failed > 0 ? 1 : 0);

/** Runs `deno test`, shows what it prints, and gives what it counted. */
async function test(args: readonly string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", ...permissions, ...args],
    env,
    stdout: "piped",
    signal: limit,
  }).spawn();
  let tail = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    for (let written = 0; written < chunk.length;) {
      written += await Deno.stdout.write(chunk.subarray(written));
    }
    const text = decoder.decode(chunk, { stream: true });
    progress.read(text);
    tail = (tail + text).slice(-65536); // the summary is the end of it
  }
  return readTestSummary(tail, (await child.status).code);
}

function say(text: string): void {
  console.error(`deno task test: ${text}`);
}

/**
 * Runs the tests: all of them with the examples in the documentation, or what the arguments name, which go to
 * `deno test` as they are. The last line is `N passed, N failed`.
 */
import { chromiumPaths } from "./support/chromium_paths.ts";
import { readTestSummary } from "./support/test_summary.ts";

const everything = ["--doc", "packages", "backends", "apps", "tests", "docs/article.md"];

// Tests start commands as a user would, so they read and write scratch folders and the data that TAXON_SHARED names,
// run this Deno and a browser, make pipes and terminals, talk to servers on this machine, and load libraries; nothing else.
const permissions = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  `--allow-run=${[Deno.execPath(), "mkfifo", "script", ...chromiumPaths()].join(",")}`,
  "--allow-net=127.0.0.1,localhost,[::1]",
  "--allow-ffi",
];

// Where Rust is missing, or fails, this says so, and what needs the library is skipped
await new Deno.Command(Deno.execPath(), { args: ["task", "--quiet", "build:ffi"] }).spawn().status;

const child = new Deno.Command(Deno.execPath(), {
  args: ["test", ...permissions, ...(Deno.args.length > 0 ? Deno.args : everything)],
  stdout: "piped",
}).spawn();

let tail = "";
const decoder = new TextDecoder();
for await (const chunk of child.stdout) {
  for (let written = 0; written < chunk.length;) written += await Deno.stdout.write(chunk.subarray(written));
  tail = (tail + decoder.decode(chunk, { stream: true })).slice(-65536); // the summary is the end of it
}
const { code } = await child.status;
const { passed, failed, skipped } = readTestSummary(tail, code);
if (skipped > 0) console.log(`${skipped} skipped, each named above as ignored`);
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(failed > 0 ? 1 : code);

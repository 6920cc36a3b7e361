/** A command that ends in every way a command can, for run_main_test.ts. */
import { createLog, defineCommand, runMain, watchInterrupt } from "../mod.ts";

const command = defineCommand({
  name: "demo",
  summary: "End in a chosen way",
  flags: {
    end: {
      type: "string",
      description: "How to end",
      choices: ["well", "bad-file", "slip", "save", "stuck"],
      default: "well",
    },
  },
  examples: [{ purpose: "End well", args: "--end well" }],
});

const log = createLog();

await runMain(command, async ({ flags }) => {
  log.note("working");
  if (flags.end === "well") log.result("done");
  if (flags.end === "bad-file") throw new SyntaxError("Cannot read desk.csv, line 3: 2 columns, expected 3");
  if (flags.end === "slip") (undefined as unknown as { field: { inner: number } }).field.inner++;
  if (flags.end === "save" || flags.end === "stuck") await untilInterrupted(flags.end === "stuck");
});

async function untilInterrupted(stuck: boolean): Promise<void> {
  const { signal } = await watchInterrupt();
  const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
  setInterval(() => {}, 1000); // a promise alone does not keep the process alive
  log.result("ready");
  await aborted;
  log.result(stuck ? "saving" : "saved");
  if (stuck) await new Promise(() => {});
  signal.throwIfAborted();
}

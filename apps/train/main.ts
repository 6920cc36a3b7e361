import { createLog, runMain, watchInterrupt } from "@taxon/app-shared";
import { command } from "./command.ts";
import { train } from "./train.ts";

await runMain(
  command,
  async ({ flags, given }) =>
    await train(flags, given, createLog({ quiet: flags.quiet }), await watchInterrupt()),
);

import { createLog, runMain, watchInterrupt } from "@taxon/app-shared";
import { command } from "./command.ts";
import { pretrain } from "./pretrain.ts";

await runMain(
  command,
  async ({ flags, given }) =>
    await pretrain(flags, given, createLog({ quiet: flags.quiet }), await watchInterrupt()),
);

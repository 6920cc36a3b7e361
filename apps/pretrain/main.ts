import { createLog, interruptSignal, runMain } from "@taxon/app-shared";
import { command } from "./command.ts";
import { pretrain } from "./pretrain.ts";

await runMain(
  command,
  ({ flags, given }) => pretrain(flags, given, createLog({ quiet: flags.quiet }), interruptSignal()),
);

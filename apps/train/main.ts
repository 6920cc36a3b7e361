import { createLog, interruptSignal, runMain } from "@taxon/app-shared";
import { command } from "./command.ts";
import { train } from "./train.ts";

await runMain(
  command,
  ({ flags, given }) => train(flags, given, createLog({ quiet: flags.quiet }), interruptSignal()),
);

import { createLog, interruptSignal, runMain } from "@taxon/app-shared";
import { command } from "./command.ts";
import { train } from "./train.ts";

await runMain(command, ({ flags }) => train(flags, createLog({ quiet: flags.quiet }), interruptSignal()));

import { createLog, runMain } from "@taxon/app-shared";
import { command } from "./command.ts";
import { evaluate } from "./evaluate.ts";

await runMain(command, ({ flags }) => evaluate(flags, createLog()));

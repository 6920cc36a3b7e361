import { createLog, runMain } from "@taxon/app-shared";
import { command } from "./command.ts";
import { exportModel } from "./export_model.ts";

await runMain(command, ({ flags }) => exportModel(flags, createLog()));

import { createLog, runMain } from "@taxon/app-shared";
import { command } from "./command.ts";
import { compare } from "./compare.ts";

await runMain(command, ({ flags, texts }) => compare(texts, flags, createLog()));

import type { Command } from "@taxon/app-shared";
import { command as compare } from "@taxon/app-compare/command";
import { command as doctor } from "@taxon/app-doctor/command";
import { command as evaluate } from "@taxon/app-evaluate/command";
import { command as exportCommand } from "@taxon/app-export/command";
import { command as predict } from "@taxon/app-predict/command";
import { command as pretrain } from "@taxon/app-pretrain/command";
import { serveCommand as serve } from "@taxon/app-serve/command";
import { command as train } from "@taxon/app-train/command";
import { command as visualize } from "@taxon/app-visualize/command";

/** The flags of all commands; apart from the launcher's own modules, as starting a command needs none of them. */
export const tables: Readonly<Record<string, Command>> = {
  train,
  predict,
  evaluate,
  compare,
  visualize,
  serve,
  export: exportCommand,
  pretrain,
  doctor,
};

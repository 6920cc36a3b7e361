import { computeFlags, defineCommand, type FlagValues } from "@taxon/app-shared";

/** `deno task visualize`. */
export const command = defineCommand({
  name: "visualize",
  summary: "Writes a page that shows what a finished model attends to, and what each token is worth to it.",
  texts: { placeholder: "TEXT", description: "The text to look at" },
  flags: {
    model: { type: "string", required: true, placeholder: "DIR", description: "Folder of a finished run" },
    pair: { type: "string", placeholder: "TEXT", description: "Second text of a pair" },
    out: {
      type: "string",
      placeholder: "FILE",
      default: "attention.html",
      description: "The page: one file that needs no network; an older one is replaced",
    },
    layers: {
      type: "list",
      placeholder: "N",
      description: "Layers whose attention the page holds, from 0; all if not given",
    },
    importance: {
      type: "list",
      choices: ["integrated_gradients", "occlusion"],
      default: ["integrated_gradients", "occlusion"],
      description: "How the importance of tokens is found",
    },
    label: {
      type: "string",
      placeholder: "LABEL",
      description: "Whose importance; the predicted label if not given",
    },
    headEffects: {
      type: "boolean",
      default: true,
      description: "Do not try the text with each head switched off, which takes one pass a head",
    },
    ...computeFlags,
  },
  examples: [
    { purpose: "One text", args: '--model runs/help-desk-1 "cannot log in since monday"' },
    { purpose: "A pair", args: '--model runs/pairs-1 "a man sleeps" --pair "no one wakes"' },
    { purpose: "Only the last of 12 layers", args: '--model runs/tickets-1 --layers 11 "cannot log in"' },
  ],
});

/** Checked flags of `deno task visualize`. */
export type VisualizeFlags = FlagValues<typeof command.flags>;

import { defineCommand, type FlagValues } from "@taxon/app-shared";

/** `deno task export`. */
export const command = defineCommand({
  name: "export",
  summary: "Writes a finished model as other programs read it, with its tokenizer beside it.",
  flags: {
    model: {
      type: "string",
      required: true,
      placeholder: "DIR",
      description: "Folder of a finished run, or a classifier of Hugging Face",
    },
    format: {
      type: "string",
      choices: ["onnx"],
      default: "onnx",
      description: "What to write; transformers of Python reads the run folder itself",
    },
    output: {
      type: "string",
      required: true,
      placeholder: "DIR",
      description: "New folder for model.onnx and the tokenizer",
    },
  },
  examples: [
    { purpose: "For ONNX Runtime", args: "--model runs/tickets-1 --output tickets-onnx" },
  ],
});

/** Checked flags of `deno task export`. */
export type ExportFlags = FlagValues<typeof command.flags>;

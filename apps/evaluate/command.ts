import { computeFlags, dataFlags, defineCommand, type FlagValues, jsonFlag } from "@taxon/app-shared";

/** `deno task evaluate`. */
export const command = defineCommand({
  name: "evaluate",
  summary: "Measures a finished model on labelled texts, beside two baselines.",
  flags: {
    model: { type: "string", required: true, placeholder: "DIR", description: "Folder of a finished run" },
    data: {
      type: "string",
      group: "data",
      required: true,
      placeholder: "FILE",
      description: "Labelled texts: .csv, .tsv, .jsonl, .json, or a folder per label",
    },
    train: {
      type: "string",
      group: "data",
      placeholder: "FILE",
      description: "Texts on which the baselines are trained (default: those of the run)",
    },
    ...dataFlags,
    maxLoss: {
      type: "number",
      min: 0,
      max: 1,
      default: 0.01,
      description: "With another --precision: how much worse than in f32 the model may be",
    },
    output: {
      type: "string",
      group: "output",
      placeholder: "DIR",
      description: "Also write report, confusion matrix and predictions here",
    },
    ...computeFlags,
    json: jsonFlag,
  },
  examples: [
    { purpose: "Measure a run on new texts", args: "--model runs/tickets-1 --data march.csv" },
    {
      purpose: "Whether int8 is good enough to serve, on validation data",
      args: "--model runs/tickets-1 --data dev.csv --precision int8",
    },
    { purpose: "As JSON, for a script", args: "--model runs/tickets-1 --data march.csv --json" },
  ],
});

/** Checked flags of `deno task evaluate`. */
export type EvaluateFlags = FlagValues<typeof command.flags>;

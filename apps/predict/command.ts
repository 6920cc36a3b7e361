import { computeFlags, dataFlags, defineCommand, fileFlags, type FlagValues } from "@taxon/app-shared";

/** `deno task predict`. */
export const command = defineCommand({
  name: "predict",
  summary: "Classifies texts with a finished model.",
  texts: {
    placeholder: "[TEXT …]",
    description: "Texts to classify; none of them and no --file: standard input, a text a line",
  },
  flags: {
    model: { type: "string", required: true, placeholder: "DIR", description: "Folder of a finished run" },
    file: {
      type: "string",
      group: "data",
      placeholder: "FILE",
      description:
        "Texts from a file: .csv, .tsv, .jsonl, .json, or .txt with a text a line; - for standard input",
    },
    inputFormat: {
      type: "string",
      group: "data",
      choices: ["csv", "tsv", "jsonl", "json", "lines"],
      description: "What the file holds, if its name does not say it (standard input: lines)",
    },
    ...fileFlags,
    pairColumn: dataFlags.pairColumn,
    skipEmpty: { ...dataFlags.skipEmpty, description: "Leave out rows without a text, and count them" },
    textPair: {
      type: "string",
      group: "data",
      placeholder: "TEXT",
      description: "Second text of the one text given",
    },
    format: {
      type: "string",
      group: "output",
      choices: ["table", "jsonl", "csv", "tsv"],
      default: "table",
      description: "How results are printed",
    },
    passThrough: {
      type: "string",
      group: "output",
      default: "all",
      placeholder: "all|none|NAME,…",
      description: "Columns or keys of the input that are repeated in csv, tsv and jsonl",
    },
    lineEnds: {
      type: "string",
      group: "output",
      choices: ["lf", "crlf"],
      default: "lf",
      description: "What ends a line of csv and tsv",
    },
    safeForSpreadsheets: {
      type: "boolean",
      group: "output",
      description: "In csv and tsv, put ' before a text that a spreadsheet would take for a formula",
    },
    topK: {
      type: "number",
      group: "output",
      integer: true,
      min: 1,
      default: 3,
      description: "Labels shown in the table",
    },
    ...computeFlags,
  },
  examples: [
    { purpose: "One text", args: '--model runs/help-desk-1 "cannot log in since monday"' },
    {
      purpose: "A file, one JSON answer a line",
      args: "--model runs/help-desk-1 --file texts.jsonl --format jsonl",
    },
    { purpose: "In a pipe", args: "--model runs/help-desk-1 --format csv < texts.txt" },
  ],
});

/** Checked flags of `deno task predict`. */
export type PredictFlags = FlagValues<typeof command.flags>;

import { fineTuningFlags } from "./fine_tuning_flags.ts";
import {
  architectureFlags,
  dataFlags,
  defineCommand,
  type FlagValues,
  outputFlags,
  settingFlags,
  trainingComputeFlags,
} from "@taxon/app-shared";
import { headSettings } from "@taxon/model";
import { trainingFlags } from "./training_flags.ts";

const { longText, pooling, dropout } = settingFlags({ longText: "truncate", pooling: "mean", dropout: 0.5 });

/** `deno task train`. */
export const command = defineCommand({
  name: "train",
  summary:
    "Trains a text classifier on a file of labelled texts; without --train on the embedded help-desk messages.",
  flags: {
    train: {
      type: "string",
      group: "data",
      placeholder: "FILE",
      description: "Labelled texts: .csv, .tsv, .jsonl, .json, or a folder per label",
    },
    eval: {
      type: "string",
      group: "data",
      placeholder: "FILE",
      description:
        "Split to choose and calibrate on (default: a tenth of train; of fewer than 1,000 rows all, out of fold)",
    },
    test: {
      type: "string",
      group: "data",
      placeholder: "FILE",
      description: "Split that is measured once, at the end",
    },
    evalFraction: {
      type: "number",
      group: "data",
      min: 0.01,
      max: 0.5,
      description: "Share of train that is carved off as that split",
    },
    from: {
      type: "string",
      group: "model",
      placeholder: "DIR|ORG/NAME",
      description:
        "Pretrained model to go on from: a folder, or a model of the Hugging Face Hub (ORG/NAME@REVISION)",
    },
    recipe: {
      type: "string",
      group: "recipe",
      choices: ["auto", "linear", "frozen", "fine-tune", "scratch"],
      default: "auto",
      description:
        "How to train: a linear model on n-grams, one on the vectors of --from, all layers of --from, or a new " +
        "encoder; auto compares them on rows that they were not trained on",
    },
    metric: {
      type: "string",
      group: "recipe",
      choices: ["log_loss", "macro_f1", "accuracy", "mcc"],
      default: "log_loss",
      description: "By what recipes are compared",
    },
    budget: {
      type: "number",
      group: "recipe",
      min: 0,
      default: 3,
      placeholder: "MINUTES",
      description: "Leave out recipes that would take longer, estimated for two cores",
    },
    ...dataFlags,
    problemType: {
      type: "string",
      group: "data",
      choices: headSettings.problemType[1],
      placeholder: "TYPE",
      description: "What a label is (default: told from the labels)",
    },
    output: {
      type: "string",
      group: "output",
      placeholder: "DIR",
      description: "Folder of the run (default runs/<name>-<n>)",
    },
    resume: {
      type: "boolean",
      group: "output",
      description: "Go on with the run in --output, or with the latest one in runs/",
    },
    overwrite: { type: "boolean", group: "output", description: "Replace the run in --output" },
    compare: {
      type: "string",
      group: "output",
      placeholder: "RUN",
      description:
        "Also say at the end whether the model is better than that run, which had the same test split",
    },

    vocabulary: {
      type: "string",
      group: "model",
      choices: ["pieces", "words"],
      default: "words",
      description:
        "Whole words seen at least twice, the rest unknown to the encoder; or pieces of words, which spell anything",
    },
    vocabSize: {
      type: "number",
      group: "model",
      integer: true,
      min: 100,
      default: 8000,
      description: "Most words or pieces in the vocabulary",
    },
    lowercase: {
      type: "boolean",
      group: "model",
      default: true,
      description: "Keep upper case apart from lower case",
    },
    maxLength: {
      type: "number",
      group: "model",
      integer: true,
      min: 4,
      max: 65535,
      default: 256,
      description: "Longest sequence in tokens",
    },
    longText,
    ...architectureFlags,
    pooling: { ...pooling, description: `${pooling.description}; with --from as the model says` },
    dropout,
    ngrams: {
      type: "boolean",
      group: "model",
      default: true,
      description: "The encoder alone, without a linear model on n-grams beside it",
    },
    ...trainingFlags,
    saveSteps: {
      type: "number",
      group: "output",
      integer: true,
      min: 0,
      default: 0,
      description: "Also save every so many steps",
    },
    saveTotalLimit: {
      type: "number",
      group: "output",
      integer: true,
      min: 1,
      default: 2,
      description: "Checkpoints kept, the best included",
    },
    reportTo: {
      type: "list",
      group: "output",
      choices: ["jsonl", "tensorboard", "none"],
      default: ["jsonl", "tensorboard"],
      placeholder: "jsonl,tensorboard|none",
      description: "How the log is written: metrics.jsonl, and events in runs/ for TensorBoard",
    },
    seed: {
      type: "number",
      group: "training",
      integer: true,
      min: 0,
      default: 42,
      description: "Decides weights, order, dropout and the carved split",
    },

    ...fineTuningFlags,

    ...trainingComputeFlags,
    ...outputFlags,
  },
  examples: [
    { purpose: "A first run on the embedded data", args: "" },
    {
      purpose: "Your own file with the columns text and label",
      args: "--train tickets.csv --test held_out.csv",
    },
    {
      purpose: "No header: the text in column 3, the label in column 1",
      args: "--train trec.tsv --no-header --text-column 3 --label-column 1",
    },
    {
      purpose: "Several labels a text",
      args: "--train emotions.tsv --label-separator ,",
    },
    {
      purpose: "Also with a pretrained encoder, frozen and fine-tuned; the best is kept",
      args: "--train own.csv --from sentence-transformers/all-MiniLM-L6-v2",
    },
    {
      purpose: "Beside an earlier run: is this one better by more than chance?",
      args: "--train mails.csv --test held_out.csv --compare runs/mails-1",
    },
    { purpose: "Go on after an interruption", args: "--output runs/tickets-1 --resume" },
  ],
});

/** Checked flags of `deno task train`. */
export type TrainFlags = FlagValues<typeof command.flags> & {
  /** Whether flags set up one recipe by hand; noted with the run. */
  byHand?: boolean;
};

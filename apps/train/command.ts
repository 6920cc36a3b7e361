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
      choices: ["auto", "linear", "frozen", "fine-tune", "scratch"],
      default: "auto",
      description:
        "How to train: a linear model on n-grams, one on the vectors of --from, all layers of --from, or a new " +
        "encoder; auto compares them on rows that they were not trained on",
    },
    metric: {
      type: "string",
      choices: ["log_loss", "macro_f1", "accuracy", "mcc"],
      default: "log_loss",
      description: "By what recipes are compared",
    },
    budget: {
      type: "number",
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

    tokenDropout: {
      type: "number",
      group: "training",
      min: 0,
      max: 0.95,
      default: 0.5,
      description: "Share of tokens left out at random while training",
    },

    epochs: {
      type: "number",
      group: "training",
      integer: true,
      min: 1,
      default: 20,
      description: "Epochs: passes over the training texts",
    },
    batchSize: {
      type: "number",
      group: "training",
      integer: true,
      min: 1,
      default: 32,
      description: "Texts a step",
    },
    gradAccum: {
      type: "number",
      group: "training",
      integer: true,
      min: 1,
      default: 1,
      description: "Parts in which a batch is computed, to save memory",
    },
    gradientCheckpointing: {
      type: "boolean",
      group: "training",
      description: "Keep less in memory: each layer is computed again for its gradient, with the same result",
    },
    lr: { type: "number", group: "training", min: 0, default: 0.001, description: "Peak learning rate" },
    schedule: {
      type: "string",
      group: "training",
      choices: ["linear", "cosine", "constant"],
      default: "linear",
      description: "After the warm-up",
    },
    warmup: {
      type: "number",
      group: "training",
      min: 0,
      default: 0.1,
      description: "Warm-up: a share of all steps if below 1, else steps",
    },
    weightDecay: {
      type: "number",
      group: "training",
      min: 0,
      default: 0.01,
      description: "Decoupled decay of weights, not of biases and norms",
    },
    maxGradNorm: {
      type: "number",
      group: "training",
      min: 0,
      default: 1,
      description: "Clip gradients to this global norm; 0 does not clip",
    },
    labelSmoothing: {
      type: "number",
      group: "training",
      min: 0,
      max: 0.99,
      default: 0.1,
      description: "Label smoothing",
    },
    classWeights: {
      type: "string",
      group: "training",
      default: "none",
      placeholder: "auto|none|W,W,…",
      description:
        "Weights of the classes, in the order of their names (whole numbers by value); auto is inverse to their frequency",
    },
    patience: {
      type: "number",
      group: "training",
      integer: true,
      min: 0,
      default: 0,
      description: "Stop after so many epochs without gain; 0 never",
    },
    keep: {
      type: "string",
      group: "training",
      choices: ["best", "last"],
      default: "best",
      description: "Epoch whose weights are kept: the best on the evaluation split, or the last",
    },
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

import {
  defineCommand,
  fileFlags,
  type FlagValues,
  outputFlags,
  settingFlags,
  trainingComputeFlags,
} from "@taxon/app-shared";

const sizes = settingFlags({
  modelSize: 128,
  layers: 2,
  heads: 4,
  headDim: 32,
  feedForwardSize: 512,
  dropout: 0.1,
});

/** `deno task pretrain`. */
export const command = defineCommand({
  name: "pretrain",
  summary: "Teaches an encoder the language of texts without labels; `train --from` takes the result.",
  flags: {
    train: {
      type: "string",
      group: "data",
      placeholder: "FILE",
      required: true,
      description: "Texts: .txt with one a line, .csv, .tsv, .jsonl or .json; labels are not looked at",
    },
    from: {
      type: "string",
      group: "model",
      placeholder: "MODEL",
      description: "Pretrained model to go on from: a folder, or a model of the Hugging Face Hub",
    },
    evalFraction: {
      type: "number",
      group: "data",
      min: 0.001,
      max: 0.5,
      default: 0.05,
      description: "Share of the texts on which perplexity is measured",
    },
    ...fileFlags,
    output: {
      type: "string",
      group: "output",
      placeholder: "DIR",
      description: "Folder of the run (default runs/<name>-pretrained-<n>)",
    },
    resume: {
      type: "boolean",
      group: "output",
      description: "Go on with the run in --output, or with the latest one in runs/",
    },
    overwrite: { type: "boolean", group: "output", description: "Replace the run in --output" },

    vocabSize: {
      type: "number",
      group: "model",
      integer: true,
      min: 100,
      default: 8000,
      description: "Most pieces in the vocabulary",
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
      min: 8,
      max: 65535,
      default: 128,
      description: "Longest sequence in tokens; longer texts are cut into several",
    },
    ...sizes,
    layers: { ...sizes.layers, min: 1 },
    headDim: { ...sizes.headDim, min: 2 }, // rotary positions turn pairs of features

    epochs: {
      type: "number",
      group: "training",
      integer: true,
      min: 1,
      default: 10,
      description: "Epochs: passes over the texts",
    },
    batchSize: {
      type: "number",
      group: "training",
      integer: true,
      min: 1,
      default: 32,
      description: "Sequences a step",
    },
    gradAccum: {
      type: "number",
      group: "training",
      integer: true,
      min: 1,
      default: 1,
      description: "Parts in which a batch is computed, to save memory",
    },
    lr: {
      type: "number",
      group: "training",
      min: 0,
      default: 0.001,
      description: "Peak learning rate (with --from 5e-5)",
    },
    warmup: {
      type: "number",
      group: "training",
      min: 0,
      max: 1,
      default: 0.1,
      description: "Share of the steps in which the rate rises",
    },
    weightDecay: {
      type: "number",
      group: "training",
      min: 0,
      default: 0.01,
      description: "Decoupled decay of weights",
    },
    seed: {
      type: "number",
      group: "training",
      integer: true,
      min: 0,
      default: 42,
      description: "Decides weights, order, masks and dropout",
    },

    ...trainingComputeFlags,
    ...outputFlags,
  },
  examples: [
    { purpose: "An encoder of your own texts", args: "--train mails.txt --output models/mails" },
    {
      purpose: "A downloaded encoder that learns your words",
      args: "--train mails.txt --from google-bert/bert-base-uncased",
    },
    { purpose: "Go on after an interruption", args: "--train mails.txt --output models/mails --resume" },
  ],
});

/** Checked flags of `deno task pretrain`. */
export type PretrainFlags = FlagValues<typeof command.flags>;

import { type EncoderClassifier, type EncoderClassifierConfig, mergeLora, predictLogits } from "@taxon/model";
import { createTrainer } from "../create_trainer.ts";
import type { RunState } from "../checkpoint.ts";
import type { TrainFlags } from "../command.ts";
import { fit } from "../fit.ts";
import type { PreparedRows } from "../prepare.ts";
import { type Recipe, type RecipeContext, rowsOf } from "./recipe.ts";
import type { StoredAnswers } from "./stored_answers.ts";

/** So few steps no encoder learns anything in; of few rows more epochs are made. */
const LEAST_STEPS = 200;

/** How all layers of a pretrained model are trained where no flag says it (`docs/training.md`). */
const FINE_TUNING = {
  lr: 1e-4,
  batchSize: 16,
  epochs: 3,
  dropout: 0.1,
  tokenDropout: 0,
  labelSmoothing: 0,
  keep: "last",
} as const;

/** What a step costs beside its products, in operations that take as long. */
const STEP_OVERHEAD = 3e9;

/** How a recipe that trains in steps differs. */
export interface TrainedOptions {
  name: "fine-tune" | "scratch";
  /** Sets the head of an encoder that was not trained yet to what suits those rows. */
  fitHead?: (model: EncoderClassifier, rows: Int32Array) => Promise<void>;
  stored: StoredAnswers;
  /** Told the log of the final training. */
  onState: (state: RunState) => void;
}

/** All layers of an encoder, trained in steps: one that was pretrained, or a new one. */
export function trainedRecipe(
  context: RecipeContext,
  { name, fitHead, stored, onState }: TrainedOptions,
): Recipe {
  const { prepared, groups, log, interrupt, beginPhase, run } = context;
  const { labels } = prepared.config;
  const flagsFor = (rows: number) => suited(context.flags, name, rows);
  const all = Int32Array.from(prepared.train.texts.keys());

  async function trainFold(rows: Int32Array, phase: string, heldOut: PreparedRows): Promise<Float32Array> {
    const part = { ...prepared, train: rowsOf(prepared.train, rows), eval: undefined };
    using model = context.fresh(part.train.targets);
    await fitHead?.(model, rows);
    const onProgress = beginPhase(phase);
    using trainer = (await createTrainer(model, part, flagsFor(rows.length), groups, beginPhase)).trainer;
    for await (const { step } of trainer.run()) onProgress(step / (trainer.totalSteps + 1));
    const logits = await predictLogits(model, heldOut.texts, {
      onBatch: () => onProgress(trainer.totalSteps / (trainer.totalSteps + 1)),
    });
    onProgress(1);
    return logits;
  }

  return {
    name,
    work: (rows) => workOf(flagsFor(rows), prepared.config, prepared.train, rows),
    async answers(folds) {
      const { epochs, batchSize } = flagsFor(folds[0].train.length);
      const steps = epochs * Math.ceil(folds[0].train.length / batchSize);
      log.note(`${name}: ${steps} steps on each of ${folds.length} folds`);
      const answers: Float32Array[] = [];
      for (const [i, { train, heldOut }] of folds.entries()) {
        const phase = `${name === "scratch" ? "Scratch" : "Fine-tuning"}, fold ${i + 1} of ${folds.length}`;
        answers.push(
          await stored.get(
            `${name}, fold ${i + 1}`,
            heldOut.length * labels.length,
            () => trainFold(train, phase, rowsOf(prepared.train, heldOut)),
          ),
        );
      }
      return answers;
    },
    async train() {
      const { model } = context;
      const flags = flagsFor(all.length);
      await fitHead?.(model, all);
      const training = await createTrainer(model, prepared, flags, groups, beginPhase);
      using _trainer = training.trainer;
      onState(await fit({ run, model, ...training, prepared, flags, log, interrupt }));
      mergeLora(model);
      return model;
    },
  };
}

/** The flags as a recipe trains so many rows; one that was set up by hand as it was. */
function suited(flags: TrainFlags, name: Recipe["name"], rows: number): TrainFlags {
  if (flags.byHand) return flags;
  const own = name === "fine-tune" ? { ...flags, ...FINE_TUNING } : flags;
  const stepsPerEpoch = Math.ceil(rows / own.batchSize);
  return { ...own, epochs: Math.max(own.epochs, Math.ceil(LEAST_STEPS / stepsPerEpoch)) };
}

/** Kaplan et al. 2020, section 2.1: two operations for each weight and token forward, and four back. */
function workOf(
  { epochs, batchSize, tokenDropout }: TrainFlags,
  { layers, modelSize, heads, headDim, feedForwardSize, gated }: EncoderClassifierConfig,
  { texts }: PreparedRows,
  rows: number,
): number {
  const weights = layers * modelSize * (4 * heads * headDim + (gated ? 3 : 2) * feedForwardSize);
  const meanTokens = texts.reduce((sum, { ids }) => sum + ids.length, 0) / texts.length * (1 - tokenDropout);
  return epochs * (6 * weights * rows * meanTokens + Math.ceil(rows / batchSize) * STEP_OVERHEAD);
}

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { stratifiedFolds } from "@taxon/data";
import type { ProblemType } from "@taxon/decision";
import { EncoderClassifier, encoderConfig, predictLogits } from "@taxon/model";
import { useBackend } from "@taxon/tensor";
import { frozenRecipe } from "./frozen_recipe.ts";
import { FrozenVectors } from "./frozen_vectors.ts";
import type { RecipeContext } from "./recipe.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

/** Texts of two or three tokens, told apart by the first, under an encoder that was drawn by chance. */
function context(problemType: ProblemType, labels: string[], targets: Float32Array): RecipeContext {
  const config = encoderConfig({ vocabSize: 20, modelSize: 16, layers: 1, problemType, labels });
  const rows = targets.length / (problemType === "multi_label_classification" ? labels.length : 1);
  const examples = Array.from({ length: rows }, (_, i) => {
    return { text: `text ${i}`, labels: [labels[i % labels.length]], target: i, row: i, file: "train.csv" };
  });
  const texts = examples.map((_, i) => ({ ids: [2 + i % 2, 4 + i % 7] }));
  const make = () => new EncoderClassifier(config).initialize(1);
  return {
    prepared: { config, wide: false, train: { examples, texts, targets, truncated: 0 } },
    model: make(),
    fresh: make,
    folds: stratifiedFolds(examples, { problemType, seed: 1 }),
    flags: { classWeights: "none" },
    beginPhase: () => () => {},
  } as unknown as RecipeContext;
}

async function trained(own: RecipeContext) {
  const recipe = frozenRecipe(own, new FrozenVectors(own.model, own.beginPhase));
  using model = await recipe.train();
  return {
    answers: await recipe.answers(own.folds),
    logits: await predictLogits(model, own.prepared.train.texts),
  };
}

Deno.test("frozenRecipe() answers what was held out, and its head is worth what was fitted on scaled vectors", async () => {
  const own = context(
    "single_label_classification",
    ["a", "b"],
    Float32Array.from({ length: 40 }, (_, i) => i % 2),
  );
  const { answers, logits } = await trained(own);
  const right = (logits: Float32Array, row: number, i = row) =>
    logits[2 * i + row % 2] > logits[2 * i + 1 - row % 2];
  own.folds.forEach(({ heldOut }, fold) => heldOut.forEach((row, i) => assert(right(answers[fold], row, i))));
  own.prepared.train.texts.forEach((_, row) => assert(right(logits, row)));
});

Deno.test("frozenRecipe() predicts numbers in their own unit", async () => {
  const targets = Float32Array.from({ length: 40 }, (_, i) => 1000 + 300 * (i % 2));
  const { answers, logits } = await trained(context("regression", ["score"], targets));
  logits.forEach((value, row) => assertAlmostEquals(value, targets[row], 30));
  assertEquals(answers.flatMap((part) => [...part]).length, 40);
  assert(answers.every((part) => part.every((value) => value > 900 && value < 1400)));
});

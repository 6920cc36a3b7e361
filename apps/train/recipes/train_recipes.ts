import { type EncoderClassifier, type EncoderClassifierConfig, predictLogits } from "@taxon/model";
import { calibrate } from "@taxon/app-shared";
import { readClassWeights } from "../class_weights.ts";
import { initialState, type RunState } from "../checkpoint.ts";
import { withNgrams } from "../join_ngrams.ts";
import type { PreparedRows } from "../prepare.ts";
import { type Choice, chooseRecipe, type JudgedRows } from "./choose_recipe.ts";
import { frozenRecipe } from "./frozen_recipe.ts";
import { FrozenVectors } from "./frozen_vectors.ts";
import { linearRecipe } from "./linear_recipe.ts";
import { joinArrays, type Recipe, type RecipeContext, rowsOf } from "./recipe.ts";
import type { RecipeName } from "./settle_recipe.ts";
import { StoredAnswers } from "./stored_answers.ts";
import { trainedRecipe } from "./trained_recipe.ts";

/** A trained model, and what is known of it without a test split. */
export interface Trained {
  /** Goes with the stack that was given. */
  model: EncoderClassifier;
  /** The model's, with temperature and thresholds. */
  config: EncoderClassifierConfig;
  /** Share of the encoder in the logits, where n-grams have the rest; undefined without n-grams. */
  encoderShare?: number;
  choice: Choice;
  /** The evaluation split; where there is none, training rows, each answered by a model that was trained without it. */
  judged: PreparedRows;
  /** Which of the training rows these are, where there is no evaluation split. */
  outOfFold?: Int32Array;
  /** Answers to them, [rows, labels]. */
  logits: Float32Array;
  /** What the training in steps left, if there was any. */
  state: RunState;
}

/**
 * Compares the recipes that the flags allow, and trains the one that is chosen: on all rows if they are few and recipes are
 * judged out of fold, else the model that answered the evaluation split is the one.
 *
 * @param stack Takes all models that are made.
 */
export async function trainRecipes(context: RecipeContext, stack: DisposableStack): Promise<Trained> {
  const { prepared, flags, beginPhase } = context;
  let state = initialState();
  const linear = prepared.wide ? linearRecipe(context) : undefined;
  const recipes = await recipesOf(context, linear, (trained) => state = trained);
  const models = new Map<RecipeName, EncoderClassifier>();
  async function modelOf(recipe: Recipe): Promise<EncoderClassifier> {
    const known = models.get(recipe.name);
    if (known !== undefined) return known;
    const model = await recipe.train();
    if (model !== context.model) stack.use(model);
    models.set(recipe.name, model);
    return model;
  }
  async function predict(model: EncoderClassifier, { texts }: PreparedRows): Promise<Float32Array> {
    const onProgress = beginPhase("Evaluation");
    const logits = await predictLogits(model, texts, { onBatch: (done) => onProgress(done / texts.length) });
    onProgress(1);
    return logits;
  }
  const split = prepared.eval;
  const rows: JudgedRows = split
    ? {
      parts: [split],
      outOfFold: false,
      answersOf: async (recipe) => [await predict(await modelOf(recipe), split)],
    }
    : {
      parts: context.folds.map(({ heldOut }) => rowsOf(prepared.train, heldOut)),
      outOfFold: true,
      answersOf: (recipe, parts) => recipe.answers(context.folds.slice(0, parts)),
    };
  const choice = await chooseRecipe(recipes, rows, prepared.config, flags, {
    trainRows: prepared.train.texts.length,
    classWeights: readClassWeights(flags.classWeights, prepared.config, prepared.train.targets),
    beginPhase,
  });
  const { recipe, share, answers } = choice.chosen;
  const own = await modelOf(recipes.find(({ name }) => name === recipe)!);
  const model = share === undefined || share === 1
    ? own
    : stack.use(await withNgrams(own, linear!.table(), share));
  const outOfFold = split
    ? undefined
    : Int32Array.from(context.folds.slice(0, answers.length).flatMap(({ heldOut }) => [...heldOut]));
  const judged = split ?? rowsOf(prepared.train, outOfFold!);
  const logits = split ? await predict(model, split) : joinArrays(answers);
  return {
    model,
    config: calibrate(model.config, logits, judged.targets, beginPhase("Calibration")),
    encoderShare: recipe === "linear" ? undefined : share,
    choice,
    judged,
    outOfFold,
    logits,
    state,
  };
}

/** The recipes that the flags allow, the cheapest first. */
async function recipesOf(
  context: RecipeContext,
  linear: Recipe | undefined,
  onState: (state: RunState) => void,
): Promise<Recipe[]> {
  const { flags: { recipe, from, byHand }, model, run, beginPhase } = context;
  const recipes = linear ? [linear] : [];
  if (recipe === "linear") return recipes;
  const stored = await StoredAnswers.of(run);
  if (from === undefined) return [...recipes, trainedRecipe(context, { name: "scratch", stored, onState })];
  if (byHand) return [...recipes, trainedRecipe(context, { name: "fine-tune", stored, onState })];
  const frozen = frozenRecipe(context, new FrozenVectors(model, beginPhase));
  const { fitHead } = frozen;
  const tuned = trainedRecipe(context, { name: "fine-tune", fitHead, stored, onState });
  return [...recipes, ...(recipe === "fine-tune" ? [] : [frozen]), ...(recipe === "frozen" ? [] : [tuned])];
}

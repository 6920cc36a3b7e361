import type { ProblemType } from "@taxon/decision";
import { foldNumbers } from "@taxon/data";
import { pickRows } from "@taxon/app-shared";
import type { EncoderClassifier } from "@taxon/model";
import { assign, tensor } from "@taxon/tensor";
import {
  crossValidateLinearModel,
  fitLinearModel,
  type LinearModel,
  type LinearProblem,
  type Link,
} from "@taxon/train";
import { targetWeights } from "../class_weights.ts";
import type { FrozenVectors } from "./frozen_vectors.ts";
import type { Recipe, RecipeContext } from "./recipe.ts";

const LINKS: Record<ProblemType, Link> = {
  single_label_classification: "softmax",
  multi_label_classification: "sigmoid",
  regression: "identity",
};

/** Inverse strengths of the penalty that are tried on vectors whose features have a variance of 1 in the mean. */
const STRENGTHS = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];

/** Taken where no row can be held out. */
const DEFAULT_STRENGTH = 0.03;

/** A head on the vectors of a frozen encoder. */
export interface FrozenRecipe extends Recipe {
  /** Sets the head of a model to what suits some training rows, at the strength that was best on all. */
  fitHead(model: EncoderClassifier, rows: Int32Array): Promise<void>;
}

/**
 * Regularised logistic regression, or ridge regression, on the vectors that the pretrained encoder makes of the texts:
 * an exact fit, with the strength of the penalty that cross-validation finds best.
 */
export function frozenRecipe(context: RecipeContext, vectors: FrozenVectors): FrozenRecipe {
  const { prepared: { train, config }, folds, fresh, beginPhase } = context;
  const weights = targetWeights(context.flags.classWeights, config, train.targets) ??
    new Float32Array(train.texts.length).fill(1);
  let known:
    | Promise<{ problem: LinearProblem; scaling: Scaling; c: number; logits: Float32Array }>
    | undefined;
  const crossValidated = () =>
    known ??= (async () => {
      const values = await vectors.of(train.texts);
      const scaling = scalingOf(
        values,
        config.modelSize,
        config.problemType === "regression" ? train.targets : [],
      );
      const problem = problemOf(scaled(values, scaling), train.targets, config, scaling.target);
      const onProgress = beginPhase("Frozen encoder");
      if (folds.length === 0) return { problem, scaling, c: DEFAULT_STRENGTH, logits: new Float32Array() };
      const { c, logits } = crossValidateLinearModel(
        { ...problem, weights },
        [foldNumbers(folds, train.texts.length)],
        STRENGTHS,
        { onProgress },
      );
      const { mean, deviation } = scaling.target;
      return { problem, scaling, c, logits: logits.map((value) => value * deviation + mean) };
    })();

  async function fitHead(model: EncoderClassifier, rows: Int32Array): Promise<void> {
    const { problem, scaling, c } = await crossValidated();
    const seen = new Set(rows);
    const width = weights.length / train.texts.length;
    const own = weights.map((weight, i) => seen.has(Math.floor(i / width)) ? weight : 0);
    const onProgress = beginPhase("Frozen encoder");
    setHead(model, unscaled(fitLinearModel({ ...problem, weights: own }, c, { onProgress }), scaling));
  }

  return {
    name: "frozen",
    work: () => 0, // the vectors are computed once, for all; the rest is seconds
    async answers(folds) {
      const { logits } = await crossValidated();
      return folds.map(({ heldOut }) => pickRows(logits, heldOut, config.labels.length));
    },
    async train() {
      const model = fresh(train.targets);
      await fitHead(model, Int32Array.from(train.texts.keys()));
      return model;
    },
    fitHead,
  };
}

/** How features and numbers to predict are scaled before they are fitted. */
interface Scaling {
  /** Subtracted from each feature. */
  means: Float64Array;
  /** What all features are multiplied by. */
  factor: number;
  /** Of the numbers; 0 and 1 for classes. */
  target: { mean: number; deviation: number };
}

/** Features are centred, and scaled as one: which of them vary more is something that the encoder says. */
function scalingOf(values: Float32Array, columns: number, numbers: ArrayLike<number>): Scaling {
  const rows = values.length / columns;
  const means = new Float64Array(columns);
  values.forEach((value, i) => means[i % columns] += value / rows);
  let squares = 0;
  values.forEach((value, i) => squares += (value - means[i % columns]) ** 2);
  const all = Float64Array.from(numbers);
  const mean = all.reduce((sum, value) => sum + value, 0) / (all.length || 1);
  const variance = all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (all.length || 1);
  const target = { mean, deviation: Math.sqrt(variance) || 1 };
  return { means, factor: 1 / Math.sqrt(squares / values.length || 1), target };
}

function scaled(values: Float32Array, { means, factor }: Scaling): Float32Array {
  return values.map((value, i) => (value - means[i % means.length]) * factor);
}

/** The model that gives on features as they are what this one gives on scaled ones. */
function unscaled({ weight, bias, link }: LinearModel, { means, factor, target }: Scaling): LinearModel {
  const outputs = bias.length;
  const own = weight.map((value) => value * factor * target.deviation);
  const shift = new Float64Array(outputs);
  own.forEach((value, i) => shift[i % outputs] += value * means[Math.floor(i / outputs)]);
  return {
    weight: own,
    bias: bias.map((value, k) => value * target.deviation + target.mean - shift[k]),
    link,
  };
}

function problemOf(
  values: Float32Array,
  targets: Float32Array,
  { problemType, labels, modelSize }: RecipeContext["prepared"]["config"],
  { mean, deviation }: Scaling["target"],
): LinearProblem {
  const [rows, outputs] = [values.length / modelSize, labels.length];
  let y = targets.map((value) => (value - mean) / deviation);
  if (problemType === "single_label_classification") {
    y = new Float32Array(rows * outputs);
    targets.forEach((id, row) => y[row * outputs + id] = 1);
  }
  return { x: { rows, columns: modelSize, values }, y, outputs, link: LINKS[problemType] };
}

/** Puts a linear model in the place of the last layer of the head. */
function setHead({ head }: EncoderClassifier, { weight, bias }: LinearModel): void {
  const [outputs, columns] = head.weight.shape;
  const transposed = weight.map((_, i) => weight[(i % columns) * outputs + Math.floor(i / columns)]);
  const { backend } = head.weight;
  using newWeight = tensor(transposed, [outputs, columns], { backend });
  using newBias = tensor(bias, [outputs], { backend });
  assign(head.weight, newWeight);
  assign(head.bias!, newBias);
}

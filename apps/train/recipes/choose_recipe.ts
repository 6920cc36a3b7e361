import { type BeginPhase, UsageError } from "@taxon/app-shared";
import type { ProblemType } from "@taxon/decision";
import type { EncoderClassifierConfig } from "@taxon/model";
import type { TrainFlags } from "../command.ts";
import type { PreparedRows } from "../prepare.ts";
import { type Candidate, judgeCandidate, type JudgedCandidate, pooled } from "./candidates.ts";
import type { Recipe } from "./recipe.ts";
import { type LeftOut, planWithin } from "./work_budget.ts";

/** What the recipes were compared on, and which was taken. */
export interface Choice {
  chosen: JudgedCandidate;
  /** All that were compared, the cheapest first. */
  candidates: readonly JudgedCandidate[];
  leftOut: readonly LeftOut[];
  metric: TrainFlags["metric"];
  /** How many rows all of them have answered. */
  rows: number;
  /** Whether these are training rows, each answered by a model that was trained without it. */
  outOfFold: boolean;
}

/** Losses that differ by less than this share of the smaller one are a tie: then the cheaper recipe is taken. */
const TIE = 0.01;

/** What recipes are compared on: rows in parts, each answered by models that were trained without it. */
export interface JudgedRows {
  parts: readonly PreparedRows[];
  outOfFold: boolean;
  /** Answers of a recipe to the first parts. */
  answersOf: (recipe: Recipe, parts: number) => Promise<readonly Float32Array[]>;
}

/**
 * Compares recipes, each alone and pooled with the n-grams, and takes the best; of equally good ones the cheapest.
 *
 * @param recipes The cheapest first; n-grams are pooled with where `linear` is among them.
 */
export async function chooseRecipe(
  recipes: readonly Recipe[],
  { parts, outOfFold, answersOf }: JudgedRows,
  config: EncoderClassifierConfig,
  { metric, budget, recipe: wanted, from, byHand }: TrainFlags,
  { trainRows, classWeights, beginPhase }: {
    trainRows: number;
    classWeights?: ArrayLike<number>;
    beginPhase: BeginPhase;
  },
): Promise<Choice> {
  const { planned, leftOut } = planWithin(budget, recipes, {
    parts: parts.length,
    finalTraining: outOfFold,
    rows: trainRows,
    always: (name) => name === wanted || name === "linear" || name === "frozen" || from === undefined,
  });
  const singles: Candidate[] = [];
  for (const { recipe, parts, work } of planned) {
    singles.push({ recipe: recipe.name, answers: await answersOf(recipe, parts), work });
  }
  const ngrams = singles.find(({ recipe }) => recipe === "linear");
  const trusted = from === undefined ? "n-grams" : "encoder";
  const others = singles.filter((single) => single !== ngrams);
  const pools = ngrams
    ? others.map((own) => {
      const onProgress = beginPhase("Share of n-grams");
      return pooled(own, ngrams, trusted, parts, config, { classWeights, onProgress });
    })
    : [];
  const count = Math.min(...singles.map(({ answers }) => answers.length));
  const candidates = [...singles, ...pools].toSorted((a, b) => a.work - b.work)
    .map((candidate) => judgeCandidate(candidate, parts, count, config, beginPhase("Calibration")));
  const chosen = byHand
    ? candidates.at(-1)! // with the n-grams where they are wanted: their share says how far
    : best(candidates.filter((each) => suits(each, wanted)), metric);
  return {
    chosen,
    candidates: byHand ? [chosen] : candidates,
    leftOut,
    metric,
    rows: parts.slice(0, count).reduce((sum, { texts }) => sum + texts.length, 0),
    outOfFold,
  };
}

/** Whether a candidate is of the recipe that was asked for. */
function suits({ recipe }: Candidate, wanted: TrainFlags["recipe"]): boolean {
  return wanted === "auto" || recipe === wanted;
}

/** Lower is better. */
function costOf({ loss, values }: JudgedCandidate, metric: TrainFlags["metric"]): number {
  return metric === "log_loss" ? loss : -values[metric];
}

function best(candidates: readonly JudgedCandidate[], metric: TrainFlags["metric"]): JudgedCandidate {
  const least = Math.min(...candidates.map((candidate) => costOf(candidate, metric)));
  const tie = metric === "log_loss" ? TIE * least : 0;
  return candidates.find((candidate) => costOf(candidate, metric) <= least + tie)!;
}

/** @throws {UsageError} If there is no such figure for the problem. */
export function requireMetric(metric: TrainFlags["metric"], problemType: ProblemType): void {
  const known = {
    single_label_classification: ["log_loss", "macro_f1", "accuracy", "mcc"],
    multi_label_classification: ["log_loss", "macro_f1", "accuracy"],
    regression: ["log_loss"],
  }[problemType];
  if (known.includes(metric)) return;
  throw new UsageError(
    problemType === "regression"
      ? `Cannot use --metric ${metric} for regression: it is compared by the squared error; leave the flag out`
      : `Cannot use --metric ${metric} for several labels a text: choose ${known.join(", ")}`,
  );
}

import { alignColumns, digitsOf } from "@taxon/app-shared";
import type { ProblemType } from "@taxon/decision";
import type { RecipeChoice } from "@taxon/visualization";
import { nameOf } from "./candidates.ts";
import type { Choice } from "./choose_recipe.ts";

/** Figures beside the loss that is always shown. */
const SHOWN: Record<ProblemType, readonly [string, string][]> = {
  single_label_classification: [["macro_f1", "macro F1"], ["accuracy", "accuracy"]],
  multi_label_classification: [["macro_f1", "macro F1"], ["accuracy", "accuracy"]],
  regression: [["pearson", "Pearson"], ["r2", "R²"]],
};

/** Whether there was anything to choose, or was left out. */
export function hadChoice({ candidates, leftOut }: Choice): boolean {
  return candidates.length > 1 || leftOut.length > 0;
}

/** What recipes were compared, and which was taken; all figures are of the same rows. */
export function choiceTable(
  { candidates, chosen, leftOut, metric, rows, outOfFold }: Choice,
  problemType: ProblemType,
): RecipeChoice {
  const figure = (value: number | undefined) => value?.toFixed(digitsOf(rows)) ?? "–";
  const shown = [...SHOWN[problemType], ...(metric === "mcc" ? [["mcc", "MCC"]] : [])];
  const source = outOfFold
    ? `${rows} training rows, each answered by a model that was trained without it`
    : `${rows} rows of the evaluation split`;
  const by = problemType === "regression" ? "squared error" : metric.replace("_", " ").replace("f1", "F1");
  return {
    caption: `Recipes were compared by ${by} on ${source}.`,
    head: [
      "recipe",
      problemType === "regression" ? "squared error" : "log loss",
      ...shown.map(([, name]) => name),
      "share",
    ],
    rows: candidates.map((each) => [
      nameOf(each),
      figure(each.loss),
      ...shown.map(([key]) => figure(each.values[key])),
      each.share === undefined ? "" : each.share.toFixed(2),
    ]),
    chosen: candidates.indexOf(chosen),
    notes: leftOut.map(({ recipe, minutes }) => {
      return `Left out: ${recipe}, about ${minutes.toFixed(minutes < 10 ? 1 : 0)} minutes; --budget ${
        Math.ceil(minutes + 1)
      } tries it.`;
    }),
  };
}

/** The table for a terminal; the recipe that was taken has a star. */
export function describeChoice(
  { caption, head, rows, chosen, notes }: RecipeChoice,
  columns = Infinity,
): string {
  const table = [
    head,
    ...rows.map(([name, ...figures], i) => [i === chosen ? `${name} *` : name, ...figures]),
  ];
  return [caption, "", alignColumns(table, columns), "", ...notes].join("\n").trimEnd();
}

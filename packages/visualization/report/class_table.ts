import type { ClassRow } from "./data.ts";
import { type Markup, markup } from "./markup.ts";
import { count, figure } from "./number.ts";
import { table } from "./table.ts";

/** Precision, recall and F1 of each label, with the baselines' F1 and the difference to the linear one. */
export function classTable(classes: readonly ClassRow[], simplest: string): Markup {
  const thresholds = classes.some(({ threshold }) => threshold !== undefined);
  return table(
    `Scores of each label beside the baselines' F1${
      thresholds ? "; from the threshold on, a label counts" : ""
    }`,
    [
      { head: "label", kind: "text" },
      { head: "texts", kind: "figure" },
      ...(thresholds ? [{ head: "threshold", kind: "figure" } as const] : []),
      { head: "precision", kind: "figure" },
      { head: "recall", kind: "figure" },
      { head: "F1", kind: "figure" },
      { head: "F1 linear", kind: "figure" },
      { head: `F1 ${simplest}`, kind: "figure" },
      { head: "F1 − linear", kind: "figure" },
    ],
    classes.map(({ label, support, threshold, precision, recall, f1, linearF1, simplestF1 }) => [
      label,
      count(support),
      ...(thresholds ? [figure(threshold)] : []),
      figure(precision),
      figure(recall),
      markup`<span class="meter" style="--share:${Math.round(100 * f1)}%">${figure(f1)}</span>`,
      figure(linearF1),
      figure(simplestF1),
      difference(f1 - linearF1),
    ]),
  );
}

function difference(value: number): Markup {
  const direction = value > 0 ? "gain" : value < 0 ? "loss" : "even";
  return markup`<span class="${direction}">${value > 0 ? "+" : ""}${figure(value)}</span>`;
}

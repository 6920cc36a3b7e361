import type { Calibration, Reliability } from "./data.ts";
import { type Markup, markup } from "./markup.ts";
import { count, figure, percent } from "./number.ts";
import { bar, legend, pathThrough, plot } from "./plot.ts";
import { linearScale } from "./scale.ts";
import { table } from "./table.ts";

const tenths = linearScale([0, 1], { steps: 5 }).ticks;

/** Reliability diagrams before and after the temperature, and their numbers. */
export function calibrationSection({ temperature, before, after }: Calibration): Markup {
  const key = legend([
    { className: "swatch accuracy", name: "share of right answers" },
    { className: "confidence", name: "mean confidence" },
    { className: "ideal", name: "equal" },
  ]);
  if (temperature === 1) {
    return markup`${key}<div class="pair">${reliabilityFigure("Temperature 1", after)}</div>
<details><summary>The numbers</summary>${binTable("Bins of confidence", after)}</details>`;
  }
  return markup`${key}<div class="pair">${reliabilityFigure("Before, temperature 1", before)}${
    reliabilityFigure(`After, temperature ${temperature.toFixed(2)}`, after)
  }</div>
<details><summary>The numbers</summary>${binTable("Before the temperature", before)}${
    binTable("After the temperature", after)
  }</details>`;
}

function reliabilityFigure(title: string, { ece, bins }: Reliability): Markup {
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  const filled = bins.filter((bin) => bin.count > 0);
  const largest = Math.max(...bins.map((bin) => bin.count));
  const gap = 0.004; // between bars
  const summary = `${title}: expected calibration error ${figure(ece)}. ` +
    filled.map((bin) =>
      `Of ${bin.count} predictions at ${percent(bin.meanConfidence)} confidence ${
        percent(bin.accuracy)
      } were right.`
    ).join(" ");
  return markup`<figure><figcaption><h3>${title}</h3><p>ECE <b>${figure(ece)}</b></p></figcaption>${
    plot({
      shape: "square",
      summary,
      x: { title: "", ticks: [] },
      y: { ticks: tenths },
      marks: [
        filled.map(({ lower, upper, accuracy }) => bar(lower + gap, upper - gap, accuracy, "accuracy")),
        markup`<path class="ideal" d="${pathThrough([[0, 0], [1, 1]])}"/>`,
        filled.map(({ lower, upper, meanConfidence }) =>
          markup`<path class="confidence" d="${
            pathThrough([[lower + gap, meanConfidence], [upper - gap, meanConfidence]])
          }"/>`
        ),
      ],
    })
  }${
    plot({
      shape: "strip",
      summary: `${count(total)} predictions, ${percent(largest / total)} of them in the fullest bin.`,
      x: { title: "confidence", ticks: tenths },
      y: { ticks: [{ at: 1, label: percent(largest / total) }] },
      marks: filled.map(({ lower, upper, count }) => bar(lower + gap, upper - gap, count / largest, "count")),
    })
  }</figure>`;
}

function binTable(caption: string, { bins }: Reliability): Markup {
  return table(
    caption,
    [
      { head: "confidence", kind: "text" },
      { head: "predictions", kind: "figure" },
      { head: "mean confidence", kind: "figure" },
      { head: "accuracy", kind: "figure" },
    ],
    bins.filter((bin) => bin.count > 0).map((
      { lower, upper, count: predictions, meanConfidence, accuracy },
    ) => [
      `${percent(lower)} to ${percent(upper)}`,
      count(predictions),
      percent(meanConfidence),
      percent(accuracy),
    ]),
  );
}

import { classTable } from "./class_table.ts";
import { confusionSection } from "./confusion.ts";
import { curveFigure } from "./curve.ts";
import type { MetricRow, RecipeChoice, TrainingReport } from "./data.ts";
import { dataSection } from "./data_section.ts";
import { type Content, type Markup, markup } from "./markup.ts";
import { mistakeList } from "./mistakes.ts";
import { count, figure } from "./number.ts";
import { calibrationSection } from "./reliability.ts";
import { scatterFigure } from "./scatter.ts";
import { style } from "./style.ts";
import { table } from "./table.ts";

/**
 * The report of a training run as one HTML page: no script, nothing from elsewhere, light and dark.
 *
 * @returns The text of a file.
 */
export function renderTrainingReport(report: TrainingReport): string {
  const { title, verdict, facts, split } = report;
  const sections = sectionsOf(report).filter(({ content }) => content !== undefined);
  const page = markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}: training report</title>
<style>${style}</style>
</head>
<body>
<header>
<p class="kind">Training report</p>
<h1>${title}</h1>
<p class="verdict">${verdict}</p>
<dl class="facts">${
    facts.map(({ name, value, note }) =>
      markup`<div><dt>${name}</dt><dd><b>${value}</b>${note && markup`<small>${note}</small>`}</dd></div>`
    )
  }</dl>
<nav aria-label="Sections"><ul>${
    sections.map(({ id, heading }) => markup`<li><a href="#${id}">${heading}</a></li>`)
  }</ul></nav>
</header>
<main>
${
    sections.map(({ id, heading, note, content }) =>
      markup`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${heading}</h2>
${note && markup`<p>${note}</p>\n`}${content}</section>\n`
    )
  }</main>
<footer><p>Written by Taxon at the end of the run. All results are on ${split.name}, ${
    count(split.rows)
  } texts.</p></footer>
</body>
</html>
`;
  return page.source;
}

interface Section {
  id: string;
  heading: string;
  note?: string;
  /** Undefined for a section that this kind of run does not have. */
  content: Content;
}

function sectionsOf(report: TrainingReport): Section[] {
  const { choice, charts, classes, confusion, calibration, scatter, mistakes, data, settings, split } =
    report;
  return [
    {
      id: "results",
      heading: "Results",
      note: `On ${split.name}, ${count(split.rows)} texts. Both baselines were trained on the same texts.`,
      content: markup`${metricTable(report)}${scatter && scatterFigure(scatter)}`,
    },
    {
      id: "choice",
      heading: "Choice of the recipe",
      note: choice && `${choice.caption} The one that was taken is bold.`,
      content: choice && choiceSection(choice),
    },
    { id: "labels", heading: "Labels", content: classes && classTable(classes, report.simplest) },
    { id: "confusion", heading: "Confusion matrix", content: confusion && confusionSection(confusion) },
    {
      id: "calibration",
      heading: "Calibration",
      note:
        "Where bars and lines meet the diagonal, scores can be read as probabilities. The expected calibration " +
        "error (ECE) is the mean distance between bar and line, each weighted by its predictions." +
        (calibration === undefined
          ? ""
          : ` By chance alone a calibrated model has one of about ${
            calibration.byChance.toFixed(2)
          } on so many texts. ${calibration.note}`),
      content: calibration && calibrationSection(calibration),
    },
    {
      id: "mistakes",
      heading: "Worst predictions",
      note: "Where the model was furthest from the truth; look here for wrong labels in the data first.",
      content: mistakeList(mistakes),
    },
    {
      id: "training",
      heading: "Training",
      note: noteOnTraining(report),
      content: markup`<div class="charts">${charts.map(curveFigure)}</div>`,
    },
    { id: "data", heading: "Data", content: dataSection(data) },
    {
      id: "settings",
      heading: "Settings",
      content: settings.map(({ title, settings }) =>
        markup`<h3>${title}</h3><dl class="settings">${
          settings.map(({ name, value }) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)
        }</dl>`
      ),
    },
  ];
}

function choiceSection({ head: [recipe, ...figures], rows, chosen, notes }: RecipeChoice): Markup {
  return markup`${
    table(
      "Recipes, the cheapest first",
      [{ head: recipe, kind: "text" }, ...figures.map((head) => ({ head, kind: "figure" } as const))],
      rows.map((row, i) => i === chosen ? row.map((cell) => markup`<b>${cell}</b>`) : row),
    )
  }${notes.map((note) => markup`<p>${note}</p>`)}`;
}

/** What the curves are about, where the encoder does not answer alone. */
function noteOnTraining({ encoderShare }: TrainingReport): string | undefined {
  if (encoderShare === undefined) return undefined;
  return encoderShare === 0
    ? "The curves are those of the encoder, which has no say in the answers."
    : "The curves are those of the encoder alone, before the n-grams joined it.";
}

function metricTable({ metrics, simplest }: TrainingReport): Markup {
  const best = ({ better, model, linear, simplest, simplestHasItForFree }: MetricRow) => {
    const known = [model, linear, ...(simplestHasItForFree ? [] : [simplest])]
      .filter((value) => value !== undefined);
    return better === "higher" ? Math.max(...known) : Math.min(...known);
  };
  return table(
    "Metrics; the best of a row is bold",
    [
      { head: "metric", kind: "text" },
      { head: "this model", kind: "figure" },
      { head: "linear on n-grams", kind: "figure" },
      { head: simplest, kind: "figure" },
      { head: "better is", kind: "text" },
    ],
    metrics.map((row) => {
      const cell = (value?: number) =>
        // what looks the same is equally good
        value !== undefined && figure(value) === figure(best(row))
          ? markup`<b>${figure(value)}</b>`
          : figure(value);
      const simplest = row.simplestHasItForFree ? figure(row.simplest) : cell(row.simplest);
      return [row.name, cell(row.model), cell(row.linear), simplest, row.better];
    }),
  );
}

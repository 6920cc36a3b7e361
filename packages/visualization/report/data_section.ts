import type { DataSummary } from "./data.ts";
import { lengthFigure } from "./histogram.ts";
import { type Markup, markup } from "./markup.ts";
import { count } from "./number.ts";
import { table } from "./table.ts";

/** Sizes and lengths of the splits, and what the data check found. */
export function dataSection(data: DataSummary): Markup {
  const { lengthUnit, splits, findings } = data;
  const columns = ["texts", "shortest", "median", "95 % at most", "longest", "cut"];
  const sizes = table(
    `Texts of each split and their lengths in ${lengthUnit}`,
    [{ head: "split", kind: "text" }, ...columns.map((head) => ({ head, kind: "figure" } as const))],
    splits.map(({ name, rows, truncated, lengths: { min, median, p95, max } }) => [
      name,
      ...[rows, min, median, p95, max, truncated].map(count),
    ]),
  );
  const check = findings.length === 0
    ? markup`<p>The check found no empty texts, no texts that occur twice, and no labels spelled in two ways.</p>`
    : markup`<ul class="findings">${findings.map((finding) => markup`<li>${finding}</li>`)}</ul>`;
  return markup`${sizes}<div class="charts">${
    lengthFigure(data)
  }<div><h3>Worth a look</h3>${check}</div></div>
${labelTable(data)}`;
}

function labelTable({ splits }: DataSummary): Markup | undefined {
  const labels = [...new Set(splits.flatMap(({ classCounts }) => Object.keys(classCounts)))];
  if (labels.length === 0) return undefined;
  return markup`<details><summary>Texts of each label</summary>${
    table(
      "Texts of each label",
      [
        { head: "label", kind: "text" },
        ...splits.map(({ name }) => ({ head: name, kind: "figure" } as const)),
      ],
      labels.map((label) => [label, ...splits.map(({ classCounts }) => count(classCounts[label] ?? 0))]),
    )
  }</details>`;
}

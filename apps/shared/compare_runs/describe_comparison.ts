import { alignColumns } from "../columns.ts";
import { cutEnd } from "../text_width.ts";
import { visibleLine } from "../visible.ts";
import { decidingMetric, type FlippedExample, type RunComparison } from "./compare_runs.ts";

/** Two runs on the same rows: what is compared, the table of metrics, and what it amounts to. */
export function describeComparison(comparison: RunComparison, columns = Infinity): string {
  const { first, second, rows, sha256, metrics } = comparison;
  const table = metrics.map(({ metric, first, second, difference, low, high }) => [
    metric,
    figure(first),
    figure(second),
    signed(difference),
    Number.isNaN(low) ? "–" : `${signed(low)} to ${signed(high)}`,
  ]);
  return [
    `${second} beside ${first}, ${rows} rows (sha256 ${sha256.slice(0, 12)})\n`,
    alignColumns([["", first, second, "difference", "95 % interval"], ...table], columns) + "\n",
    ...mcnemarLine(comparison),
    verdict(comparison),
  ].join("\n");
}

/** F1 of each label in both runs, the largest difference first; empty for regression. */
export function describeLabels(
  { first, second, perLabel }: RunComparison,
  columns = Infinity,
): string {
  if (perLabel === undefined) return "";
  const sorted = perLabel.toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  return alignColumns([
    ["F1 by label", first, second, "difference", "rows"],
    ...sorted.map(({ label, first, second, difference, support }) => [
      visibleLine(label),
      figure(first),
      figure(second),
      signed(difference),
      String(support),
    ]),
  ], columns);
}

/** At most `limit` rows that only one run has right, in each direction; empty for regression. */
export function describeFlips(
  { first, second, fixed, broken }: RunComparison,
  limit: number,
  columns = Infinity,
): string {
  if (fixed === undefined || broken === undefined || limit === 0) return "";
  const section = (run: string, flips: readonly FlippedExample[]) => [
    `Only ${run} is right: ${flips.length}${flips.length > limit ? `, the first ${limit}` : ""}`,
    ...flips.slice(0, limit).map(({ text, textPair, truth, first, second }) =>
      cutEnd(
        `  ${names(truth)}: ${names(first)} → ${names(second)}${columns === Infinity ? "\t" : "  "}${
          oneLine(text)
        }${textPair ? ` | ${oneLine(textPair)}` : ""}`,
        columns,
      )
    ),
  ];
  return [...section(second, fixed), ...section(first, broken)].join("\n");
}

function mcnemarLine({ first, second, mcnemar }: RunComparison): string[] {
  if (mcnemar === undefined) return [];
  const { onlySecond, onlyFirst, pValue, method } = mcnemar;
  const p = pValue < 0.0001 ? "p < 0.0001" : `p = ${pValue.toFixed(4)}`;
  return [
    `McNemar: only ${second} has ${onlySecond} rows right, only ${first} ${onlyFirst}; ${p} (${method})`,
  ];
}

/** In words, by the metric that models are chosen by. */
function verdict(comparison: RunComparison): string {
  const { first, second } = comparison;
  const { metric, difference, low, high } = decidingMetric(comparison);
  if (Number.isNaN(difference)) return `There is no ${metric} to compare: truth or answers are all the same.`;
  const points = `${Math.abs(difference).toFixed(4)} ${metric}`;
  if (low > 0) return `${second} is better than ${first} by ${points}.`;
  if (high < 0) return `${second} is worse than ${first} by ${points}.`;
  return `${second} and ${first} differ by ${points}, which may be chance: the interval holds 0.`;
}

function figure(value: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(4);
}

/** A difference with its sign, none where it looks like 0; a dash where there is no difference. */
export function signed(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "–";
  const size = Math.abs(value).toFixed(digits);
  return `${Number(size) === 0 ? "" : value < 0 ? "−" : "+"}${size}`;
}

function names(labels: readonly string[]): string {
  return labels.map(visibleLine).join(", ") || "none";
}

function oneLine(text: string): string {
  return visibleLine(text.replace(/\s+/g, " "));
}

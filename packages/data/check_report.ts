import { visibleLabel } from "./labels.ts";
import type { DataReport, DuplicateGroup, SplitSummary } from "./check.ts";
import { countFindings } from "./count_findings.ts";
import { places, plural } from "./places.ts";

const BAR_WIDTH = 30;
const SHOWN_GROUPS = 3;
const SHOWN_LABELS = 20;

/** The report as lines of plain text: a summary of each split, then what deserves a look. */
export function renderDataReport(report: DataReport): string[] {
  const findings = renderDataFindings(report);
  return [
    ...report.splits.flatMap((split) => renderSplit(split, report)),
    ...(findings.length > 0
      ? ["worth a look:", ...findings.map((line) => `  ${line}`)]
      : ["no problems found"]),
  ];
}

function renderSplit(summary: SplitSummary, { lengthUnit, maxTokens }: DataReport): string[] {
  const { split, rows, classCounts, lengths, unknownShare = 0, truncated } = summary;
  const lines = [`${split}: ${rows} rows`];
  const counts = Object.entries(classCounts).sort(([, a], [, b]) => b - a).map(([label, count]) =>
    `${label} ${count}`
  );
  if (counts.length > SHOWN_LABELS) {
    const hidden = counts.splice(SHOWN_LABELS - 1, counts.length - SHOWN_LABELS);
    counts[SHOWN_LABELS - 1] = `${hidden.length} labels between, smallest ${counts[SHOWN_LABELS - 1]}`;
  }
  if (counts.length > 0) lines.push(`  rows per label: ${counts.join(", ")}`);
  const { min, median, p95, max, buckets } = lengths;
  lines.push(
    `  ${lengthUnit} per text: shortest ${min}, median ${median}, 95 % at most ${p95}, longest ${max}`,
  );
  if (unknownShare > 0) {
    lines.push(`  not in the vocabulary: ${(100 * unknownShare).toFixed(1)} % of the tokens`);
  }
  if (truncated) {
    const share = rows === 0 ? 0 : 100 * truncated.length / rows;
    lines.push(
      `  longer than ${maxTokens} tokens, to be cut: ${plural(truncated.length, "row")} (${
        share.toFixed(1)
      } %)`,
    );
  }
  const tallest = Math.max(1, ...buckets.map(({ count }) => count));
  for (const { from, to, count } of buckets.filter(({ count }) => count > 0)) {
    const range = from === to ? `${from}` : `${from}–${to}`;
    const bar = "#".repeat(Math.ceil(BAR_WIDTH * count / tallest));
    lines.push(`  ${range.padStart(11)} ${String(count).padStart(7)} ${bar}`);
  }
  return lines;
}

/** What in the data deserves a look, a sentence each; none if all is well. */
export function renderDataFindings(report: DataReport): string[] {
  const { splits, labelVariants, duplicates } = report;
  const lines = countFindings(report);
  for (const { split, emptyTexts, missingLabels } of splits) {
    if (emptyTexts.length > 0) {
      lines.push(`${plural(emptyTexts.length, "empty text")} in ${split}: ${places(emptyTexts)}`);
    }
    if (missingLabels.length > 0) lines.push(`labels missing from ${split}: ${missingLabels.join(", ")}`);
  }
  for (const { labels } of labelVariants) {
    const spellings = labels.map(({ label, rows }) =>
      `"${visibleLabel(label)}" (${plural(rows.length, "row")}: ${places(rows)})`
    );
    lines.push(`labels that differ only by case or space: ${spellings.join(" and ")}`);
  }
  lines.push(
    ...renderDuplicates("with different labels", duplicates.filter(({ conflicting }) => conflicting)),
    ...renderDuplicates("across splits", duplicates.filter(({ acrossSplits }) => acrossSplits)),
    ...renderDuplicates(
      "within a split",
      duplicates.filter(({ rows }) => new Set(rows.map(({ split }) => split)).size < rows.length),
    ),
  );
  return lines;
}

function renderDuplicates(where: string, groups: readonly DuplicateGroup[]): string[] {
  if (groups.length === 0) return [];
  const shown = groups.slice(0, SHOWN_GROUPS).map(({ rows }) => places(rows)).join("; ");
  const rest = groups.length - SHOWN_GROUPS;
  return [
    `${plural(groups.length, "text")} repeated ${where}: ${shown}${rest > 0 ? `; and ${rest} more` : ""}`,
  ];
}

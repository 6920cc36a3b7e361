import { logitsAgree } from "./anchors.ts";
import { goalOf } from "./goals.ts";
import type { ResultLine, Surroundings } from "./systems.ts";

/** One workload on all systems that run it. */
export interface Comparison {
  workload: string;
  precision: Surroundings["precision"];
  ours: ResultLine;
  /** By the name of the system. */
  others: ReadonlyMap<string, ResultLine>;
}

/** Goals that were missed, in words. */
export function missedGoals({ workload, precision, ours, others }: Comparison): string[] {
  return [...others].flatMap(([name, line]) => {
    const goal = goalOf(precision, workload, name);
    const ratio = line.ms_median / ours.ms_median;
    return goal !== undefined && ratio < goal
      ? [`${workload}: ${ratio.toFixed(2)} times as fast as ${name}, goal ${goal}`]
      : [];
  });
}

/**
 * Refuses to compare systems that computed different things.
 *
 * @param ours Our line.
 * @param theirs The other system's; logits, or the first loss of a training, must agree.
 * @throws {Error} If they do not.
 */
export function checkAgreement(workload: string, ours: ResultLine, theirs: ResultLine): void {
  const [a, b] = theirs.losses && ours.losses
    ? [ours.losses.slice(0, 1), theirs.losses.slice(0, 1)]
    : [ours.logits0 ?? [], theirs.logits0 ?? theirs.out0 ?? []];
  if (b.length > 0 && logitsAgree(a, b)) return;
  throw new Error(
    `Cannot compare ${workload}: Taxon computed [${a}], ${theirs.system} [${b}]; use the same ANCHORS_DATA`,
  );
}

/** A Markdown table: a row for each workload and system, with medians, ratio and goal. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const rows = comparisons.flatMap(({ workload, precision, ours, others }) =>
    [...others].map(([name, line]) => [
      workload,
      show(ours.ms_median),
      ours.peak_rss_mb?.toFixed(0) ?? "",
      name,
      line.system.replace(name, "").trim(),
      show(line.ms_median),
      line.peak_rss_mb?.toFixed(0) ?? "",
      (line.ms_median / ours.ms_median).toFixed(2),
      goalOf(precision, workload, name)?.toString() ?? "",
    ])
  );
  const header = ["workload", "Taxon ms", "MB", "beside", "its fastest variant", "ms", "MB", "ratio", "goal"];
  const words = new Set(["workload", "beside", "its fastest variant"]);
  const rule = header.map((name) => words.has(name) ? "---" : "---:");
  return [header, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/**
 * The document with the table of a comparison replaced: what stands between `<!-- name -->` and `<!-- /name -->`.
 *
 * @throws {Error} If the document has no such place.
 */
export function placeTable(document: string, name: string, table: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [document.indexOf(open), document.indexOf(close)];
  if (from < 0 || to < from) {
    throw new Error(`Cannot place a table: there is no ${open} … ${close}; add both`);
  }
  return `${document.slice(0, from + open.length)}\n\n${table}\n\n${document.slice(to)}`;
}

/** Three significant digits. */
function show(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3);
}

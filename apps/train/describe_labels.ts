import type { Log } from "@taxon/app-shared";
import { type DataReport, type Dataset, visibleLabel } from "@taxon/data";

/** Says which labels were merged, or that some could be. */
export function describeLabels(
  { mergedLabels }: Pick<Dataset, "mergedLabels">,
  { labelVariants }: Pick<DataReport, "labelVariants">,
  log: Log,
): void {
  for (const { label, spellings } of mergedLabels) {
    const found = spellings.map(([spelling, rows]) => {
      return `"${visibleLabel(spelling)}" (${rows} row${rows === 1 ? "" : "s"} of train)`;
    });
    log.note(`merged labels: ${found.join(" and ")} are "${label}"`);
  }
  if (labelVariants.length > 0) {
    const variants = labelVariants.map(({ labels }) =>
      labels.map(({ label }) => `"${visibleLabel(label)}"`).join(" and ")
    );
    const shown = variants.slice(0, 3).join("; ") +
      (variants.length > 3 ? `; and ${variants.length - 3} more` : "");
    log.warn(
      `labels that differ only by case or space are classes of their own: ${shown}; --merge-labels makes them one`,
    );
  }
}

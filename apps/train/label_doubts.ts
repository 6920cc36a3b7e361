import { findTwinLabels, findUnlikelyLabels, places, plural, visibleLabel } from "@taxon/data";
import type { Results } from "./measure.ts";

/** What the model's answers to rows that it was not trained on say of the labels, a sentence each; none if all is well. */
export function labelDoubts(
  { config: { labels, problemType }, eval: { examples, scores } }: Results,
): string[] {
  if (problemType !== "single_label_classification") return [];
  const answers = {
    labels,
    truth: examples.map((example) => labels.indexOf(example.labels[0])),
    probabilities: scores,
  };
  const twins = findTwinLabels(answers).map(({ labels, confused, rows }) => {
    const [a, b] = labels.map(visibleLabel);
    return `${a} and ${b} are taken for each other in ${confused[0] + confused[1]} of ${
      rows[0] + rows[1]
    } rows: ` +
      `make them one, or label by what sets them apart`;
  });
  const unlikely = findUnlikelyLabels(answers);
  if (unlikely.length === 0) return twins;
  const [{ row, label, likely, own, other }] = unlikely;
  return [
    ...twins,
    `${plural(unlikely.length, "row")} with a label that is unlikely, look at ${
      places(unlikely.map(({ row }) => examples[row]))
    }; the first, ${examples[row].file}:${examples[row].row}, is labelled ${visibleLabel(label)} (${
      own.toFixed(2)
    }) and looks like ${visibleLabel(likely)} (${other.toFixed(2)})`,
  ];
}

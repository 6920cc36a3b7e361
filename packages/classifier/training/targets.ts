import type { ProblemType } from "@taxon/model";
import type { Example } from "@taxon/data";

/**
 * Right answers as numbers: class ids [n]; for multi-label 0 or 1, [n, labels]; for regression the values, [n].
 */
export function targetsOf(
  examples: readonly Pick<Example, "labels" | "target">[],
  labels: readonly string[],
  problemType: ProblemType,
): Float32Array {
  const ids = new Map(labels.map((label, id) => [label, id]));
  switch (problemType) {
    case "single_label_classification":
      return Float32Array.from(examples, (example) => ids.get(example.labels[0])!);
    case "multi_label_classification":
      return Float32Array.from(
        examples.flatMap((example) => labels.map((label) => example.labels.includes(label) ? 1 : 0)),
      );
    case "regression":
      return Float32Array.from(examples, (example) => example.target!);
  }
}

import type { EncoderClassifierConfig } from "@taxon/model";
import type { Example } from "@taxon/data";
import type { Mistake } from "@taxon/visualization";
import type { SplitResults } from "./measure.ts";

/**
 * The answers furthest from the truth, the worst first: for one label a text, wrong labels with the highest score; for
 * several, labels whose score lies furthest on the wrong side; for numbers, the largest errors.
 */
export function worstMistakes(
  config: EncoderClassifierConfig,
  { examples, scores }: SplitResults,
  limit = 20,
): Mistake[] {
  const width = config.labels.length;
  const found = examples.flatMap((example, row) =>
    mistakesOf(config, example, scores.subarray(row * width, (row + 1) * width)).map((mistake) => ({
      text: example.text,
      textPair: example.textPair,
      place: `${example.file}:${example.row}`,
      ...mistake,
    }))
  );
  const largest = Math.max(...found.map(({ weight }) => weight));
  const unit = config.problemType === "regression" ? largest : 1;
  return found.sort((a, b) => b.weight - a.weight).slice(0, limit)
    .map((mistake) => ({ ...mistake, weight: mistake.weight / unit }));
}

type Answer = Pick<Mistake, "predicted" | "truth" | "weight">;

function mistakesOf(config: EncoderClassifierConfig, example: Example, scores: Float64Array): Answer[] {
  const { labels, thresholds } = config;
  const at = (id: number) => `${labels[id]}, score ${scores[id].toFixed(3)}`;
  switch (config.problemType) {
    case "single_label_classification": {
      const predicted = scores.indexOf(Math.max(...scores));
      const truth = labels.indexOf(example.labels[0]);
      return predicted === truth
        ? []
        : [{ predicted: at(predicted), truth: at(truth), weight: scores[predicted] }];
    }
    case "multi_label_classification":
      return labels.flatMap((label, id) => {
        const wanted = example.labels.includes(label);
        const given = scores[id] >= (thresholds?.[id] ?? 0.5);
        if (wanted === given) return [];
        return [{
          predicted: `${given ? "" : "not "}${at(id)}`,
          truth: example.labels.join(", ") || "no label",
          weight: Math.abs(scores[id] - (wanted ? 1 : 0)),
        }];
      });
    case "regression": {
      const error = Math.abs(scores[0] - example.target!);
      return error === 0
        ? []
        : [{ predicted: scores[0].toFixed(3), truth: String(example.target), weight: error }];
    }
  }
}

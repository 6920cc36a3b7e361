import type { Explanation } from "@taxon/decision";
import { h } from "./dom.ts";

/** The result in one sentence. */
export function describeResult({ predicted, labels, scores, problemType, truncated }: Explanation): string {
  const score = scores[labels.indexOf(predicted)];
  const result = problemType === "regression"
    ? `${predicted}: ${score.toFixed(3)}`
    : `${predicted}, score ${score.toFixed(3)}`;
  return truncated ? `${result}. The text was longer than the model reads and was cut.` : result;
}

/** How much of the answer comes from n-grams, in one sentence. */
export function describeParts({ labels, predicted, logits, encoderIsSilent }: Explanation): string {
  const label = labels.indexOf(predicted);
  if (encoderIsSilent) {
    return `All of the logit of ${predicted}, ${signed(logits!.ngrams[label])}, comes from n-grams.`;
  }
  return `To the logit of ${predicted} the encoder adds ${signed(logits!.encoder[label])} and n-grams ${
    signed(logits!.ngrams[label])
  }.`;
}

const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;

/** What must be known before the attention is looked at, where it decides nothing. */
export function describeSilence({ encoderIsSilent }: Explanation): string {
  return encoderIsSilent
    ? "The encoder has no say in this model's answers: all of them come from n-grams. " +
      "Its attention and its heads are shown, but they decide nothing; see the importance of tokens."
    : "";
}

const FIRST = 8; // more labels are folded away

/** The scores of all labels, highest first, as bars and figures. */
export function scorePanel(explanation: Explanation): HTMLElement {
  const { labels, scores, problemType, logits } = explanation;
  const ranked = labels.map((label, i) => ({ label, score: scores[i] })).sort((a, b) => b.score - a.score);
  const row = ({ label, score }: { label: string; score: number }) =>
    h(
      "li",
      {},
      h("span", { class: "name" }, label),
      problemType !== "regression" &&
        h(
          "span",
          { class: "bar", "aria-hidden": "true" },
          h("span", { style: { width: `${100 * score}%` } }),
        ),
      h("span", { class: "figure" }, score.toFixed(3)),
    );
  const rest = ranked.slice(FIRST);
  return h(
    "section",
    { class: "panel", "aria-label": "Scores" },
    h("h2", {}, "Scores"),
    h("ol", { class: "scores" }, ...ranked.slice(0, FIRST).map(row)),
    logits && h("p", { class: "hint", "data-testid": "logit-parts" }, describeParts(explanation)),
    rest.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, `${rest.length} more labels`),
        h("ol", { class: "scores" }, ...rest.map(row)),
      ),
  );
}

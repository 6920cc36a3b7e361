import type { Explanation, ImportanceMethod, TokenImportance } from "@taxon/decision";
import { h } from "./dom.ts";
import { stretches } from "./importance_marks.ts";

const names: Record<ImportanceMethod, string> = {
  integrated_gradients: "Integrated gradients",
  occlusion: "Occlusion",
};

/** What the panel needs of the page. */
export interface ImportancePanelOptions {
  readonly explanation: Explanation;
  readonly method: ImportanceMethod;
  readonly busy: boolean;
  /** Absent where there is no server to ask. */
  readonly onAsk?: (method: ImportanceMethod) => void;
  readonly onMethod: (method: ImportanceMethod) => void;
}

/** The original text with what each token adds to the logit of the label. */
export function importancePanel(options: ImportancePanelOptions): HTMLElement {
  const { explanation, method, busy, onAsk, onMethod } = options;
  const known = explanation.importance ?? [];
  const shown = known.find((importance) => importance.method === method);
  const offered = onAsk ? (Object.keys(names) as ImportanceMethod[]) : known.map(({ method }) => method);
  const buttons = offered.map((name) =>
    h("button", {
      type: "button",
      "aria-pressed": String(name === method && shown !== undefined),
      "aria-disabled": busy,
      "data-testid": `importance-${name}`,
      onClick: () => known.some((importance) => importance.method === name) ? onMethod(name) : onAsk?.(name),
    }, names[name])
  );
  return h(
    "section",
    { class: "panel", "aria-label": "Token importance", "data-testid": "importance" },
    h("h2", {}, "Token importance"),
    offered.length > 0
      ? h("div", { class: "buttons", role: "group", "aria-label": "Method" }, ...buttons)
      : h("p", { class: "hint" }, "This file was written without token importance."),
    shown && markedTexts(explanation, shown),
    shown && figures(explanation, shown),
    h(
      "p",
      { class: "hint" },
      "Attention is not explanation: the lines show where heads look, not what decides. " +
        "Importance asks what each token adds to the score.",
    ),
  );
}

function markedTexts(
  { text, textPair, tokens }: Explanation,
  { values, label }: TokenImportance,
): HTMLElement {
  const largest = Math.max(1e-9, ...values.map(Math.abs));
  const paragraph = (source: string, sequence: 0 | 1) =>
    h(
      "p",
      { class: "marked", "data-testid": sequence === 0 ? "marked-text" : "marked-pair" },
      ...stretches(source, sequence, tokens, values).map(({ text, token, value }) => {
        const strength = Math.abs(value) / largest;
        if (token === null || strength < 0.03) return text;
        return h("mark", {
          class: value > 0 ? "for" : "against",
          title: `${signed(value)} ${value > 0 ? "for" : "against"} ${label}`,
          style: { "--strength": `${Math.round(75 * strength)}%` },
        }, text);
      }),
    );
  const long = text.length + (textPair?.length ?? 0) > 600;
  const region = { class: "scroll", tabindex: 0, role: "region", "aria-label": "Marked text" };
  return h("div", long ? region : {}, paragraph(text, 0), textPair !== undefined && paragraph(textPair, 1));
}

function figures({ tokens }: Explanation, importance: TokenImportance): HTMLElement {
  const { values, label, logitChange, completenessError, complete } = importance;
  const strongest = [...values.entries()].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a)).slice(0, 5);
  const special = values.reduce((sum, value, i) => tokens[i].special ? sum + value : sum, 0);
  return h(
    "div",
    {},
    h(
      "p",
      { class: "legend" },
      h("mark", { class: "for", style: { "--strength": "60%" } }, "underlined"),
      ` speaks for ${label}, `,
      h("mark", { class: "against", style: { "--strength": "60%" } }, "dashed"),
      " against it",
    ),
    h(
      "table",
      {},
      h("caption", {}, "Strongest tokens, in units of the logit"),
      h(
        "thead",
        {},
        h("tr", {}, h("th", { scope: "col" }, "Token"), h("th", { scope: "col", class: "figure" }, "Adds")),
      ),
      h(
        "tbody",
        {},
        ...strongest.map(([token, value]) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, tokens[token].text),
            h("td", { class: "figure" }, signed(value)),
          )
        ),
      ),
    ),
    h("p", { class: "hint" }, `Special tokens together: ${signed(special)}.`),
    logitChange !== undefined && completenessError !== undefined &&
      h(
        "p",
        { class: complete === false ? "hint warning" : "hint", "data-testid": "completeness" },
        `The values sum to the change of the logit, ${signed(logitChange)}, ` +
          `with an error of ${completenessError.toFixed(4)}` +
          (complete === false ? ": too large to rely on them." : "."),
      ),
  );
}

const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;

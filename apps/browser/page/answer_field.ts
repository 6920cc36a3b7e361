import { h } from "@taxon/visualization/page";
import type { EncoderClassifierConfig } from "@taxon/model";
import type { LabelledText } from "../questions.ts";

/** Where the reader says what the right answer is. */
export interface AnswerField {
  readonly element: HTMLElement;
  read(): Pick<LabelledText, "labels" | "target">;
}

/** The field that fits the model: one of its labels, any of them, or a number. */
export function answerField(
  { problemType, labels }: Pick<EncoderClassifierConfig, "problemType" | "labels">,
): AnswerField {
  switch (problemType) {
    case "single_label_classification": {
      const select = h(
        "select",
        { "data-testid": "label" },
        ...labels.map((label) => h("option", {}, label)),
      );
      return { element: named("Label", select), read: () => ({ labels: [select.value] }) };
    }
    case "multi_label_classification": {
      const boxes = labels.map((label) => h("input", { type: "checkbox", value: label }));
      const element = h(
        "fieldset",
        { class: "checks" },
        h("legend", { class: "name" }, "Labels"),
        ...boxes.map((box, i) => h("label", { class: "check" }, box, labels[i])),
      );
      const read = () => ({ labels: boxes.filter(({ checked }) => checked).map(({ value }) => value) });
      return { element, read };
    }
    case "regression": {
      const input = h("input", { type: "number", step: "any", required: true, "data-testid": "target" });
      return { element: named(labels[0], input), read: () => ({ labels: [], target: input.valueAsNumber }) };
    }
  }
}

function named(name: string, input: HTMLElement): HTMLElement {
  return h("label", { class: "field" }, h("span", { class: "name" }, name), input);
}

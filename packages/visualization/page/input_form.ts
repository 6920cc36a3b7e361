import { h } from "./dom.ts";

/** The texts that the reader wrote. */
export interface Inputs {
  readonly text: string;
  readonly textPair?: string;
}

/** The form for one text, or two that the model reads together. */
export class InputForm {
  readonly element: HTMLFormElement;
  readonly #text = h("textarea", { rows: 3, required: true, "data-testid": "input-text" });
  readonly #pair = h("textarea", { rows: 3, "data-testid": "input-pair" });
  readonly #pairField = h(
    "label",
    { class: "field pair" },
    h("span", { class: "name" }, "Text B, for pairs"),
    this.#pair,
  );
  readonly #run = h("button", { type: "submit", class: "primary", "data-testid": "run" }, "Run");
  readonly #key = h("input", { type: "password", autocomplete: "off", "data-testid": "api-key" });
  readonly #keyField = h(
    "label",
    { class: "field", hidden: true },
    h("span", { class: "name" }, "API key"),
    this.#key,
  );

  /** `canRun` is false in a file without a server: the texts are shown and cannot be changed. */
  constructor(canRun: boolean, onRun: (inputs: Inputs) => void) {
    for (const area of [this.#text, this.#pair]) area.readOnly = !canRun;
    this.#run.disabled = !canRun;
    const run = () => {
      const text = this.#text.value;
      const textPair = this.#pair.value.trim() === "" ? undefined : this.#pair.value;
      if (text.trim() !== "") onRun({ text, textPair });
    };
    this.element = h(
      "form",
      {
        class: "inputs",
        onSubmit: (event: Event) => {
          event.preventDefault();
          run();
        },
        onKeydown: (event: KeyboardEvent) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && canRun) run();
        },
      },
      h("label", { class: "field" }, h("span", { class: "name" }, "Text"), this.#text),
      this.#pairField,
      this.#keyField,
      canRun ? this.#run : h(
        "p",
        { class: "hint" },
        "A recorded analysis: this file works without a server and runs no other text.",
      ),
    );
  }

  show({ text, textPair = "" }: Inputs): void {
    this.#pairField.hidden = this.#pair.readOnly && textPair === "";
    this.#text.value = text;
    this.#pair.value = textPair;
  }

  set busy(busy: boolean) {
    this.#run.textContent = busy ? "Running…" : "Run";
    this.element.setAttribute("aria-busy", String(busy));
  }

  get apiKey(): string {
    return this.#key.value;
  }

  /** Shows the field for the key; called once the server has asked for one. */
  askForKey(): void {
    this.#keyField.hidden = false;
    this.#key.focus();
  }
}

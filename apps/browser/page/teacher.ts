import { download, h } from "@taxon/visualization/page";
import type { EncoderClassifierConfig } from "@taxon/model";
import type { LabelledText } from "../questions.ts";
import { type AnswerField, answerField } from "./answer_field.ts";
import { MODEL_FILES } from "./model_files.ts";
import type { WorkerClient } from "./worker_client.ts";

/** Where the reader labels a few texts, trains the model on them, and saves it. */
export class Teacher {
  readonly element: HTMLElement;
  readonly #examples: LabelledText[] = [];
  readonly #text = h("textarea", { rows: 2, required: true, "data-testid": "teach-text" });
  readonly #pair = h("textarea", { rows: 2, "data-testid": "teach-pair" });
  readonly #answer: AnswerField;
  readonly #list = h("ul", { class: "examples", "data-testid": "examples" });
  readonly #epochs = h("input", {
    type: "number",
    min: 1,
    max: 1000,
    value: 20,
    required: true,
    "data-testid": "epochs",
  });
  readonly #rate = h("input", {
    type: "number",
    min: 0,
    step: "any",
    value: 0.001,
    required: true,
    "data-testid": "learning-rate",
  });
  readonly #train = h("button", { type: "submit", class: "primary", "data-testid": "train" }, "Train");
  readonly #progress = h("progress", { max: 1, value: 0, hidden: true, "aria-label": "Training" });
  readonly #status = h("p", { role: "status", "data-testid": "teach-status" });

  /** @param onTrained Called when the model answers with new weights. */
  constructor(
    config: Pick<EncoderClassifierConfig, "problemType" | "labels" | "typeVocabSize">,
    readonly client: WorkerClient,
    readonly onTrained: () => void,
  ) {
    this.#answer = answerField(config);
    const field = (name: string, input: HTMLElement) =>
      h("label", { class: "field" }, h("span", { class: "name" }, name), input);
    const onSubmit = (act: () => void) => (event: Event) => {
      event.preventDefault();
      act();
    };
    this.element = h(
      "section",
      { class: "panel", "aria-label": "Teach the model" },
      h("h2", {}, "Teach it"),
      h(
        "p",
        { class: "hint" },
        "Label some texts that it gets wrong and train on them. A few texts of each label keep it from " +
          "forgetting the others; the file of the model stays as it is until you save the new one.",
      ),
      h(
        "form",
        { class: "choices", onSubmit: onSubmit(() => this.#add()) },
        field("Text", this.#text),
        config.typeVocabSize > 1 && field("Text B, for pairs", this.#pair),
        this.#answer.element,
        h("button", { type: "submit", "data-testid": "add" }, "Add"),
      ),
      this.#list,
      h(
        "form",
        { class: "choices", onSubmit: onSubmit(() => this.#run()) },
        field("Times through all texts", this.#epochs),
        field("Learning rate", this.#rate),
        this.#train,
      ),
      this.#progress,
      this.#status,
      h(
        "div",
        { class: "buttons", role: "group", "aria-label": "Save the model" },
        h("span", { class: "name" }, "Save the model, all three files in one folder:"),
        ...MODEL_FILES.map((name) =>
          h(
            "button",
            { type: "button", "data-testid": `save-${name}`, onClick: () => this.#save(name) },
            name,
          )
        ),
      ),
    );
    this.#update();
  }

  #add(): void {
    const textPair = this.#pair.value.trim() === "" ? undefined : this.#pair.value;
    this.#examples.push({ text: this.#text.value, textPair, ...this.#answer.read() });
    this.#text.value = "";
    this.#pair.value = "";
    this.#update();
    this.#text.focus();
  }

  #update(): void {
    this.#train.disabled = this.#examples.length === 0;
    this.#list.replaceChildren(...this.#examples.map((example, i) => {
      const { text, textPair, labels, target } = example;
      const answer = target ?? (labels.join(", ") || "no label");
      const remove = () => {
        this.#examples.splice(i, 1);
        this.#update();
        this.#text.focus();
      };
      const words = textPair === undefined ? text : `${text} | ${textPair}`;
      return h(
        "li",
        {},
        h("b", {}, `${answer} `),
        words,
        " ",
        h("button", { type: "button", "aria-label": `Remove: ${words}`, onClick: remove }, "Remove"),
      );
    }));
  }

  async #run(): Promise<void> {
    this.#train.disabled = true;
    this.#progress.hidden = false;
    this.#progress.value = 0;
    this.#say("Training…");
    try {
      const { step, loss } = await this.client.ask("train", {
        examples: this.#examples,
        epochs: this.#epochs.valueAsNumber,
        learningRate: this.#rate.valueAsNumber,
      }, ({ step, totalSteps }) => this.#progress.value = step / totalSteps);
      this.#say(`Trained ${step} steps, last loss ${loss.toFixed(4)}. The new model answers from now on.`);
      this.onTrained();
    } catch (error) {
      this.#say((error as Error).message, true);
    } finally {
      this.#progress.hidden = true;
      this.#update();
    }
  }

  async #save(name: typeof MODEL_FILES[number]): Promise<void> {
    try {
      const { config, tokenizer, weights } = await this.client.ask("save", null);
      const content =
        { "config.json": config, "tokenizer.json": tokenizer, "model.safetensors": weights }[name];
      download(name, new Blob([content]));
    } catch (error) {
      this.#say((error as Error).message, true);
    }
  }

  #say(text: string, failed = false): void {
    this.#status.textContent = text;
    this.#status.classList.toggle("error", failed);
  }
}

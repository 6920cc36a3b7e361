import { type Child, h } from "./dom.ts";
import { headSwatch } from "./head_swatch.ts";
import type { Theme } from "./theme.ts";
import type { ViewState } from "./view_state.ts";

/** What the controls depend on besides the state. */
export interface ControlsModel {
  readonly layers: number;
  readonly heads: number;
  /** Layers that can be shown: all where there is a server to ask. */
  readonly available: readonly number[];
  readonly isPair: boolean;
  /** Lines of a token while the reader has not chosen. */
  readonly defaultTopK: number;
  readonly theme: Theme;
}

/** The controls of a view; made anew when what they depend on changes, kept while only the state does. */
export class Controls {
  readonly element: HTMLElement;
  readonly #update: ((state: ViewState) => void)[] = [];
  #state: ViewState;

  constructor(
    readonly model: ControlsModel,
    state: ViewState,
    readonly onChange: (change: Partial<ViewState>) => void,
  ) {
    this.#state = state;
    const layers = Array.from({ length: model.layers }, (_, layer) => [String(layer), `Layer ${layer}`]);
    this.element = h(
      "div",
      { class: "controls" },
      this.#select("View", "view-select", "view", [
        ["head", "Head view"],
        ["model", "Model view"],
        ["heatmap", "Heat map"],
      ], (view) => ({ view: view as ViewState["view"] })),
      this.#select("Layer", "layer-select", "layer", layers, (layer) => ({ layer: Number(layer) })),
      this.#select("Combine heads", "head-combination", "combination", [
        ["each", "One by one"],
        ["mean", "Mean"],
        ["max", "Maximum"],
        ["rollout", "Rollout"],
      ], (combination) => ({ combination: combination as ViewState["combination"] })),
      model.isPair && this.#select("Between texts", "sentence-filter", "sentences", [
        ["all", "All"],
        ["aa", "A → A"],
        ["ab", "A → B"],
        ["ba", "B → A"],
        ["bb", "B → B"],
      ], (sentences) => ({ sentences: sentences as ViewState["sentences"] })),
      this.#threshold(),
      this.#topK(),
      h(
        "div",
        { class: "checks" },
        this.#check("Hide special tokens", "hide-special", "hideSpecial"),
        this.#check("Rows sum to 1", "renormalise", "renormalise"),
        this.#check("Merge word pieces", "merge-words", "mergeWords"),
      ),
      this.#heads(),
    );
    for (
      const layer of this.element.querySelectorAll<HTMLOptionElement>("[data-testid=layer-select] option")
    ) {
      layer.disabled = !model.available.includes(Number(layer.value));
    }
    this.update(state);
  }

  update(state: ViewState): void {
    this.#state = state;
    for (const update of this.#update) update(state);
  }

  #select(
    name: string,
    testId: string,
    key: keyof ViewState,
    options: readonly (readonly string[])[],
    read: (value: string) => Partial<ViewState>,
  ): HTMLElement {
    const select = h(
      "select",
      { "data-testid": testId, onChange: () => this.onChange(read(select.value)) },
      ...options.map(([value, label]) => h("option", { value }, label)),
    );
    this.#update.push((state) => {
      select.value = String(state[key]);
      select.disabled = key === "combination" && state.view === "model"; // which shows every head by itself
    });
    return field(name, select);
  }

  #threshold(): HTMLElement {
    const output = h("output", {});
    const input = h("input", {
      type: "range",
      min: 0,
      max: 1,
      step: 0.01,
      "data-testid": "threshold",
      onInput: () => this.onChange({ threshold: Number(input.value) }),
    });
    this.#update.push(({ threshold }) => {
      input.value = String(threshold);
      output.value = threshold.toFixed(2);
    });
    return field("Threshold", input, output);
  }

  #topK(): HTMLElement {
    const select = h(
      "select",
      { "data-testid": "top-k", onChange: () => this.onChange({ topK: Number(select.value) }) },
      ...[0, 1, 2, 3, 5, 10, 20].map((k) => h("option", { value: k }, k === 0 ? "All" : `Strongest ${k}`)),
    );
    this.#update.push(({ topK, view }) => {
      select.value = String(topK ?? this.model.defaultTopK);
      select.disabled = view === "heatmap";
    });
    return field("Lines per token", select);
  }

  #check(name: string, testId: string, key: "hideSpecial" | "renormalise" | "mergeWords"): HTMLElement {
    const input = h("input", {
      type: "checkbox",
      "data-testid": testId,
      onChange: () => this.onChange({ [key]: input.checked }),
    });
    this.#update.push((state) => input.checked = state[key]);
    return h("label", { class: "check" }, input, name);
  }

  #heads(): HTMLElement {
    const all = Array.from({ length: this.model.heads }, (_, head) => head);
    const others = (head: number) => all.filter((other) => other !== head);
    const buttons = all.map((head) =>
      h(
        "button",
        {
          type: "button",
          "data-head": head,
          "aria-label": `Head ${head}`,
          title: "Click to switch on or off, double click for this head alone",
          onClick: () => {
            const hidden = this.#state.hiddenHeads;
            this.onChange({
              hiddenHeads: hidden.includes(head)
                ? hidden.filter((other) => other !== head)
                : [...hidden, head].sort(byValue),
            });
          },
          onDblclick: () => this.onChange({ hiddenHeads: others(head) }),
        },
        headSwatch(this.model.theme, head),
        String(head),
      )
    );
    const every = h("button", { type: "button", onClick: () => this.onChange({ hiddenHeads: [] }) }, "All");
    this.#update.push(({ hiddenHeads, combination }) => {
      for (const [head, button] of buttons.entries()) {
        button.setAttribute("aria-pressed", String(!hiddenHeads.includes(head)));
        button.disabled = combination === "rollout"; // which is of all heads
      }
      every.disabled = combination === "rollout" || hiddenHeads.length === 0;
    });
    return h(
      "div",
      { class: "heads", role: "group", "aria-label": "Heads", "data-testid": "head-filter" },
      h("span", { class: "name" }, "Heads"),
      ...buttons,
      every,
    );
  }
}

const byValue = (a: number, b: number) => a - b;

function field(name: string, ...children: Child[]): HTMLElement {
  return h("label", { class: "field" }, h("span", { class: "name" }, name), ...children);
}

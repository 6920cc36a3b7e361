import type { ImportanceMethod } from "@taxon/decision";
import { attentionTable } from "./attention_table.ts";
import { h } from "./dom.ts";
import { headTable } from "./head_table.ts";
import { importancePanel } from "./importance_panel.ts";
import type { Recording } from "./recording.ts";
import { scorePanel } from "./score_panel.ts";
import type { Session } from "./session.ts";
import { shownMap, shownMaps } from "./shown_maps.ts";
import type { Theme } from "./theme.ts";
import type { ViewState } from "./view_state.ts";
import { topKOf } from "./views.ts";

/** What stands beside and below the view: scores, importance, figures of heads, and the weights as a table. */
export class Panels {
  readonly side: HTMLElement;
  readonly numbers: HTMLDetailsElement;
  readonly #scores = new Slot();
  readonly #importance = new Slot();
  readonly #heads = new Slot();
  readonly #table = new Slot({ class: "scroll", tabindex: 0, role: "region", "aria-label": "Numbers" });
  #method: ImportanceMethod = "integrated_gradients";
  #latest?: { state: ViewState; theme: Theme };

  constructor(readonly session: Session) {
    this.side = h(
      "aside",
      { class: "side", "aria-label": "Scores, importance and heads" },
      this.#scores.element,
      this.#importance.element,
      this.#heads.element,
    );
    this.numbers = h(
      "details",
      { open: true, onToggle: () => this.#latest && this.update(this.#latest.state, this.#latest.theme) },
      h("summary", {}, "Numbers as a table"),
      this.#table.element,
    );
  }

  /** Shows what the session knows; parts whose content would be the same are left alone. */
  update(state: ViewState, theme: Theme): void {
    this.#latest = { state, theme };
    const { recording, waitingFor } = this.session;
    if (!recording) return;
    const { explanation } = recording;
    const busy = waitingFor !== "";
    this.#scores.fill([recording], () => scorePanel(explanation));
    this.#importance.fill([explanation, busy, this.#method], () => this.#importancePanel(recording, busy));
    this.#heads.fill(
      [explanation, busy, state.layer, theme],
      () => this.#headPanel(recording, state, theme, busy),
    );
    if (!this.numbers.open) return;
    this.#table.fill(
      [explanation, recording.arrived.length, state, theme],
      () => table(recording, state, theme),
    );
  }

  #importancePanel({ explanation }: Recording, busy: boolean): HTMLElement {
    const { session } = this;
    const onMethod = (method: ImportanceMethod) => {
      this.#method = method;
      this.update(this.#latest!.state, this.#latest!.theme);
    };
    const onAsk = async (method: ImportanceMethod) => {
      await session.ask({ importance: [method] }, "the importance of tokens");
      onMethod(method);
    };
    const known = explanation.importance ?? [];
    const method = known.some((importance) => importance.method === this.#method)
      ? this.#method
      : known[0]?.method ?? this.#method;
    return importancePanel({ explanation, method, busy, onMethod, onAsk: session.client && onAsk });
  }

  #headPanel(
    { explanation, heads }: Recording,
    { layer }: ViewState,
    theme: Theme,
    busy: boolean,
  ): HTMLElement {
    const { client } = this.session;
    const measure = () => this.session.ask({ head_effects: true }, "each head to be switched off");
    return h(
      "section",
      { class: "panel", "aria-label": `Heads of layer ${layer}`, "data-testid": "head-statistics" },
      h("h2", {}, `Heads of layer ${layer}`),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": "Figures of heads" },
        headTable(explanation, [layer], heads, theme),
      ),
      client && !explanation.headEffects &&
        h("button", {
          type: "button",
          "aria-disabled": busy,
          "data-testid": "head-effects",
          onClick: measure,
        }, "Switch each head off and compare"),
    );
  }
}

function table(recording: Recording, state: ViewState, theme: Theme): HTMLTableElement {
  const { explanation, layers, heads } = recording;
  if (state.view === "model") {
    const all = Array.from({ length: layers }, (_, layer) => layer);
    return headTable(explanation, all, heads, theme, "attention-table");
  }
  const single = state.view === "heatmap" ? shownMap(recording, state) : undefined;
  const maps = state.view === "heatmap" ? single ? [single] : [] : shownMaps(recording, state);
  const combination = state.combination === "each" ? "mean" : state.combination;
  const { threshold, pinned } = state;
  const topK = state.view === "heatmap" ? 0 : topKOf(recording, state);
  return attentionTable(maps, { threshold, topK, pinned }, combination);
}

/** A place whose content is made anew only when what it depends on has changed; the focus survives. */
class Slot {
  readonly element: HTMLElement;
  #key: readonly unknown[] = [];

  constructor(properties: Record<string, unknown> = {}) {
    this.element = h("div", properties);
  }

  fill(key: readonly unknown[], make: () => HTMLElement): void {
    if (key.length === this.#key.length && key.every((part, i) => part === this.#key[i])) return;
    this.#key = key;
    const focused = this.element.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.testid
      : undefined;
    this.element.replaceChildren(make());
    if (focused) this.element.querySelector<HTMLElement>(`[data-testid="${focused}"]`)?.focus();
  }
}

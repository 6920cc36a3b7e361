import type { AttentionView } from "./attention_view.ts";
import { attentionCsv } from "./csv.ts";
import { h } from "./dom.ts";
import { download, pageWith } from "./exports.ts";
import type { Session } from "./session.ts";
import { mapOfHead, type ShownMap, shownMap, shownMaps } from "./shown_maps.ts";
import { type ViewState, writeHash } from "./view_state.ts";

/** Buttons that write what is seen as a file. */
export class ExportBar {
  readonly element: HTMLElement;
  readonly #layers = h(
    "select",
    { "data-testid": "export-layers" },
    h("option", { value: "all" }, "all layers seen"),
    h("option", { value: "one" }, "this layer"),
  );

  constructor(readonly session: Session, readonly view: AttentionView, readonly state: () => ViewState) {
    const button = (name: string, testId: string, onClick: () => void) =>
      h("button", { type: "button", "data-testid": testId, onClick }, name);
    this.element = h(
      "div",
      { class: "buttons", role: "group", "aria-label": "Save as" },
      button("SVG", "export-svg", () => download(this.#name("svg"), view.toSvg(), "image/svg+xml")),
      button("PNG", "export-png", async () => download(this.#name("png"), await view.toPng())),
      button("CSV", "export-csv", () => download(this.#name("csv"), this.#csv(), "text/csv")),
      button("HTML", "export-html", () => download("attention.html", this.#html(), "text/html")),
      h("label", { class: "inline" }, "with ", this.#layers),
    );
  }

  #name(extension: string): string {
    const { view, layer } = this.state();
    return `attention-${view === "model" ? "model" : `${view}-layer-${layer}`}.${extension}`;
  }

  /** This page without a server. */
  #html(): string {
    const { recording } = this.session;
    const layers = this.#layers.value === "one" ? [this.state().layer] : recording!.arrived;
    return pageWith({ explanation: recording!.withLayers(layers), view: writeHash(this.state()) });
  }

  #csv(): string {
    const recording = this.session.recording!;
    const state = this.state();
    const combination = state.combination === "each" ? "mean" : state.combination;
    if (state.view === "heatmap") {
      return attentionCsv([shownMap(recording, state)!], state.layer, combination);
    }
    if (state.view === "head") return attentionCsv(shownMaps(recording, state), state.layer, combination);
    return recording.arrived.map((layer, i) => {
      const maps: ShownMap[] = Array.from(
        { length: recording.heads },
        (_, head) => mapOfHead(recording, state, layer, head)!,
      );
      const csv = attentionCsv(maps, layer, combination);
      return i === 0 ? csv : csv.slice(csv.indexOf("\n") + 1); // one row of names is enough
    }).join("");
  }
}

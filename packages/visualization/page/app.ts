import { AttentionView } from "./attention_view.ts";
import { Controls } from "./controls.ts";
import { h } from "./dom.ts";
import type { Explainer } from "./explainer.ts";
import { ExportBar } from "./export_bar.ts";
import { InputForm } from "./input_form.ts";
import { availableLayers, fitState, missingLayer } from "./layer_loader.ts";
import type { PageData } from "./page_html.ts";
import { Panels } from "./panels.ts";
import type { Recording } from "./recording.ts";
import type { Target } from "./scene.ts";
import { FONT } from "./scene_svg.ts";
import { describeResult, describeSilence } from "./score_panel.ts";
import { Session } from "./session.ts";
import { darkTheme, lightTheme, type Theme } from "./theme.ts";
import { readHash, type ViewState, writeHash } from "./view_state.ts";
import { createView, defaultTopK } from "./views.ts";

const dark = matchMedia("(prefers-color-scheme: dark)");

/** The page: keeps the state, asks for what is missing, and draws what is there. */
export class App {
  /** The whole page; the caller places it in its document. */
  readonly element: HTMLElement;
  #state: ViewState;
  #controls?: Controls;
  #drawn?: number;
  /** Of the place for the view when it was last drawn, in pixels. */
  #width = 0;
  readonly #session: Session;
  readonly #form: InputForm;
  readonly #result = h("p", { class: "result", role: "status", "data-testid": "result" });
  readonly #silence = h("p", { class: "silence", "data-testid": "silence", hidden: true });
  readonly #welcome = h(
    "p",
    { class: "hint" },
    "Run a text to see its scores, what each attention head looks at, and what each token adds to the score.",
  );
  readonly #describe = h("p", { class: "describe", "data-testid": "described-token" });
  readonly #frame = h("p", { class: "hint", "data-testid": "frame" });
  readonly #notice = h("p", { class: "notice", hidden: true });
  readonly #controlsSlot = h("div");
  readonly #panels: Panels;
  readonly #exports: ExportBar;
  readonly #view = new AttentionView({
    onDescribe: (text) => this.#describe.textContent = text || this.#hint(),
    onChoose: (target) => this.#choose(target),
    onFrame: ({ ms, marks, surface }) => {
      const received = this.#session.bytes ? ` · ${formatBytes(this.#session.bytes)} received` : "";
      this.#frame.textContent = `${marks.toLocaleString("en")} marks (${surface}) in ${
        ms.toFixed(1)
      } ms${received}`;
    },
  });
  readonly #analysis: HTMLElement;

  /**
   * Builds the page, and shows what it was given.
   *
   * @param explainer Explains the texts that the reader writes; without one, only `explanation` is shown.
   */
  constructor({ explanation, view = "" }: Omit<PageData, "fetchUrl">, explainer?: Explainer) {
    this.#state = readHash(location.hash || view);
    this.#form = new InputForm(explainer !== undefined, (inputs) => {
      explainer!.apiKey = this.#form.apiKey;
      this.#session.run(inputs, this.#state.layer);
    });
    this.#session = new Session(explainer, () => this.#refresh(), explanation);
    this.#panels = new Panels(this.#session);
    this.#exports = new ExportBar(this.#session, this.#view, () => this.#state);
    this.#analysis = h(
      "div",
      { class: "columns", hidden: true },
      h(
        "section",
        { class: "main", "aria-label": "Attention" },
        this.#controlsSlot,
        this.#notice,
        this.#view.element,
        this.#describe,
        h("div", { class: "below" }, this.#frame, this.#exports.element),
        this.#panels.numbers,
      ),
      this.#panels.side,
    );
    this.element = h(
      "div",
      {},
      this.#form.element,
      this.#result,
      this.#silence,
      this.#welcome,
      this.#analysis,
    );
    this.#listen();
    if (explanation) this.#form.show(explanation);
    this.#refresh();
  }

  /** Explains the text that is shown once more: its model has changed. */
  runAgain(): void {
    const { recording } = this.#session;
    if (recording) this.#session.run(recording.explanation, this.#state.layer);
  }

  #listen(): void {
    dark.addEventListener("change", () => {
      this.#controls = undefined; // its swatches have the colours of the other theme
      this.#refresh();
    });
    addEventListener("hashchange", () => this.#change(readHash(location.hash)));
    addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && this.#state.pinned !== null) this.#change({ pinned: null });
    });
    new ResizeObserver(() => {
      if (this.#place.clientWidth !== this.#width) this.#draw(); // its height is the view's own doing
    }).observe(this.#place);
  }

  #change(change: Partial<ViewState>): void {
    this.#state = { ...this.#state, ...change };
    this.#session.error = undefined; // what failed before is worth another try now
    const hash = writeHash(this.#state);
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    this.#refresh();
  }

  get #place(): HTMLElement {
    return this.#view.element.parentElement!;
  }

  /** Brings all of the page up to date, and asks for the next layer that is missing. */
  #refresh(): void {
    const { recording, waitingFor, client, error } = this.#session;
    this.#form.busy = waitingFor === "the text";
    this.#showResult();
    if (!recording) return;
    this.#state = fitState(recording, this.#state, client !== undefined);
    this.#showControls(recording);
    this.#analysis.hidden = false;
    this.#welcome.hidden = true;
    this.#panels.update(this.#state, currentTheme());
    this.#draw();
    const missing = client && !waitingFor && !error ? missingLayer(recording, this.#state) : undefined;
    if (missing !== undefined) this.#session.loadLayer(missing);
  }

  #showResult(): void {
    const { error, recording, waitingFor } = this.#session;
    const text = error
      ? error.status === 401 ? "The server asks for its API key." : error.message
      : waitingFor === "the text"
      ? "Running…"
      : recording
      ? describeResult(recording.explanation)
      : "";
    const silence = recording && !error ? describeSilence(recording.explanation) : "";
    this.#silence.textContent = silence;
    this.#silence.hidden = silence === "";
    this.#result.classList.toggle("error", error !== undefined);
    if (this.#result.textContent !== text) this.#result.textContent = text; // the same again is not read out
    if (error?.status === 401) this.#form.askForKey();
  }

  #showControls(recording: Recording): void {
    const { client } = this.#session;
    const model = {
      layers: recording.layers,
      heads: recording.heads,
      available: availableLayers(recording, this.#state, client !== undefined),
      isPair: recording.explanation.textPair !== undefined,
      defaultTopK: defaultTopK(recording),
      theme: currentTheme(),
    };
    if (JSON.stringify(this.#controls?.model) === JSON.stringify(model)) {
      return this.#controls!.update(this.#state);
    }
    this.#controls = new Controls(model, this.#state, (change) => this.#change(change));
    this.#controlsSlot.replaceChildren(this.#controls.element);
  }

  /** Draws at the next frame, once however often it is called before. */
  #draw(): void {
    this.#drawn ??= requestAnimationFrame(() => {
      this.#drawn = undefined;
      const start = performance.now();
      const { recording, waitingFor } = this.#session;
      if (!recording) return;
      this.#width = this.#place.clientWidth;
      const view = createView(recording, this.#state, {
        width: Math.max(240, this.#width - 2),
        theme: currentTheme(),
        measure: measureText,
      });
      const reason = typeof view === "string" ? view : "";
      this.#view.element.hidden = reason !== "";
      const notices = [
        reason,
        waitingFor && `Waiting for ${waitingFor}…`,
        typeof view !== "string" && view.scene.omitted > 0 &&
        `The strongest lines are shown; ${view.scene.omitted.toLocaleString("en")} weaker ones are left out.`,
      ].filter(Boolean);
      this.#notice.textContent = notices.join(" ");
      this.#notice.hidden = notices.length === 0;
      if (typeof view === "string") return;
      const { pinned } = this.#state;
      const target = view.scene.targets.find(({ data }) => pinned !== null && data.tokenIndex === pinned);
      this.#view.show(view, target, start);
    });
  }

  #choose({ data }: Target): void {
    if (this.#state.view === "model") {
      const hiddenHeads = Array.from({ length: this.#session.recording!.heads }, (_, head) => head)
        .filter((head) => head !== data.head);
      return this.#change({ view: "head", layer: Number(data.layer), hiddenHeads, combination: "each" });
    }
    const index = Number(data.tokenIndex);
    this.#change({ pinned: this.#state.pinned === index ? null : index });
  }

  #hint(): string {
    if (this.#state.view === "model") return "Choose a head to open it.";
    return "Point at a token to see its attention; click or press Enter to pin it, Escape to let go.";
  }
}

function currentTheme(): Theme {
  return dark.matches ? darkTheme : lightTheme;
}

const measuring = document.createElement("canvas").getContext("2d")!;

function measureText(text: string): number {
  measuring.font = `13px ${FONT}`;
  return measuring.measureText(text).width;
}

function formatBytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

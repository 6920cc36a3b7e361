import { h, svg } from "./dom.ts";
import { roveFocus } from "./rove_focus.ts";
import { CANVAS_FROM_MARKS, type Mark, type Scene, type Target } from "./scene.ts";
import { drawMarks, encodePixels } from "./scene_canvas.ts";
import { markToSvg, sceneToSvg } from "./scene_svg.ts";

/** A scene and how it answers to pointer and focus. */
export interface View {
  readonly scene: Scene;
  /** What is drawn for the target under pointer or focus; over the scene's marks, or in their place. */
  activeMarks(target: Target): readonly Mark[];
  readonly replacesMarks: boolean;
  /** Marks and a sentence for a point between targets, such as a cell. */
  at?(x: number, y: number): { marks: readonly Mark[]; text: string } | undefined;
}

/** How long a view took to draw, and by what. */
export interface Frame {
  readonly ms: number;
  readonly marks: number;
  readonly surface: "canvas" | "SVG";
}

/** What the view tells the page. */
export interface ViewEvents {
  /** A sentence on what is pointed at; empty for nothing. */
  onDescribe(text: string): void;
  onChoose(target: Target): void;
  onFrame(frame: Frame): void;
}

/** Draws a {@linkcode View}: many marks on a canvas, few as SVG; targets are buttons laid over them. */
export class AttentionView {
  readonly element: HTMLElement = h("div", {
    class: "attention",
    "data-testid": "attention-view",
    role: "group",
  });
  readonly #canvas = h("canvas", { "aria-hidden": "true" });
  readonly #svg = svg("svg");
  readonly #base = svg("g", { role: "img" });
  readonly #active = svg("g", { "aria-hidden": "true" });
  readonly #labels = svg("g", { "aria-hidden": "true" });
  readonly #targets = h("div", { class: "targets" });
  readonly #stage = h("div", { class: "stage" }, this.#canvas, this.#svg, this.#targets);
  #view?: View;
  #pinned?: Target;
  #emphasised?: Element;
  #scrolled?: ReturnType<typeof setTimeout>;

  constructor(readonly events: ViewEvents) {
    this.#svg.append(this.#base, this.#active, this.#labels);
    this.element.append(this.#stage);
    this.element.addEventListener("scroll", () => {
      clearTimeout(this.#scrolled);
      this.#scrolled = setTimeout(() => this.#drawCanvas(), 60); // what was drawn scrolls along until then
    });
    for (const type of ["pointerover", "focusin"]) {
      this.#targets.addEventListener(type, ({ target }) => this.#activate(this.#targetOf(target)));
    }
    for (const type of ["pointerleave", "focusout"]) {
      this.#targets.addEventListener(type, () => this.#activate(undefined));
    }
    this.#targets.addEventListener("click", ({ target }) => this.#choose(this.#targetOf(target)));
    roveFocus(this.#targets);
    this.#stage.addEventListener("pointermove", (event) => this.#pointAt(event));
    this.#stage.addEventListener("pointerleave", () => this.#activate(undefined));
  }

  /** Shows a view; `pinned` is the target that stays highlighted, `start` when its making began. */
  show(view: View, pinned: Target | undefined, start: number): void {
    const { scene } = view;
    const focused = this.#targetOf(document.activeElement);
    this.#view = view;
    this.#pinned = pinned;
    this.element.setAttribute("aria-label", scene.summary);
    this.#base.setAttribute("aria-label", scene.summary);
    this.element.classList.toggle("long", scene.height > LONG);
    for (const element of [this.#stage, this.#svg]) {
      element.style.setProperty("width", `${scene.width}px`);
      element.style.setProperty("height", `${scene.height}px`);
    }
    this.#base.innerHTML = this.#usesCanvas ? "" : toSvg(scene.marks);
    this.#labels.innerHTML = scene.targets.map(({ marks }) => `<g>${toSvg(marks)}</g>`).join("");
    this.#targets.replaceChildren(...scene.targets.map(targetButton));
    this.#activate(undefined);
    this.#drawCanvas();
    if (focused) this.#refocus(focused);
    this.events.onFrame({
      ms: performance.now() - start,
      marks: scene.marks.length,
      surface: this.#usesCanvas ? "canvas" : "SVG",
    });
  }

  /** What is seen now as an SVG file. */
  toSvg(): string {
    return sceneToSvg(this.#shownScene(), this.#shownMarks(), encodePixels);
  }

  /** What is seen now as a PNG, twice as large if a canvas can be. */
  toPng(): Promise<Blob> {
    const { width, height, background, targets } = this.#shownScene();
    const scale = Math.min(2, 16_000 / Math.max(width, height)); // most browsers end at 16,384
    const canvas = h("canvas", { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
    const context = canvas.getContext("2d")!;
    context.scale(scale, scale);
    context.fillStyle = background;
    context.fillRect(0, 0, width, height);
    drawMarks(context, this.#shownMarks());
    drawMarks(context, targets.flatMap(({ marks }) => marks));
    return new Promise((resolve, reject) =>
      canvas.toBlob((blob) =>
        blob ? resolve(blob) : reject(new Error("Cannot write the PNG: the view is too large"))
      )
    );
  }

  get #usesCanvas(): boolean {
    return this.#view!.scene.marks.length > CANVAS_FROM_MARKS || this.#view!.scene.marks.some(isImage);
  }

  #shownScene(): Scene {
    if (!this.#view) throw new Error("Cannot export: nothing has been drawn yet");
    return this.#view.scene;
  }

  #shownMarks(): readonly Mark[] {
    const { scene, replacesMarks } = this.#view!;
    const active = this.#pinned ? this.#view!.activeMarks(this.#pinned) : [];
    return this.#pinned && replacesMarks ? active : [...scene.marks, ...active];
  }

  #activate(target: Target | undefined): void {
    if (!this.#view) return;
    const shown = target ?? this.#targetOf(this.#focusedInside()) ?? this.#pinned;
    const { replacesMarks } = this.#view;
    const marks = shown ? this.#view.activeMarks(shown) : [];
    const hide = replacesMarks && marks.length > 0;
    this.#active.innerHTML = toSvg(marks);
    for (const element of [this.#base, this.#canvas]) element.classList.toggle("hidden", hide);
    this.#emphasised?.classList.remove("active");
    this.#emphasised = shown && this.#labels.children[this.#view.scene.targets.indexOf(shown)];
    this.#emphasised?.classList.add("active");
    this.events.onDescribe(shown?.label ?? "");
  }

  #focusedInside(): Element | null {
    return this.#targets.contains(document.activeElement) ? document.activeElement : null;
  }

  #pointAt(event: PointerEvent): void {
    if (!this.#view?.at || this.#targetOf(event.target)) return;
    const { left, top } = this.#svg.getBoundingClientRect();
    const found = this.#view.at(event.clientX - left, event.clientY - top);
    if (!found) return this.#activate(undefined);
    this.#active.innerHTML = toSvg(found.marks);
    this.events.onDescribe(found.text);
  }

  #choose(target: Target | undefined): void {
    if (target) this.events.onChoose(target);
  }

  #targetOf(element: EventTarget | null): Target | undefined {
    const group = element instanceof Element ? element.closest(".target") : null;
    if (!group || group.parentNode !== this.#targets) return undefined;
    return this.#view?.scene.targets[[...this.#targets.children].indexOf(group)];
  }

  /** The focus goes on to the element of the same data, as the one that had it is gone. */
  #refocus(before: Target): void {
    const data = JSON.stringify(before.data);
    const index = this.#view!.scene.targets.findIndex((target) => JSON.stringify(target.data) === data);
    (this.#targets.children[index] as HTMLElement | undefined)?.focus();
  }

  /** The canvas covers what is visible and a margin, as one of 10,000 pixels and more cannot be had everywhere. */
  #drawCanvas(): void {
    const view = this.#view;
    this.#canvas.hidden = !view || !this.#usesCanvas;
    if (!view || this.#canvas.hidden) return;
    const ratio = devicePixelRatio || 1;
    const { scrollLeft: x, scrollTop, clientWidth, clientHeight } = this.element;
    const y = Math.max(0, scrollTop - MARGIN);
    const width = Math.min(clientWidth, view.scene.width - x);
    const height = Math.min(scrollTop + clientHeight + MARGIN, view.scene.height) - y;
    this.#canvas.width = Math.ceil(width * ratio);
    this.#canvas.height = Math.ceil(height * ratio);
    this.#canvas.style.setProperty("width", `${width}px`);
    this.#canvas.style.setProperty("height", `${height}px`);
    this.#canvas.style.setProperty("transform", `translate(${x}px, ${y}px)`);
    const context = this.#canvas.getContext("2d")!;
    context.scale(ratio, ratio);
    context.translate(-x, -y);
    drawMarks(context, view.scene.marks, { x, y, width, height });
  }
}

const MARGIN = 300; // pixels drawn above and below what is visible

const LONG = 1600; // higher views scroll in a window of their own, in pixels

const isImage = ({ kind }: Mark) => kind === "image";

const toSvg = (marks: readonly Mark[]) => marks.map((mark) => markToSvg(mark, encodePixels)).join("");

function targetButton({ box, name, label, data }: Target, index: number): HTMLButtonElement {
  const button = h("button", {
    type: "button",
    class: "target",
    tabindex: index === 0 ? 0 : -1,
    "aria-label": label,
    style: { left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px`, height: `${box.height}px` },
  }, name);
  for (const [key, value] of Object.entries(data)) button.dataset[key] = String(value);
  return button;
}

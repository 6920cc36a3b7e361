import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { fakeExplanation } from "./fake_explanation.ts";
import { HeadScene, type SceneOptions } from "./head_scene.ts";
import { HeatScene } from "./heat_scene.ts";
import { Recording } from "./recording.ts";
import type { Mark } from "./scene.ts";
import { shownMap, shownMaps } from "./shown_maps.ts";
import { lightTheme } from "./theme.ts";
import { initialState, type ViewState } from "./view_state.ts";
import { createView } from "./views.ts";

const recording = new Recording(fakeExplanation());
const options: SceneOptions = {
  width: 600,
  theme: lightTheme,
  measure: (text) => 7 * text.length,
  threshold: 0.5,
  topK: 0,
  description: "layer 0",
};
const lines = (marks: readonly Mark[]) => marks.filter((mark) => mark.kind === "line");
const view = (given: Partial<ViewState>, threshold = 0.5) =>
  createView(recording, { ...initialState, threshold, ...given }, options);

Deno.test("the head view draws a line for each weight from the threshold on, in the colour of its head", () => {
  const { scene } = new HeadScene(shownMaps(recording, initialState), options);
  assertEquals(lines(scene.marks).length, 2 * 5); // two heads, one strong key for each of five queries
  assertEquals(new Set(lines(scene.marks).map(({ stroke }) => stroke)).size, 2);
  for (const { opacity } of lines(scene.marks)) assertAlmostEquals(opacity, 0.6, 0.01);
  assertEquals(scene.targets.map(({ name }) => name).slice(0, 5), ["[CLS]", "a", "river", "bank", "[SEP]"]);
});

Deno.test("the lines of a token begin beside it and end beside the tokens that it attends to", () => {
  const head = new HeadScene(shownMaps(recording, { ...initialState, hiddenHeads: [0] }), options);
  const [line] = lines(head.activeMarks({ side: "query", position: 2 }));
  const middle = (position: number, side: string) => {
    const { box } = head.scene.targets.find(({ data }) => data.position === position && data.side === side)!;
    return box.y + box.height / 2;
  };
  assertEquals(line.from[1], middle(2, "query"));
  assertEquals(line.to[1], middle(3, "key")); // head 1 of layer 0 looks at the next token
});

Deno.test("a cell of the heat map says which weight it shows", () => {
  const heat = new HeatScene(shownMap(recording, { ...initialState, hiddenHeads: [1] })!, options);
  const at = (position: number, side: string) =>
    heat.scene.targets.find(({ data }) => data.position === position && data.side === side)!.box;
  const cell = heat.cellAt(at(3, "key").x + 2, at(2, "query").y + 2)!;
  assertEquals(cell, { row: 2, column: 3 });
  assertEquals(heat.describeCell(cell), "river (token 2) attends to bank (token 3) with 0.10");
  assertEquals(heat.cellAt(1, 1), undefined);
  assertEquals(heat.activeMarks(cell).length, 2);
});

Deno.test("a heat map of more cells than SVG can hold is one picture with a pixel a cell", () => {
  const units = Array.from({ length: 150 }, (_, index) => ({ ...recording.units(false)[1], index }));
  const map = { head: null, rows: units, columns: units, weights: new Float32Array(150 * 150).fill(0.25) };
  const image = new HeatScene(map, { ...options, threshold: 0 }).scene.marks.find(({ kind }) =>
    kind === "image"
  );
  assert(image?.kind === "image");
  assertEquals([image.pixels.columns, image.pixels.rows, image.pixels.rgba[3]], [150, 150, 255]);
});

Deno.test("the model view has a button for every head, also for those whose layer has not arrived", () => {
  const model = createView(new Recording(fakeExplanation({ included: [1] })), {
    ...initialState,
    view: "model",
  }, options);
  assert(typeof model !== "string");
  assertEquals(model.scene.targets.length, 4);
  assertEquals(
    model.scene.targets[3].label,
    "Open layer 1, head 1: entropy 1.20, special tokens 40 %, previous token 20 %, next token 10 %, itself 30 %",
  );
  assertEquals(model.scene.marks.filter((mark) => mark.kind === "text" && mark.text === "…").length, 2);
});

Deno.test("a view that has nothing to show says why", () => {
  assertEquals(view({ hiddenHeads: [0, 1] }), "All heads are switched off.");
  assertEquals(view({ sentences: "bb" }), "No tokens are left to show.");
  assertEquals(view({ layer: 7 }), "Loading layers…");
});

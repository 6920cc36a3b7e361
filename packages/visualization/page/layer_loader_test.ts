import { assertEquals } from "@std/assert";
import { availableLayers, fitState, missingLayer, neededLayers } from "./layer_loader.ts";
import { fakeExplanation } from "./fake_explanation.ts";
import { Recording } from "./recording.ts";
import { initialState, type ViewState } from "./view_state.ts";

const recording = (included: number[]) => new Recording(fakeExplanation({ layers: 4, heads: 2, included }));
const state = (given: Partial<ViewState>): ViewState => ({ ...initialState, ...given });

Deno.test("a view needs its layer, rollout those below as well, the model view all", () => {
  const some = recording([0, 2]);
  assertEquals(neededLayers(some, state({ layer: 2 })), [2]);
  assertEquals(neededLayers(some, state({ layer: 2, combination: "rollout" })), [0, 1, 2]);
  assertEquals(neededLayers(some, state({ layer: 2, view: "model" })), [0, 1, 2, 3]);
  assertEquals(missingLayer(some, state({ layer: 2 })), undefined);
  assertEquals(missingLayer(some, state({ layer: 2, combination: "rollout" })), 1);
});

Deno.test("a file without a server offers the layers that it holds", () => {
  assertEquals(availableLayers(recording([1, 3]), state({}), false), [1, 3]);
  assertEquals(availableLayers(recording([0, 1, 3]), state({ combination: "rollout" }), false), [0, 1]);
  assertEquals(availableLayers(recording([1]), state({}), true), [0, 1, 2, 3]);
});

Deno.test("fitState() brings a state from an address to what is there", () => {
  const given = state({ layer: 9, hiddenHeads: [1, 7], pinned: 400, sentences: "ab" });
  const fitting = fitState(recording([1, 3]), given, false);
  assertEquals(fitting, state({ layer: 1, hiddenHeads: [1] }));
  assertEquals(fitState(recording([3]), state({ combination: "rollout" }), false), state({ layer: 3 }));
});

import { assertEquals } from "@std/assert";
import { initialState, readHash, type ViewState, writeHash } from "./view_state.ts";

Deno.test("the address of an untouched page has no hash", () => assertEquals(writeHash(initialState), ""));

Deno.test("every choice comes back from the hash", () => {
  const state: ViewState = {
    view: "heatmap",
    layer: 5,
    hiddenHeads: [0, 11],
    combination: "rollout",
    threshold: 0.25,
    topK: 0,
    hideSpecial: true,
    renormalise: true,
    sentences: "ba",
    mergeWords: true,
    pinned: 0,
  };
  assertEquals(readHash(`#${writeHash(state)}`), state);
  assertEquals(readHash(writeHash(initialState)), initialState);
});

Deno.test("nonsense in the hash changes nothing", () => {
  const hash =
    "#view=3d&layer=-1&hiddenHeads=1,x&threshold=7&topK=NaN&sentences=cc&pinned=1e9&__proto__=1&x=y";
  assertEquals(readHash(hash), initialState);
  assertEquals(readHash("#%E0%A4%A"), initialState);
});

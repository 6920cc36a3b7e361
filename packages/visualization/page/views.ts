import type { View } from "./attention_view.ts";
import { HeadScene, type SceneOptions } from "./head_scene.ts";
import { HeatScene } from "./heat_scene.ts";
import { modelScene } from "./model_scene.ts";
import type { Recording } from "./recording.ts";
import type { Mark, Target } from "./scene.ts";
import { describeMaps, mapOfHead, shownMap, shownMaps, visibleHeads } from "./shown_maps.ts";
import type { Side } from "./token_labels.ts";
import type { ViewState } from "./view_state.ts";

/** A view that cannot be drawn says why. */
export type ViewOrReason = View | string;

/** The view that the state asks for. */
export function createView(
  recording: Recording,
  state: ViewState,
  options: Pick<SceneOptions, "width" | "theme" | "measure">,
): ViewOrReason {
  const sceneOptions: SceneOptions = {
    ...options,
    threshold: state.threshold,
    topK: topKOf(recording, state),
    description: describeMaps(recording, state),
  };
  if (state.view === "model") return modelView(recording, state, sceneOptions);
  if (state.combination !== "rollout" && visibleHeads(recording, state).length === 0) {
    return "All heads are switched off.";
  }
  if (state.view === "heatmap") {
    const map = shownMap(recording, state);
    if (!map) return "Loading layers…";
    if (map.weights.length === 0) return "No tokens are left to show.";
    const combination = state.combination === "each" ? "mean" : state.combination;
    const single = map.head !== null;
    return heatView(
      new HeatScene(map, {
        ...sceneOptions,
        description: single ? sceneOptions.description : describeMaps(recording, { ...state, combination }),
      }),
    );
  }
  const maps = shownMaps(recording, state);
  if (maps.length === 0) return "Loading layers…";
  if (maps[0].weights.length === 0) return "No tokens are left to show.";
  const scene = new HeadScene(maps, sceneOptions);
  return {
    scene: scene.scene,
    replacesMarks: true,
    activeMarks: (target) => scene.activeMarks(activeToken(target)),
  };
}

/** Lines of a token where the reader has not chosen: all while an eye can follow them, else the strongest. */
export function defaultTopK({ heads, explanation }: Recording): number {
  return heads * explanation.tokens.length ** 2 <= 1_000 ? 0 : 3;
}

/** Lines of a token, for all views. */
export function topKOf(recording: Recording, state: ViewState): number {
  return state.topK ?? defaultTopK(recording);
}

function heatView(heat: HeatScene): View {
  return {
    scene: heat.scene,
    replacesMarks: false,
    activeMarks: (target) => heat.activeMarks(activeToken(target)),
    at(x, y) {
      const cell = heat.cellAt(x, y);
      return cell && { marks: heat.activeMarks(cell), text: heat.describeCell(cell) };
    },
  };
}

function modelView(recording: Recording, state: ViewState, options: SceneOptions): View {
  const scene = modelScene({
    layers: recording.layers,
    heads: recording.heads,
    statistics: recording.explanation.statistics,
    hiddenHeads: state.hiddenHeads,
    map: (layer, head) => mapOfHead(recording, state, layer, head),
  }, options);
  const frame = ({ box }: Target): Mark[] => [
    { kind: "rect", ...box, fill: "none", stroke: options.theme.text, radius: 4 },
  ];
  return { scene, replacesMarks: false, activeMarks: frame };
}

function activeToken({ data }: Target) {
  return { side: data.side as Side, position: Number(data.position) };
}

import type { Recording } from "./recording.ts";
import type { ViewState } from "./view_state.ts";

/** Layers that a view needs. */
export function neededLayers({ layers }: Recording, { view, layer, combination }: ViewState): number[] {
  const upTo = (count: number) => Array.from({ length: count }, (_, l) => l);
  if (view === "model") return upTo(layers);
  return combination === "rollout" ? upTo(layer + 1) : [layer];
}

/** The first layer that a view still misses. */
export function missingLayer(recording: Recording, state: ViewState): number | undefined {
  const arrived = new Set(recording.arrived);
  return neededLayers(recording, state).find((layer) => !arrived.has(layer));
}

/** Layers that the reader may choose: with a server all of them, else those for which the view has what it needs. */
export function availableLayers(recording: Recording, state: ViewState, online: boolean): number[] {
  const all = Array.from({ length: recording.layers }, (_, layer) => layer);
  if (online) return all;
  return all.filter((layer) => missingLayer(recording, { ...state, view: "head", layer }) === undefined);
}

/** A state that the recording can show: layer, heads and token exist. */
export function fitState(recording: Recording, state: ViewState, online: boolean): ViewState {
  const tokens = recording.explanation.tokens.length;
  const isPair = recording.explanation.textPair !== undefined;
  const fitting: ViewState = {
    ...state,
    hiddenHeads: state.hiddenHeads.filter((head) => head < recording.heads),
    pinned: state.pinned !== null && state.pinned < tokens ? state.pinned : null,
    sentences: isPair ? state.sentences : "all",
  };
  const available = availableLayers(recording, fitting, online);
  if (available.length === 0) return fitState(recording, { ...fitting, combination: "each" }, online);
  return available.includes(fitting.layer) ? fitting : { ...fitting, layer: available[0] };
}

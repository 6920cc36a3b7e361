import { headMap, maxOfHeads, meanOfHeads, type SquareMap } from "./combine_heads.ts";
import type { Recording } from "./recording.ts";
import { filterUnits, selectUnits, type UnitMap } from "./select_units.ts";
import type { ViewState } from "./view_state.ts";

/** A map with the head that it shows; null where it stands for several. */
export interface ShownMap extends UnitMap {
  readonly head: number | null;
}

/** Heads that are switched on. */
export function visibleHeads({ heads }: Recording, { hiddenHeads }: ViewState): number[] {
  return Array.from({ length: heads }, (_, head) => head).filter((head) => !hiddenHeads.includes(head));
}

/** The maps that the head view shows; empty while layers are missing or all heads are off. */
export function shownMaps(recording: Recording, state: ViewState): ShownMap[] {
  if (state.combination === "rollout") {
    const map = recording.rollout(state.layer);
    return map ? [toShown(recording, state, map, null)] : [];
  }
  const layer = recording.layer(state.layer);
  const heads = visibleHeads(recording, state);
  if (!layer || heads.length === 0) return [];
  if (state.combination === "each") {
    return heads.map((head) => toShown(recording, state, headMap(layer, head), head));
  }
  const combine = state.combination === "mean" ? meanOfHeads : maxOfHeads;
  return [toShown(recording, state, combine(layer, heads), null)];
}

/** The one map of the heat map view: heads that are shown one by one elsewhere are averaged here. */
export function shownMap(recording: Recording, state: ViewState): ShownMap | undefined {
  const maps = shownMaps(recording, state);
  if (maps.length <= 1) return maps[0];
  return shownMaps(recording, { ...state, combination: "mean" })[0];
}

/** The map of one head, filtered as the others are. */
export function mapOfHead(
  recording: Recording,
  state: ViewState,
  layer: number,
  head: number,
): ShownMap | undefined {
  const attention = recording.layer(layer);
  return attention && toShown(recording, state, headMap(attention, head), head);
}

function toShown(
  recording: Recording,
  state: ViewState,
  map: SquareMap,
  head: number | null,
): ShownMap {
  const sides = filterUnits(recording.units(state.mergeWords), state);
  const { tokens } = recording.explanation.attention;
  return { head, ...selectUnits(map, sides, tokens, state.renormalise) };
}

/** The name of what the maps show, for captions. */
export function describeMaps(recording: Recording, state: ViewState): string {
  const heads = visibleHeads(recording, state);
  const names = heads.length === recording.heads
    ? "all heads"
    : `head${heads.length === 1 ? "" : "s"} ${heads.join(", ")}`;
  switch (state.combination) {
    case "each":
      return `layer ${state.layer}, ${names}`;
    case "mean":
      return `layer ${state.layer}, mean of ${names}`;
    case "max":
      return `layer ${state.layer}, maximum of ${names}`;
    case "rollout":
      return `rollout of layers 0 to ${state.layer}`;
  }
}

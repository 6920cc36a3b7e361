import type { SentenceFilter } from "./select_units.ts";

/** The three ways to look at attention. */
export type ViewName = "head" | "model" | "heatmap";

/** Whether heads are shown one by one, or as one map. */
export type HeadCombination = "each" | "mean" | "max" | "rollout";

/** All that the reader can choose; the texts are not part of it, so that a link gives none of them away. */
export interface ViewState {
  readonly view: ViewName;
  readonly layer: number;
  /** Heads switched off. */
  readonly hiddenHeads: readonly number[];
  readonly combination: HeadCombination;
  /** Least weight of a line, 0 to 1. */
  readonly threshold: number;
  /** Most lines of a token and head, 0 for all; null until the reader chooses, so that long texts begin with few. */
  readonly topK: number | null;
  readonly hideSpecial: boolean;
  readonly renormalise: boolean;
  readonly sentences: SentenceFilter;
  readonly mergeWords: boolean;
  /** Index of the token that stays highlighted. */
  readonly pinned: number | null;
}

/** What a reader sees first. */
export const initialState: ViewState = {
  view: "head",
  layer: 0,
  hiddenHeads: [],
  combination: "each",
  threshold: 0,
  topK: null,
  hideSpecial: false,
  renormalise: false,
  sentences: "all",
  mergeWords: false,
  pinned: null,
};

const choices = {
  view: ["head", "model", "heatmap"],
  combination: ["each", "mean", "max", "rollout"],
  sentences: ["all", "aa", "ab", "ba", "bb"],
} as const;

/** The state as the part of an address behind `#`: what differs from the beginning. */
export function writeHash(state: ViewState): string {
  const parameters = new URLSearchParams();
  for (const key of Object.keys(initialState) as (keyof ViewState)[]) {
    const value = state[key];
    const text = String(value ?? "");
    if (text !== String(initialState[key] ?? "")) parameters.set(key, text);
  }
  return parameters.toString().replaceAll("%2C", ",");
}

/** Reads what {@linkcode writeHash} wrote; whatever does not parse stays as it is at the beginning. */
export function readHash(hash: string): ViewState {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const state: Record<string, unknown> = { ...initialState };
  for (const key of Object.keys(initialState) as (keyof ViewState)[]) {
    const text = parameters.get(key);
    const value = text === null ? undefined : parse(key, text);
    if (value !== undefined) state[key] = value;
  }
  return state as unknown as ViewState;
}

function parse(key: keyof ViewState, text: string): unknown {
  switch (key) {
    case "view":
    case "combination":
    case "sentences":
      return choices[key].find((choice) => choice === text);
    case "hiddenHeads":
      return /^\d{1,4}(,\d{1,4})*$/.test(text) ? text.split(",").map(Number) : undefined;
    case "hideSpecial":
    case "renormalise":
    case "mergeWords":
      return text === "true";
    case "threshold": {
      const value = Number(text);
      return value >= 0 && value <= 1 ? value : undefined;
    }
    case "layer":
    case "topK":
    case "pinned":
      return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
  }
}

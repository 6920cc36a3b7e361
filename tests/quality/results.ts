import type { Cell } from "./cells.ts";
import { type SetName, SETS, type Size, SIZES } from "./sets.ts";

/** What is measured of a system. */
export const MEASURES = ["accuracy", "macroF1", "ece", "logLoss", "seconds"] as const;
type Measure = typeof MEASURES[number];

/** A system at one size of one set: means over the seeds. */
export interface SystemAt extends Record<Measure, number> {
  system: string;
  set: SetName;
  size: Size;
  seeds: number;
  /** Accuracy that the best system there has more. */
  regret: number;
}

/** Means over the seeds, ordered by set, size and system. */
export function overSeeds(cells: readonly Cell[]): SystemAt[] {
  const places = SETS.flatMap((set) =>
    SIZES.map((size) => cells.filter((c) => c.set === set && c.size === size))
  );
  return places.flatMap((place) => {
    const found = [...Map.groupBy(place, ({ system }) => system)].map(([system, own]) => ({
      system,
      set: own[0].set,
      size: own[0].size,
      seeds: own.length,
      ...meansOf(own),
    }));
    const best = Math.max(...found.map(({ accuracy }) => accuracy));
    return found.map((at) => ({ ...at, regret: best - at.accuracy }));
  });
}

/** The mean of each measure. */
export function meansOf(items: readonly Record<Measure, number>[]): Record<Measure, number> {
  const means = MEASURES.map((measure) => [measure, mean(items.map((item) => item[measure]))]);
  return Object.fromEntries(means) as Record<Measure, number>;
}

/** NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `trec 8`. */
export function placeOf({ set, size }: Pick<SystemAt, "set" | "size">): string {
  return `${set} ${size}`;
}

import { mean, placeOf, type SystemAt } from "./results.ts";
import type { SetName, Size } from "./sets.ts";

/** Systems that the default recipe is measured beside. */
const RIVALS = ["tfidf", "frozen", "setfit", "pytorch"];
/** Macro-F1 of `train` on all rows of the embedded data before it chose its recipe, mean of seeds 1 and 2. */
const EMBEDDED_BEFORE = 0.814;

/** A promise about quality: a value that is at least or at most a limit. */
export interface Bound {
  name: string;
  limit: number;
  sense: "at least" | "at most";
  /** Undefined if cells are missing that it is about. */
  value: number | undefined;
  /** Where it is worst, for a bound on each cell. */
  place?: string;
}

/** Whether a bound is kept; a hair of rounding does not break it. */
export function isMet({ value, limit, sense }: Bound): boolean {
  return value !== undefined && (sense === "at least" ? value >= limit - 1e-9 : value <= limit + 1e-9);
}

/** All promises with what was measured. Means are over the cells that both sides have. */
export function checkBounds(results: readonly SystemAt[]): Bound[] {
  const quality = results.filter(({ set }) => set !== "r8-long");
  const few = quality.filter(({ size }) => size !== "all");
  const ours = few.filter(({ system }) => system === "taxon-from");
  const largest = ours.toSorted((a, b) => b.regret - a.regret).at(0);
  const at = (system: string, set: SetName, size: Size) =>
    results.find((one) => one.system === system && one.set === set && one.size === size);
  const ratio = (a: SystemAt | undefined, b: SystemAt | undefined) => a && b && a.seconds / b.seconds;
  const less = (a: SystemAt | undefined, b: SystemAt | undefined) => a && b && a.accuracy - b.accuracy;
  const ofFew = (name: string, of: (at: SystemAt) => number, limit: number): Bound => {
    return { name: `${name}, taxon-from`, value: meanOf(ours.map(of)), sense: "at most", limit };
  };
  const accuracy = (set: SetName, size: Size, limit: number): Bound => {
    const value = at("taxon-from", set, size)?.accuracy;
    return { name: `accuracy, ${set} ${size}, taxon-from`, value, sense: "at least", limit };
  };
  const [fromAll, tunedAll] = [at("taxon-from", "trec", "all"), at("taxon-fine-tune", "trec", "all")];

  return [
    ...RIVALS.map((rival): Bound => ({
      name: `accuracy, taxon-from less ${rival}`,
      value: meanOf(pairs(few, "taxon-from", rival).map(([a, b]) => a.accuracy - b.accuracy)),
      sense: "at least",
      limit: 0,
    })),
    ofFew("mean regret", ({ regret }) => regret, 0.02),
    {
      name: "regret in each cell, taxon-from",
      value: largest?.regret,
      place: largest && placeOf(largest),
      sense: "at most",
      limit: 0.05,
    },
    accuracy("trec", "8", 0.72),
    accuracy("banking77", "8", 0.93),
    accuracy("trec", "64", 0.9),
    ofFew("mean ECE", ({ ece }) => ece, 0.1),
    ...RIVALS.map((rival): Bound => ({
      name: `log loss, taxon-from less ${rival}`,
      value: meanOf(pairs(few, "taxon-from", rival).map(([a, b]) => a.logLoss - b.logLoss)),
      sense: "at most",
      limit: 0,
    })),
    ...["taxon", "taxon-from"].flatMap((system): Bound[] => {
      const gains = pairs(quality, system, "taxon-linear")
        .map(([a, b]): [number, SystemAt] => [a.accuracy - b.accuracy, a]);
      const name = `accuracy, ${system} less taxon-linear`;
      return [
        { name, value: meanOf(gains.map(([gain]) => gain)), sense: "at least", limit: 0 },
        { ...worst(gains), name: `${name}, in each cell`, limit: -0.02 },
      ];
    }),
    ...([["taxon-from", 0.86], ["taxon", EMBEDDED_BEFORE]] as const).map(([system, limit]): Bound => ({
      name: `macro-F1, embedded all, ${system}`,
      value: at(system, "embedded", "all")?.macroF1,
      sense: "at least",
      limit,
    })),
    {
      name: "accuracy, trec all, taxon-from less taxon-fine-tune",
      value: less(fromAll, tunedAll),
      sense: "at least",
      limit: -0.005,
    },
    { name: "… and its time, a multiple", value: ratio(fromAll, tunedAll), sense: "at most", limit: 1.5 },
    {
      name: "time, r8-long, taxon-linear, multiple of tfidf",
      value: ratio(at("taxon-linear", "r8-long", "all"), at("tfidf", "r8-long", "all")),
      sense: "at most",
      limit: 3,
    },
  ];
}

/** A line for each bound of which something is measured: met or missed. */
export function describeBounds(results: readonly SystemAt[]): string {
  const bounds = checkBounds(results);
  const measured = bounds.filter(({ value }) => value !== undefined);
  const lines = measured.map((bound) => {
    const { name, value, sense, limit, place } = bound;
    const where = place ? ` (${place})` : "";
    return `${isMet(bound) ? "met   " : "missed"}  ${name}: ${value!.toFixed(3)}${where}, ${sense} ${limit}`;
  });
  return [...lines, `${measured.length} of ${bounds.length} bounds are measured`].join("\n");
}

/** Where both systems are measured. */
function pairs(results: readonly SystemAt[], one: string, other: string): [SystemAt, SystemAt][] {
  return results.filter(({ system }) => system === one).flatMap((a): [SystemAt, SystemAt][] => {
    const b = results.find(({ system, set, size }) => system === other && set === a.set && size === a.size);
    return b ? [[a, b]] : [];
  });
}

function worst(values: readonly [number, SystemAt][]): Pick<Bound, "value" | "sense" | "place"> {
  const [least] = values.toSorted(([a], [b]) => a - b);
  return { value: least?.[0], sense: "at least", place: least && placeOf(least[1]) };
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length > 0 ? mean(values) : undefined;
}

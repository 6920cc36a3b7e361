import type { SquareMap } from "./combine_heads.ts";
import type { Unit } from "./units.ts";

/** Which text attends to which, for pairs: `ab` is from the first to the second. */
export type SentenceFilter = "all" | "aa" | "ab" | "ba" | "bb";

/** A map between the units shown, [rows (queries), columns (keys)], row-major. */
export interface UnitMap {
  readonly rows: readonly Unit[];
  readonly columns: readonly Unit[];
  readonly weights: Float32Array;
}

/** What {@linkcode selectUnits} leaves out, and whether rows then sum to 1 again. */
export interface UnitFilter {
  readonly sentences: SentenceFilter;
  readonly hideSpecial: boolean;
  readonly renormalise: boolean;
}

/** The units on either side that a filter lets through. */
export function filterUnits(
  units: readonly Unit[],
  { sentences, hideSpecial }: UnitFilter,
): Pick<UnitMap, "rows" | "columns"> {
  const seen = hideSpecial ? units.filter(({ special }) => !special) : units;
  if (sentences === "all") return { rows: seen, columns: seen };
  const [from, to] = Array.from(sentences, (letter) => letter === "a" ? 0 : 1);
  return {
    rows: seen.filter(({ sequence }) => sequence === from),
    columns: seen.filter(({ sequence }) => sequence === to),
  };
}

/** Weights between units: summed over the tokens that are attended to, averaged over those that attend. */
export function selectUnits(
  map: SquareMap,
  { rows, columns }: Pick<UnitMap, "rows" | "columns">,
  tokens: number,
  renormalise: boolean,
): UnitMap {
  const weights = new Float32Array(rows.length * columns.length);
  for (const [r, { tokens: queries }] of rows.entries()) {
    let rowSum = 0;
    for (const [c, { tokens: keys }] of columns.entries()) {
      let sum = 0;
      for (const query of queries) for (const key of keys) sum += map[query * tokens + key];
      weights[r * columns.length + c] = sum / queries.length;
      rowSum += sum / queries.length;
    }
    if (!renormalise || rowSum <= 0) continue;
    for (let c = 0; c < columns.length; c++) weights[r * columns.length + c] /= rowSum;
  }
  return { rows, columns, weights };
}

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
  const width = columns.length;
  if (rows.length === tokens && width === tokens && !renormalise) return { rows, columns, weights: map };
  const columnOf = new Int32Array(tokens).fill(-1);
  for (let c = 0; c < width; c++) for (const key of columns[c].tokens) columnOf[key] = c;
  const weights = new Float32Array(rows.length * width);
  for (let r = 0; r < rows.length; r++) {
    const row = weights.subarray(r * width, (r + 1) * width);
    const queries = rows[r].tokens;
    for (const query of queries) {
      for (let key = 0; key < tokens; key++) {
        const column = columnOf[key];
        if (column >= 0) row[column] += map[query * tokens + key] / queries.length;
      }
    }
    if (renormalise) normalise(row);
  }
  return { rows, columns, weights };
}

function normalise(row: Float32Array): void {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i];
  if (sum > 0) { for (let i = 0; i < row.length; i++) row[i] /= sum; }
}

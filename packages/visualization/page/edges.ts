import type { UnitMap } from "./select_units.ts";

/** A line of the head view: positions among rows and columns, and the weight. */
export interface Edge {
  readonly row: number;
  readonly column: number;
  readonly weight: number;
}

/** Which weights become lines. */
export interface EdgeFilter {
  /** Least weight shown, 0 to 1. */
  readonly threshold: number;
  /** Most lines of a row, strongest first; 0 for all. */
  readonly topK: number;
}

/** The weights of a map that pass the filter, weakest first so that strong lines are drawn over weak ones. */
export function selectEdges({ rows, columns, weights }: UnitMap, { threshold, topK }: EdgeFilter): Edge[] {
  const width = columns.length;
  const least = Math.max(threshold, INVISIBLE);
  const edges: Edge[] = [];
  for (let row = 0; row < rows.length; row++) {
    const ofRow: Edge[] = [];
    for (let column = 0; column < width; column++) {
      const weight = weights[row * width + column];
      if (weight >= least) ofRow.push({ row, column, weight });
    }
    if (topK > 0 && ofRow.length > topK) {
      ofRow.sort((a, b) => b.weight - a.weight);
      ofRow.length = topK;
    }
    for (const edge of ofRow) edges.push(edge);
  }
  return edges.sort((a, b) => a.weight - b.weight);
}

const INVISIBLE = 0.002; // a line this faint changes no pixel

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

/** Lines, and how many were left out because there are more than can be drawn. */
export interface Edges {
  /** Weakest first, so that strong lines are drawn over weak ones. */
  readonly edges: Edge[];
  readonly omitted: number;
}

const INVISIBLE = 0.002; // a line this faint changes no pixel

/**
 * The weights of a map that pass the filter.
 *
 * @param most Lines at most, strongest first.
 */
export function selectEdges(map: UnitMap, filter: EdgeFilter, most = Infinity): Edges {
  const { columns, weights } = map;
  const passed = passing(map, filter);
  const cut = passed.length > most ? nthLargest(passed.map((at) => weights[at]), most) : 0;
  const edges = Array.from(passed.filter((at) => weights[at] >= cut), (at): Edge => ({
    row: Math.floor(at / columns.length),
    column: at % columns.length,
    weight: weights[at],
  })).sort((a, b) => a.weight - b.weight);
  const kept = edges.slice(Math.max(0, edges.length - most)); // equal weights may be more than fit
  return { edges: kept, omitted: passed.length - kept.length };
}

/** Where in the weights those lie that pass; numbers in arrays, as long texts have millions of them. */
function passing({ rows, columns, weights }: UnitMap, { threshold, topK }: EdgeFilter): number[] {
  const least = Math.max(threshold, INVISIBLE);
  const width = columns.length;
  const passed: number[] = [];
  for (let row = 0; row < rows.length; row++) {
    const from = row * width;
    const cut = topK > 0 && topK < width
      ? Math.max(least, nthLargest(weights.subarray(from, from + width), topK))
      : least;
    const end = from + width;
    let ties = topK || width; // how many may equal the cut: room that is left by larger ones
    for (let at = from; at < end; at++) if (weights[at] > cut) ties--;
    for (let at = from; at < end; at++) {
      if (weights[at] > cut || (weights[at] === cut && ties-- > 0)) passed.push(at);
    }
  }
  return passed;
}

/** The n-th largest of some values. */
function nthLargest(values: ArrayLike<number>, n: number): number {
  if (n > 32) return Float32Array.from(values).sort()[values.length - n];
  const best = new Float32Array(n); // largest first
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value <= best[n - 1]) continue;
    let place = n - 1;
    while (place > 0 && best[place - 1] < value) best[place] = best[--place];
    best[place] = value;
  }
  return best[n - 1];
}

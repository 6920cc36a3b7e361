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
  const cut = passed.length > most ? nthLargest(valuesAt(weights, passed), most) : 0;
  const edges: Edge[] = [];
  for (const at of passed) {
    if (weights[at] < cut) continue;
    edges.push({ row: Math.floor(at / columns.length), column: at % columns.length, weight: weights[at] });
  }
  edges.sort((a, b) => a.weight - b.weight);
  const kept = edges.slice(Math.max(0, edges.length - most)); // equal weights may be more than fit
  return { edges: kept, omitted: passed.length - kept.length };
}

/** Where in the weights those lie that pass. Loops and typed arrays, as long texts have millions of them. */
function passing({ rows, columns, weights }: UnitMap, { threshold, topK }: EdgeFilter): Int32Array {
  const least = Math.max(threshold, INVISIBLE);
  const width = columns.length;
  const passed = new Int32Array(rows.length * (topK > 0 ? Math.min(topK, width) : width));
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    const from = row * width;
    const end = from + width;
    if (topK === 0 || topK >= width) {
      for (let at = from; at < end; at++) if (weights[at] >= least) passed[count++] = at;
      continue;
    }
    const first = count; // from here on the strongest of this row so far, in descending order
    for (let at = from; at < end; at++) {
      const weight = weights[at];
      if (weight < least || (count - first === topK && weight <= weights[passed[count - 1]])) continue;
      if (count - first < topK) count++;
      let place = count - 1;
      while (place > first && weights[passed[place - 1]] < weight) passed[place] = passed[--place];
      passed[place] = at;
    }
  }
  return passed.subarray(0, count);
}

function valuesAt(weights: Float32Array, places: Int32Array): Float32Array {
  const values = new Float32Array(places.length);
  for (let i = 0; i < values.length; i++) values[i] = weights[places[i]];
  return values;
}

const FEW = 1000; // so many are kept in order faster than all are sorted

/** The n-th largest of some values. */
function nthLargest(values: Float32Array, n: number): number {
  if (n > FEW) return values.sort()[values.length - n];
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

import type { Graph, Value } from "./graph.ts";

/** Above all values that are looked for. */
const BEYOND = 2 ** 52;

/** Place of the last entry of a rising table that is not above each value, 0 if all are; by halves. */
export function findLast(graph: Graph, name: string, rising: readonly number[], values: Value): Value {
  const size = 2 ** Math.max(1, Math.ceil(Math.log2(rising.length)));
  const filled = Array.from({ length: size }, (_, i) => rising[i] ?? BEYOND);
  const table = graph.table(name, filled);
  let found = graph.integer(0);
  for (let step = size / 2; step >= 1; step /= 2) {
    const next = graph.op("Add", [found, graph.integer(step)]);
    const reached = graph.op("LessOrEqual", [graph.op("Gather", [table, next]), values]);
    found = graph.op("Where", [reached, next, found]);
  }
  return found;
}

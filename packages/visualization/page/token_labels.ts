import type { Unit } from "./units.ts";
import type { ShownMap } from "./shown_maps.ts";

/** A side of a view: tokens that attend, or tokens that are attended to. */
export type Side = "query" | "key";

/** A weight as readers see it. */
export const formatWeight = (weight: number): string => weight.toFixed(weight < 0.0995 ? 3 : 2);

/** Tokens on the other side with the largest weights, averaged over the maps, strongest first. */
export function strongest(
  maps: readonly ShownMap[],
  side: Side,
  position: number,
  count: number,
): { unit: Unit; weight: number }[] {
  if (maps.length === 0) return [];
  const { rows, columns } = maps[0];
  const others = side === "query" ? columns : rows;
  const best: { unit: Unit; weight: number }[] = [];
  for (const [other, unit] of others.entries()) {
    const at = side === "query" ? position * columns.length + other : other * columns.length + position;
    let weight = 0;
    for (const map of maps) weight += map.weights[at] / maps.length;
    if (best.length === count && weight <= best[count - 1].weight) continue;
    const place = best.findIndex((known) => known.weight < weight);
    best.splice(place < 0 ? best.length : place, 0, { unit, weight });
    if (best.length > count) best.pop();
  }
  return best;
}

/** What a token shows, as one sentence for screen readers and the line below the view. */
export function describeToken(
  maps: readonly ShownMap[],
  side: Side,
  position: number,
  count = 3,
): string {
  const units = side === "query" ? maps[0].rows : maps[0].columns;
  const verb = side === "query" ? "attends to" : "is attended to by";
  const list = strongest(maps, side, position, count)
    .map(({ unit, weight }) => `${unit.label} ${formatWeight(weight)}`);
  return `${units[position].label} (token ${units[position].index}) ${verb} ${list.join(", ")}`;
}

/** Cuts a label that is wider than `width` pixels. */
export function fitLabel(label: string, width: number, measure: (text: string) => number): string {
  const visible = label.replaceAll(/\s/g, " ");
  if (measure(visible) <= width) return visible;
  const characters = [...visible];
  while (characters.length > 1 && measure(`${characters.join("")}…`) > width) characters.pop();
  return `${characters.join("")}…`;
}

/** A place in a diagram, in the units of its axes. */
export type Point = readonly [x: number, y: number];

/**
 * The mean of each point and its neighbours, which shows the course of a noisy curve.
 *
 * @param reach How many neighbours on each side count; fewer at the ends.
 */
export function movingAverage(points: readonly Point[], reach: number): Point[] {
  const sums = [0];
  for (const [, y] of points) sums.push(sums[sums.length - 1] + y);
  return points.map(([x], i) => {
    const first = Math.max(0, i - reach);
    const end = Math.min(points.length, i + reach + 1);
    return [x, (sums[end] - sums[first]) / (end - first)];
  });
}

/** At most about `limit` points that look the same: of each stretch the lowest and the highest, in their order. */
export function thin(points: readonly Point[], limit: number): Point[] {
  if (points.length <= limit) return [...points];
  const stretch = Math.ceil(2 * points.length / limit);
  const kept: Point[] = [];
  for (let start = 0; start < points.length; start += stretch) {
    const part = points.slice(start, start + stretch);
    const low = part.reduce((a, b) => b[1] < a[1] ? b : a);
    const high = part.reduce((a, b) => b[1] > a[1] ? b : a);
    kept.push(...(low === high ? [low] : low[0] < high[0] ? [low, high] : [high, low]));
  }
  return kept;
}

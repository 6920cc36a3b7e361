import { assertEquals } from "@std/assert";
import { movingAverage, type Point, thin } from "./series.ts";

Deno.test("movingAverage() takes the mean of each point and its neighbours", () => {
  const points: Point[] = [[1, 0], [2, 3], [3, 6], [4, 0]];
  assertEquals(movingAverage(points, 1), [[1, 1.5], [2, 3], [3, 3], [4, 3]]);
  assertEquals(movingAverage([], 3), []);
});

Deno.test("thin() keeps the lowest and the highest point of each stretch, in their order", () => {
  const points = Array.from(
    { length: 10_000 },
    (_, i): Point => [i, i === 4321 ? 99 : i === 7000 ? -99 : i % 2],
  );
  const kept = thin(points, 100);
  assertEquals(kept.length <= 100, true);
  assertEquals(kept.some(([x]) => x === 4321) && kept.some(([x]) => x === 7000), true);
  assertEquals(kept.map(([x]) => x), kept.map(([x]) => x).toSorted((a, b) => a - b));
  assertEquals(thin(points.slice(0, 5), 100), points.slice(0, 5));
});

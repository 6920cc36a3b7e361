import { assertAlmostEquals, assertEquals } from "@std/assert";
import { linearScale } from "./scale.ts";

const labels = (values: number[], exact = false) =>
  linearScale(values, { exact }).ticks.map(({ label }) => label);

Deno.test("linearScale() puts ticks at whole steps around all values", () => {
  assertEquals(labels([0.03, 0.97]), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  assertEquals(labels([-3, 7]), ["−4", "−2", "0", "2", "4", "6", "8"]);
  assertEquals(labels([0, 1234], true), ["0", "200", "400", "600", "800", "1,000", "1,200"]);
  assertEquals(labels([0.9985, 0.9995]), [
    "0.9984",
    "0.9986",
    "0.9988",
    "0.9990",
    "0.9992",
    "0.9994",
    "0.9996",
  ]);
  assertEquals(labels([0, 5e-6]), ["0", "1e−6", "2e−6", "3e−6", "4e−6", "5e−6"]);
  assertEquals(labels([0, 4e6]), ["0", "1e6", "2e6", "3e6", "4e6"]);
});

Deno.test("linearScale() places values between 0 and 1, exactly at the ends if asked", () => {
  const { place } = linearScale([1, 94], { exact: true });
  assertEquals([place(1), place(94)], [0, 1]);
  assertAlmostEquals(linearScale([0.03, 0.97]).place(0.5), 0.5);
});

Deno.test("linearScale() makes a scale of equal values, of none, and passes over those that are not finite", () => {
  for (const values of [[], [0, 0], [7], [-2, -2], [NaN, Infinity]]) {
    const { place, ticks } = linearScale(values);
    assertEquals(ticks.length > 1 && ticks.every(({ at }) => at >= 0 && at <= 1), true, String(values));
    if (Number.isFinite(values[0])) assertEquals(place(values[0]) >= 0 && place(values[0]) <= 1, true);
  }
  assertEquals(labels([0, NaN, 1, Infinity]), labels([0, 1]));
});

import { assertEquals } from "@std/assert";
import { rank } from "./rank.ts";

Deno.test("rank() sorts from high to low and keeps the order of equal scores", () => {
  assertEquals(rank([1, 2, 2], ["a", "b", "c"]).map(({ label }) => label), ["b", "c", "a"]);
  assertEquals(rank([1, 2, 2], ["a", "b", "c"], 1), [{ score: 2, label: "b" }]);
});

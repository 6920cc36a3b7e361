import { assertEquals, assertRejects } from "@std/assert";
import { Turns } from "./turns.ts";

Deno.test("Turns does large work one piece at a time, with a look at all else between, and small work at once", async () => {
  const turns = new Turns();
  const order: string[] = [];
  const large = ["a", "b", "c"].map((name) => turns.take(1e6, () => order.push(name)));
  order.push("the rest of this turn");
  await turns.take(10, () => order.push("small"));
  await Promise.all(large);
  assertEquals(order, ["the rest of this turn", "small", "a", "b", "c"]);
});

Deno.test("Turns goes on after work that fails", async () => {
  const turns = new Turns();
  const fails = () => turns.take(1e6, () => JSON.parse("{"));
  await assertRejects(fails, SyntaxError);
  assertEquals(await turns.take(1e6, () => 1), 1);
});

import { assertEquals, assertThrows } from "@std/assert";
import { GradientWatch } from "./mod.ts";

const names = ["embedding", "attention.key.bias", "head"];
const isKeyBias = (name: string) => name.endsWith("key.bias");

Deno.test("a parameter whose gradient was never anything but zero is named after 20 steps", () => {
  const watch = new GradientWatch(names, isKeyBias);
  const norms = new Map([["embedding", 0], ["attention.key.bias", 0], ["head", 1]]);
  for (let step = 0; step < 19; step++) watch.observe(norms, 0.1);
  assertThrows(
    () => watch.observe(norms, 0.1),
    TypeError,
    "Stopped after 20 steps: the gradient of embedding was",
  );
});

Deno.test("one gradient within 20 steps is enough, and steps at rate 0 do not count", () => {
  const watch = new GradientWatch(names, isKeyBias);
  for (let step = 0; step < 100; step++) watch.observe(new Map(), 0);
  for (let step = 0; step < 19; step++) watch.observe(new Map([["head", 1]]), 0.1);
  for (let step = 0; step < 100; step++) watch.observe(new Map([["embedding", 1e-30]]), 0.1);
  assertEquals(watch.silent, []);
});

Deno.test("a watch goes on from where a checkpoint stood", () => {
  const watch = new GradientWatch(names, isKeyBias);
  watch.restore(["embedding"], 19);
  assertEquals(watch.silent, ["embedding"]);
  assertThrows(() => watch.observe(new Map([["head", 1]]), 0.1), TypeError, "embedding");
});

import { assertEquals } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { tensor, useBackend } from "@taxon/tensor";
import { clsPooling, meanPooling } from "./mod.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

const hidden = tensor([[[1, 10], [2, 20], [6, 60]], [[5, 50], [7, 70], [9, 90]]]);

Deno.test("meanPooling() averages real tokens only, wherever the padding stands", async () => {
  const mask = tensor(Int32Array.of(1, 1, 1, 0, 1, 0), [2, 3]);
  assertEquals(await meanPooling(hidden, mask).data(), Float32Array.of(3, 30, 7, 70));
});

Deno.test("meanPooling() of a text without real tokens is zeros, not NaN", async () => {
  const mask = tensor(Int32Array.of(0, 0, 0, 1, 1, 1), [2, 3]);
  assertEquals(await meanPooling(hidden, mask).data(), Float32Array.of(0, 0, 7, 70));
});

Deno.test("clsPooling() takes the first token of each text", async () => {
  assertEquals(await clsPooling(hidden).data(), Float32Array.of(1, 10, 5, 50));
});

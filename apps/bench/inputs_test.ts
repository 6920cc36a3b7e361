import { assertEquals, assertThrows } from "@std/assert";
import { seededInput, storedInput } from "./inputs.ts";

Deno.test("seededInput() has the shape that its name tells, and equal ids for an equal seed", () => {
  const { sequences, tokens } = seededInput("8x128", 100, 1);
  assertEquals(sequences.map(({ length }) => length), new Array(8).fill(128));
  assertEquals(tokens, 1024);
  assertEquals(seededInput("8x128", 100, 1).sequences, sequences);
  const ids = sequences.flatMap((ids) => [...ids]);
  assertEquals([Math.min(...ids), Math.max(...ids)], [0, 99]);
});

Deno.test('seededInput("mixed") holds 32 sequences of 8 to 128 tokens', () => {
  const lengths = seededInput("mixed", 100, 1).sequences.map(({ length }) => length);
  assertEquals([lengths.length, Math.min(...lengths), Math.max(...lengths)], [32, 8, 128]);
});

Deno.test("storedInput() drops the padding of workloads.json", () => {
  const json = JSON.stringify({ "2x3": { lengths: [3, 1], ids: [[7, 8, 9], [7, 0, 0]], labels: [1, 0] } });
  const { sequences, labels, tokens } = storedInput(json, "2x3");
  assertEquals(sequences, [Int32Array.of(7, 8, 9), Int32Array.of(7)]);
  assertEquals([labels, tokens], [Int32Array.of(1, 0), 4]);
  assertThrows(() => storedInput(json, "mixed"), SyntaxError, '"mixed"');
});

import { DeviceError } from "@taxon/tensor";
import { assertEquals, assertThrows } from "@std/assert";
import { Arena } from "./arena.ts";

const PAGE = 65536;

function arena(maximum = 1000): Arena {
  return new Arena(new WebAssembly.Memory({ initial: 1, maximum, shared: true }), 256, maximum);
}

Deno.test("Arena aligns ranges to cache lines and never overlaps them", () => {
  const memory = arena();
  const ranges = [1, 64, 65, 0, 1000].map((bytes) => ({ start: memory.allocate(bytes), bytes }));
  ranges.forEach(({ start }) => assertEquals(start % 64, 0));
  ranges.slice(1).forEach(({ start }, i) => {
    assertEquals(start >= ranges[i].start + Math.max(1, ranges[i].bytes), true);
  });
});

Deno.test("Arena joins neighbours, so that fragments become one range again", () => {
  const memory = arena();
  const whole = memory.freeBytes;
  const starts = Array.from({ length: 8 }, () => memory.allocate(4096));
  for (const i of [1, 3, 5, 7, 0, 6, 2, 4]) memory.release(starts[i]);
  assertEquals(memory.freeBytes, whole);
  assertEquals(memory.allocate(whole), starts[0]);
});

Deno.test("Arena reuses a freed range before it grows", () => {
  const memory = arena();
  const big = memory.allocate(10 * PAGE);
  const pages = memory.memory.buffer.byteLength;
  memory.release(big);
  assertEquals(memory.allocate(10 * PAGE), big);
  assertEquals(memory.memory.buffer.byteLength, pages);
});

Deno.test("Arena says what was asked for when the memory is full, and can go on", () => {
  const memory = arena(3);
  assertThrows(() => memory.allocate(4 * PAGE), DeviceError, "Cannot allocate 262144 bytes on the cpu");
  memory.release(memory.allocate(2 * PAGE));
});

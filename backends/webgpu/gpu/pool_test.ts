import { assert, assertEquals } from "@std/assert";
import { newCounters } from "./counters.ts";
import { Faults } from "./faults.ts";
import { BufferPool, sizeClass, sizeClassWithin } from "./pool.ts";

/** A device that creates nothing. */
function pool(capBytes: number): { pool: BufferPool; counters: ReturnType<typeof newCounters> } {
  const device = {
    lost: new Promise(() => {}),
    pushErrorScope: () => {},
    popErrorScope: () => Promise.resolve(null),
    createBuffer: ({ size }: { size: number }) => ({ size }),
  } as unknown as GPUDevice;
  const counters = newCounters();
  return { pool: new BufferPool(device, new Faults(device), counters, capBytes), counters };
}

Deno.test("sizeClass() holds what is asked for, in multiples of 16, and wastes at most an eighth", () => {
  for (const bytes of [0, 1, 255, 256, 257, 1000, 4096, 4097, 94_000_000, 2 ** 31 - 5]) {
    const size = sizeClass(bytes);
    assert(size >= bytes && size % 16 === 0, `${size} for ${bytes}`);
    assert(size <= Math.max(256, bytes * 1.125 + 16), `${size} for ${bytes}`);
    assertEquals(sizeClass(size), size);
  }
});

Deno.test("sizeClassWithin() is a size class, and the largest that a device with such a limit can have", () => {
  for (const limit of [2 ** 27, 2 ** 31 - 1, 2 ** 32 - 4, 5e9]) {
    const largest = sizeClassWithin(limit);
    assertEquals(sizeClass(largest), largest);
    assert(largest <= limit && sizeClass(largest + 1) > limit, `${largest} for ${limit}`);
  }
});

Deno.test("the pool hands a buffer out again for any size of its class", () => {
  const { pool: buffers, counters } = pool(1e6);
  const first = buffers.take(1000, "add");
  assert(buffers.give(first));
  assertEquals(buffers.pooledBytes, first.size);
  assertEquals(buffers.take(1010, "mul"), first);
  assertEquals([buffers.pooledBytes, counters.allocations], [0, 1]);
  assert(buffers.take(1000, "add") !== first);
});

Deno.test("the pool keeps a buffer back that the named batch still uses", () => {
  const { pool: buffers } = pool(1e6);
  const [used, idle] = [buffers.take(64, "add"), buffers.take(64, "add")];
  used.usedIn = 7;
  idle.usedIn = 6;
  buffers.give(idle);
  buffers.give(used);
  assertEquals(buffers.take(64, "upload", 7), idle);
  assert(buffers.take(64, "upload", 7) !== used);
  assertEquals(buffers.take(64, "add"), used);
});

Deno.test("the pool takes no more than its cap", () => {
  const { pool: buffers } = pool(1000);
  const [a, b] = [buffers.take(700, "add"), buffers.take(700, "add")];
  assertEquals([buffers.give(a), buffers.give(b), buffers.pooledBytes], [true, false, a.size]);
});

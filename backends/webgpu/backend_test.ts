import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DeviceError } from "@taxon/tensor";
import provider, { createWebgpuBackend } from "./mod.ts";
import { f32, gpuTest, openBackend, put, take } from "./test_support.ts";

gpuTest("ops are submitted together, and reads asked for together share one readback", async () => {
  using backend = await openBackend();
  const x = put(backend, Float32Array.of(1, 2, 3));
  const results = Array.from({ length: 40 }, (_, i) => backend.binary("add", x, i, f32(3)));
  assertEquals([backend.counters.submits, backend.counters.dispatches], [0, 40]);
  const read = await Promise.all(results.map((buffer) => take(backend, buffer, [3])));
  assertEquals(read.map(([first]) => first), Array.from({ length: 40 }, (_, i) => 1 + i));
  assertEquals([backend.counters.submits, backend.counters.readbacks], [1, 1]);
});

gpuTest("a chain of ops longer than a batch gives the same as a short one", async () => {
  using backend = await openBackend();
  let x = put(backend, Float32Array.of(0));
  for (let i = 0; i < 700; i++) {
    const buffer = backend.binary("add", x, 1, f32(1));
    backend.free(x.buffer);
    x = { ...x, buffer };
  }
  assertEquals([...await take(backend, x.buffer, [1])], [700]);
  const { submits, allocations } = backend.counters;
  assert(submits >= 2 && submits <= 4, `${submits} submits`);
  assert(allocations <= 4, `${allocations} buffers`);
});

gpuTest("an upload does not overtake commands that read the memory it could reuse", async () => {
  using backend = await openBackend();
  const x = put(backend, new Float32Array(300).fill(1));
  const y = backend.unary("neg", x, f32(300));
  backend.free(x.buffer);
  const other = put(backend, new Float32Array(300).fill(9));
  assertEquals(await take(backend, y, [300]), new Float32Array(300).fill(-1));
  assertEquals(await take(backend, other.buffer, [300]), new Float32Array(300).fill(9));
});

gpuTest("small and large reads come together", async () => {
  using backend = await openBackend();
  const sizes = [1, 20_000, 3, 50_000, 7];
  const buffers = sizes.map((size) => backend.fill(size, f32(size)));
  const read = await Promise.all(buffers.map((buffer, i) => take(backend, buffer, [sizes[i]])));
  assertEquals(
    read.map((data) => [data.length, data[0], data.at(-1)]),
    sizes.map((size) => [size, size, size]),
  );
  assertEquals(backend.counters.readbacks, 1);
});

gpuTest("live buffers, pooled bytes and allocations stay flat over 1,000 steps", async () => {
  using backend = await openBackend();
  const weight = put(backend, new Float32Array(64).fill(0.1), [8, 8]);
  const step = async () => {
    const x = put(backend, new Float32Array(32).fill(1), [4, 8]);
    const y = backend.fused.linear!({ x, weight, activation: "geluTanh" }, f32(4, 8));
    const [dx, dweight] = backend.fused.linearGrad!({
      dy: { ...f32(4, 8), buffer: y },
      x,
      weight,
      needs: { x: true, weight: true, bias: false },
    });
    const sum = backend.reduce("sum", { ...f32(8, 8), buffer: dweight! }, [0, 1], f32(1, 1));
    for (const buffer of [x.buffer, y, dx!, dweight!]) backend.free(buffer);
    return await take(backend, sum, [1, 1]);
  };
  const first = await step();
  for (let i = 0; i < 9; i++) await step();
  const [memory, { allocations }] = [backend.memory(), backend.counters];
  for (let batch = 0; batch < 99; batch++) {
    const sums = await Promise.all(Array.from({ length: 10 }, step));
    assertEquals(sums[9], first);
  }
  assertEquals(backend.memory().buffers, memory.buffers);
  assertEquals(backend.memory().bytes, memory.bytes);
  const grown = backend.counters.allocations - allocations;
  assert(grown <= 20, `${grown} buffers were created after the first steps`); // ten steps at once need more uploads
});

gpuTest("the pool of a backend stays within its cap", async () => {
  using backend = await openBackend({ poolBytes: 10_000 });
  const buffers = Array.from({ length: 20 }, () => backend.fill(1, f32(512)));
  for (const buffer of buffers) backend.free(buffer);
  assert(backend.memory().pooledBytes <= 10_000, `${backend.memory().pooledBytes} bytes`);
  await backend.flush();
  assertEquals([...await take(backend, backend.fill(3, f32(2)), [2])], [3, 3]);
});

gpuTest("a disposed backend refuses every call", async () => {
  const backend = await openBackend();
  const x = put(backend, Float32Array.of(1));
  backend[Symbol.dispose]();
  assertThrows(() => backend.unary("neg", x, f32(1)), DeviceError, "it was disposed");
  await assertRejects(() => backend.read(x), DeviceError, "it was disposed");
});

gpuTest("a software adapter never outranks another backend", async () => {
  const found = await provider.probe();
  assert(found.available);
  assertEquals(found.rank, found.description.startsWith("software: ") ? -Infinity : 30);
});

gpuTest("another precision than f32 is refused", async () => {
  await assertRejects(
    () => createWebgpuBackend({ precision: "bf16" }),
    DeviceError,
    "Cannot compute in bf16 on webgpu: it has only f32",
  );
});

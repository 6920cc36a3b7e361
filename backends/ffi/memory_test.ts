import { assert, assertEquals } from "@std/assert";
import type { Backend, OutputSpec } from "@taxon/tensor";
import { createFfiBackend } from "./create.ts";
import { nativeTest } from "./test_support.ts";

/** A linear layer and a softmax on `rows` rows, as a request of that length makes them. */
function request(backend: Backend, rows: number): void {
  const spec = (...shape: number[]): OutputSpec => ({ shape, dtype: "f32" });
  const operand = (value: number, ...shape: number[]) => ({
    ...spec(...shape),
    buffer: backend.fill(value, spec(...shape)),
  });
  const [x, weight] = [operand(0.5, rows, 64), operand(0.25, 128, 64)];
  const out = spec(rows, 128);
  const hidden = { ...out, buffer: backend.fused.linear!({ x, weight, activation: "gelu" }, out) };
  const y = backend.fused.softmax!(hidden, out);
  for (const buffer of [x.buffer, weight.buffer, hidden.buffer, y]) backend.free(buffer);
}

nativeTest("thousands of requests of all lengths need no more memory than the first hundreds", async () => {
  const poolBytes = 1e6;
  using backend = await createFfiBackend({ threads: 2, poolBytes });
  const lengths = (i: number) => 1 + (i * 7919) % 512; // up to 700 kB a request
  for (let i = 0; i < 512; i++) request(backend, lengths(i));
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < 3000; i++) {
    request(backend, lengths(i));
    assert(backend.memory().pooledBytes <= poolBytes, `${backend.memory().pooledBytes} bytes pooled`);
  }
  const { buffers, bytes } = backend.memory();
  assertEquals([buffers, bytes], [0, 0]);
  const growth = Deno.memoryUsage().rss - before;
  assert(growth < 64e6, `${growth} bytes more; one leaked buffer a request would be 200 MB or more`);
});

nativeTest("backends that come and go leave neither threads nor memory", async () => {
  const cycle = async () => {
    using backend = await createFfiBackend({ threads: 2 });
    backend.fill(1, { shape: [1 << 20], dtype: "f32" });
  };
  for (let i = 0; i < 10; i++) await cycle();
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < 50; i++) await cycle();
  const growth = Deno.memoryUsage().rss - before;
  assert(growth < 64e6, `${growth} bytes more; the buffers of 50 backends would be 200 MB`);
});

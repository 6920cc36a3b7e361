import { assertEquals, assertThrows } from "@std/assert";
import { DeviceError, DisposedError } from "@taxon/tensor";
import { ReferenceBackend } from "./backend.ts";

const spec = { shape: [2, 3], dtype: "f32" } as const;

Deno.test("the reference tier counts buffers and bytes exactly", () => {
  using backend = new ReferenceBackend();
  const buffer = backend.fill(1, spec);
  const half = backend.cast({ buffer, ...spec }, { shape: [2, 3], dtype: "bf16" });
  assertEquals(backend.memory(), { buffers: 2, bytes: 24 + 12, pooledBytes: 0 });
  backend.free(buffer);
  backend.free(half);
  assertEquals(backend.memory(), { buffers: 0, bytes: 0, pooledBytes: 0 });
});

Deno.test("the reference tier refuses to free a buffer twice", () => {
  using backend = new ReferenceBackend();
  const buffer = backend.fill(1, spec);
  backend.free(buffer);
  assertThrows(
    () => backend.free(buffer),
    DisposedError,
    "Cannot free a buffer of 24 bytes: it was freed before",
  );
});

Deno.test("the reference tier refuses a buffer of another backend", () => {
  using backend = new ReferenceBackend();
  const foreign = { buffer: { byteLength: 24 }, ...spec };
  assertThrows(() => backend.readSync(foreign), DeviceError, "Cannot use a buffer of another backend");
});

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DeviceError, DisposedError, type Operand, ShapeError } from "@taxon/tensor";
import type { Context } from "./context.ts";
import { createFfiBackend } from "./create.ts";
import { hostileCalls } from "./hostile_calls.ts";
import { download, nativeTest, openContext, upload } from "./test_support.ts";

/** Adds [1, 2] and [10, 20]: wrong if an earlier call has left something broken. */
function demandRightSum(context: Context): void {
  const { native, id } = context;
  const [a, b] = [upload(context, Float32Array.of(1, 2)), upload(context, Float32Array.of(10, 20))];
  const y = native.taxon_alloc(id, 8);
  assertEquals(native.taxon_binary(id, 0, 0, a, b, 0, y, null, 0), 0);
  assertEquals([...download(context, y, 2)], [11, 22]);
  for (const handle of [a, b, y]) assertEquals(native.taxon_free(id, handle), 0);
}

nativeTest(
  "every call that differs from a right one in one wrong argument is refused, and the next is right",
  async () => {
    using context = await openContext();
    const { right, wrong } = hostileCalls(context);
    for (const { name, run } of right) assertEquals(run(), 0, `${name} must be right to begin with`);
    assert(wrong.length > 200, `${wrong.length} hostile calls`);
    for (const { name, run } of wrong) {
      const error = assertThrows(() => context.check(run()), Error, undefined, name);
      assert(/^Cannot .* on ffi: [^]*\w/.test(error.message), `${name}: ${error.message}`);
      demandRightSum(context);
    }
    for (const { name, run } of right) assertEquals(run(), 0, `${name} must still be right`);
  },
);

nativeTest("a context that does not live is refused by every function", async () => {
  using context = await openContext();
  const other = await openContext();
  const { id } = other;
  other[Symbol.dispose]();
  for (const number of [0, id, 0xffffffff]) {
    const { native } = context;
    assertEquals(native.taxon_alloc(number, 4), 0);
    assertEquals(native.taxon_free(number, 1), 4);
    assertEquals(native.taxon_unary(number, 0, 0, 1, 1), 4);
    assertEquals(native.taxon_panic(number), 4);
    assertEquals(native.taxon_context_facts(number, new Float64Array(6), 6), 4);
    assertEquals(native.taxon_context_free(number), 4);
    const text = new Uint8Array(200);
    const length = native.taxon_last_error(0, text, text.length);
    assert(new TextDecoder().decode(text.subarray(0, length)).includes("does not live"));
  }
});

nativeTest("absurd sizes, missing memory and lengths that lie are refused", async () => {
  using context = await openContext();
  const { native, id } = context;
  for (const bytes of [NaN, -1, 1.5, Infinity, -Infinity, 1e300, 2 ** 34 + 4, 2 ** 53]) {
    assertThrows(() => context.allocate(bytes), DeviceError, "Cannot allocate a buffer on ffi");
  }
  assertEquals(native.taxon_context_create(1, 0, 3, 0), 0); // no such precision
  const x = native.taxon_alloc(id, 8);
  const refused = (status: number) => assertThrows(() => context.check(status), Error, "Cannot");
  refused(native.taxon_read(id, x, new Uint8Array(8), 8)); // nothing was written yet
  for (const length of [0, 4, 12, NaN, -8, 1e300]) {
    refused(native.taxon_upload(id, x, new Uint8Array(16), length));
  }
  refused(native.taxon_upload(id, x, null, 8));
  assertEquals(native.taxon_upload(id, x, new Uint8Array(8), 8), 0);
  for (const length of [0, 4, 12, NaN, -8, 1e300]) {
    refused(native.taxon_read(id, x, new Uint8Array(16), length));
  }
  refused(native.taxon_read(id, x, null, 8));
  refused(native.taxon_context_facts(id, new Float64Array(4), 4));
  refused(native.taxon_context_facts(id, null, 6));
  assertEquals(native.taxon_last_error(id, null, 100) > 0, true);
  demandRightSum(context);
});

nativeTest("buffers larger than the machine cost nothing until an op writes them", async () => {
  using context = await openContext();
  const { native, id } = context;
  const handles = Array.from({ length: 64 }, () => context.allocate(2 ** 34));
  const x = upload(context, new Float32Array(4));
  for (const handle of handles) {
    assertThrows(() => context.check(native.taxon_unary(id, 0, 0, x, handle)), Error, "Cannot run");
    context.check(native.taxon_free(id, handle));
  }
  demandRightSum(context);
});

nativeTest("a panic inside a kernel is an error on one thread and on several", async () => {
  for (const threads of [1, 4]) {
    using context = await openContext(threads);
    for (let i = 0; i < 20; i++) {
      assertThrows(
        () => context.check(context.native.taxon_panic(context.id)),
        DeviceError,
        "a kernel failed: a test asked for this",
      );
      demandRightSum(context);
    }
  }
});

nativeTest("wrong use of the backend is an error of ours", async () => {
  using backend = await createFfiBackend({ threads: 2 });
  using other = await createFfiBackend({ threads: 1 });
  const spec = { shape: [2, 2], dtype: "f32" } as const;
  const data = Float32Array.of(1, 2, 3, 4);
  const x: Operand = { ...spec, buffer: backend.upload(data, spec) };
  const foreign: Operand = { ...spec, buffer: other.upload(data, spec) };
  const freed: Operand = { ...spec, buffer: backend.upload(data, spec) };
  backend.free(freed.buffer);
  const before = backend.memory();
  const ids: Operand = {
    shape: [1],
    dtype: "i32",
    buffer: backend.upload(Int32Array.of(7), { shape: [1], dtype: "i32" }),
  };

  assertThrows(() => backend.unary("neg", freed, spec), DisposedError, "does not live");
  assertThrows(() => backend.free(freed.buffer), DisposedError, "Cannot free");
  assertThrows(() => backend.unary("neg", foreign, spec), DeviceError, "another backend");
  assertThrows(() => backend.free(foreign.buffer), DeviceError, "another backend");
  assertThrows(() => backend.unary("neg", { ...x, shape: [3, 2] }, spec), ShapeError, "[3, 2]");
  assertThrows(() => backend.unary("neg", x, { ...spec, shape: [NaN, 2] }), DeviceError, "NaN");
  assertThrows(() => backend.fill(1, { ...spec, shape: [-1, 4] }), DeviceError, "-16 bytes");
  assertThrows(() => backend.fill(1, { ...spec, shape: [2 ** 40] }), DeviceError, "bytes");
  assertThrows(() => backend.upload(new Float32Array(3), spec), ShapeError, "12 bytes do not fill");
  assertThrows(
    () => backend.gather(x, ids, { shape: [1, 2], dtype: "f32" }),
    RangeError,
    "row 7 does not exist",
  );
  assertEquals(backend.memory().buffers, before.buffers + 1, "a refused op leaves no buffer");
  assertEquals(backend.readSync(x), data);
});

nativeTest("wrong options are refused", async () => {
  for (const threads of [0, -1, 1.5, NaN, 257, 2 ** 32]) {
    await assertRejects(() => createFfiBackend({ threads }), RangeError);
  }
  await assertRejects(() => createFfiBackend({ instructions: "mmx" as "avx2" }), DeviceError, "mmx");
  const absent = Deno.build.arch === "aarch64" ? "avx512" : "neon";
  await assertRejects(() => createFfiBackend({ instructions: absent }), DeviceError, absent);
});

nativeTest("a disposed backend throws", async () => {
  const backend = await createFfiBackend({ threads: 1 });
  const spec = { shape: [1], dtype: "f32" } as const;
  const x = { ...spec, buffer: backend.fill(1, spec) };
  backend[Symbol.dispose]();
  assertThrows(() => backend.fill(1, spec), DisposedError, "it was disposed");
  assertThrows(() => backend.readSync(x), DisposedError);
  assertThrows(() => backend.fused.gelu!(x, "erf", spec), DisposedError);
  assertThrows(() => backend[Symbol.dispose](), DisposedError);
});

import { DisposedError } from "@taxon/tensor";
import { assertEquals, assertThrows } from "@std/assert";
import type { SimdBackend } from "./backend.ts";
import { assertClose, put, random, simdBackend, take } from "./test_support.ts";

const f32 = (...shape: number[]) => ({ shape, dtype: "f32" } as const);

/** a · bᵀ in float64 for a [m, k] and b [n, k]. */
function product(a: Float32Array, b: Float32Array, [m, n, k]: number[]): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) for (let p = 0; p < k; p++) c[i * n + j] += a[i * k + p] * b[j * k + p];
  }
  return c;
}

Deno.test("linear() is right at every edge of its tiles, with and without FMA", () => {
  for (const hasFma of [undefined, false]) {
    using backend = simdBackend(1, hasFma);
    // Rows of a tile, of a unit (96), columns of a unit (24), four floats, one pass along k (768).
    for (
      const [m, n, k] of [[1, 1, 1], [2, 23, 3], [3, 24, 4], [4, 25, 5], [95, 7, 16], [97, 4, 17], [
        2,
        3,
        769,
      ], [5, 2, 1537]]
    ) {
      const [x, w] = [random(1, m, k), random(2, n, k)];
      const args = { x: put(backend, x), weight: put(backend, w), activation: "none" } as const;
      const y = take(backend, backend.fused.linear!(args, f32(m, n)), [m, n]);
      assertClose(y, product(x.data, w.data, [m, n, k]), { atol: 3e-7 * k }); // k roundings of terms near 1
    }
  }
});

Deno.test("linear() adds the bias to each column before the activation", () => {
  using backend = simdBackend();
  const [x, w, b] = [random(1, 4, 9), random(2, 30, 9), random(3, 30)];
  const args = {
    x: put(backend, x),
    weight: put(backend, w),
    bias: put(backend, b),
    activation: "relu",
  } as const;
  const expected = product(x.data, w.data, [4, 30, 9]).map((v, i) => Math.max(0, v + b.data[i % 30]));
  assertClose(take(backend, backend.fused.linear!(args, f32(4, 30)), [4, 30]), expected, { atol: 3e-6 });
});

Deno.test("relu inside linear() keeps NaN", () => {
  using backend = simdBackend();
  const x = put(backend, { data: Float32Array.of(NaN, -1), shape: [2, 1] });
  const weight = put(backend, { data: Float32Array.of(1), shape: [1, 1] });
  const y = backend.fused.linear!({ x, weight, activation: "relu" }, f32(2, 1));
  assertEquals([...take(backend, y, [2, 1])], [NaN, 0]);
});

Deno.test("a row beside NaN and infinities keeps its bits", () => {
  using backend = simdBackend();
  const clean = random(1, 5, 7);
  const dirty = { ...clean, data: clean.data.slice() };
  dirty.data.fill(NaN, 7, 14).fill(Infinity, 21, 28);
  const run = (x: typeof clean) => take(backend, backend.fused.softmax!(put(backend, x), f32(5, 7)), [5, 7]);
  const [expected, actual] = [run(clean), run(dirty)];
  for (const row of [0, 2, 4]) {
    assertEquals(actual.slice(7 * row, 7 * row + 7), expected.slice(7 * row, 7 * row + 7));
  }
  assertEquals(actual.slice(7, 14).every(Number.isNaN), true);
});

/** The results of ops that are large enough to be shared between threads. */
function largeOps(backend: SimdBackend): Float32Array[] {
  const x = put(backend, random(1, 300, 200));
  const weight = put(backend, random(2, 130, 200));
  const dy = put(backend, random(3, 300, 130));
  const heads = { ...x, shape: [300, 4, 50] };
  const rows = put(backend, { data: Int32Array.from({ length: 300 }, (_, i) => i % 97), shape: [300] });
  const cuSeqlens = Int32Array.of(0, 1, 60, 60, 300);
  const dropout = { p: 0.2, key: [3, 4], rows } as const;
  const attention = { q: heads, k: heads, v: heads, cuSeqlens, cuSeqlensKey: cuSeqlens, scale: 0.1, dropout };
  const needs = { x: true, weight: true, bias: true };
  const { fused } = backend;
  const size = put(backend, random(4, 200));
  const results = [
    take(backend, fused.linear!({ x, weight, activation: "gelu" }, f32(300, 130)), [300, 130]),
    ...fused.linearGrad!({ dy, x, weight, needs }).map((b, i) =>
      take(backend, b!, [[300, 200], [130, 200], [130]][i])
    ),
    ...fused.layerNormGrad!({ dy: x, x, weight: size, eps: 1e-5, needs })
      .map((b, i) => take(backend, b!, [[300, 200], [200], [200]][i])),
    take(backend, fused.attention!(attention, f32(300, 4, 50)), [300, 200]),
    ...fused.attentionGrad!({ ...attention, dy: heads }).map((b) => take(backend, b, [300, 200])),
    take(backend, backend.scatterAdd(rows, x, f32(100, 200)), [100, 200]),
    take(backend, backend.reduce("sum", x, [0], f32(1, 200)), [200]),
    take(backend, fused.sumSquares!([x], f32(1)), [1]),
    take(backend, fused.dropout!(x, dropout, f32(300, 200)), [300, 200]),
  ];
  for (const operand of [x, weight, dy, rows, size]) backend.free(operand.buffer);
  return results;
}

Deno.test("one, two and five threads give the same bits", () => {
  using single = simdBackend(1);
  const expected = largeOps(single);
  assertEquals(expected.every((result) => result.every(Number.isFinite)), true);
  for (const threads of [2, 5]) {
    using backend = simdBackend(threads);
    // Again and again, as workers need some milliseconds until they take part.
    for (let i = 0; i < 5; i++) assertEquals(largeOps(backend), expected);
  }
});

Deno.test("memory() counts live buffers exactly and freeing twice is refused", () => {
  using backend = simdBackend();
  const [x, y] = [put(backend, random(1, 100)), put(backend, random(1, 3))];
  assertEquals([backend.memory().buffers, backend.memory().bytes], [2, 412]);
  backend.free(x.buffer);
  assertThrows(() => backend.free(x.buffer), DisposedError, "it was freed before");
  backend.free(y.buffer);
  assertEquals([backend.memory().buffers, backend.memory().bytes], [0, 0]);
});

Deno.test("ops give back their scratch memory", () => {
  using backend = simdBackend(2);
  largeOps(backend); // the memory grows to what is needed
  const before = backend.memory();
  largeOps(backend);
  assertEquals(backend.memory(), before);
  assertEquals(before.buffers, 0);
});

Deno.test("buffers keep their data when the memory grows", () => {
  using backend = simdBackend();
  const x = random(1, 1000);
  const operand = put(backend, x);
  const large = backend.fill(1, f32(40 * 2 ** 20 / 4));
  assertEquals(backend.readSync(operand), x.data);
  const doubled = backend.binary("add", operand, operand, f32(1000));
  assertEquals(take(backend, doubled, [1000]), x.data.map((v) => v + v));
  backend.free(large);
});

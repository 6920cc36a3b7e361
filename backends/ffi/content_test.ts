import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import type { Backend, HostArray, Operand, OutputSpec } from "@taxon/tensor";
import { createFfiBackend } from "./create.ts";
import { nativeTest } from "./test_support.ts";

/** Numbers between −0.5 and 0.5 that differ from one another. */
const noise = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((i * 7919 + seed * 104729) % 10007) / 10007 - 0.5);

function upload(backend: Backend, data: HostArray, ...shape: number[]): Operand {
  const spec: OutputSpec = { shape, dtype: data instanceof Int32Array ? "i32" : "f32" };
  return { ...spec, buffer: backend.upload(data, spec) };
}

nativeTest(
  "a weight that linear layers keep as panels gives the same bits, and is still the weight",
  async () => {
    using backend = await createFfiBackend({ threads: 2 });
    const data = noise(65 * 33, 1);
    const [weight, x] = [upload(backend, data, 65, 33), upload(backend, noise(7 * 33, 2), 7, 33)];
    const out = { shape: [7, 65], dtype: "f32" } as const;
    const linear = () => {
      const buffer = backend.fused.linear!({ x, weight, activation: "none" }, out);
      return backend.readSync({ ...out, buffer });
    };
    const [first, second, third] = [linear(), linear(), linear()];
    assertEquals(second, first);
    assertEquals(third, first);
    assertEquals(backend.readSync(weight), data);
    const [again, packedAgain] = [linear(), linear()];
    assertEquals([again, packedAgain], [first, first]);
    backend.assign(weight, upload(backend, noise(65 * 33, 3), 65, 33));
    assertNotEquals(linear(), first);
    backend.assign(weight, upload(backend, data, 65, 33));
    assertEquals(linear(), first);
  },
);

nativeTest(
  "what GELU leaves in bf16 is the same number for every reader, and the next layer's input",
  async () => {
    using backend = await createFfiBackend({ threads: 2, precision: "bf16" });
    using plain = await createFfiBackend({ threads: 2 });
    const [rows, inputs, hidden, outputs] = [19, 40, 70, 9];
    const xs = noise(rows * inputs, 1).map((x) => 4 * x);
    const [first, second] = [noise(hidden * inputs, 2), noise(outputs * hidden, 3)];
    const layer = (backend: Backend, x: Operand, weight: Float32Array, activation: "geluTanh" | "none") => {
      const out = { shape: [rows, weight.length / x.shape[1]], dtype: "f32" } as const;
      const operand = upload(backend, weight, out.shape[1], x.shape[1]);
      return { ...out, buffer: backend.fused.linear!({ x, weight: operand, activation }, out) };
    };
    const activated = layer(backend, upload(backend, xs, rows, inputs), first, "geluTanh");
    const y = backend.readSync(layer(backend, activated, second, "none"));
    const read = backend.readSync(activated) as Float32Array;
    assert(read.every((x) => (new Uint32Array(Float32Array.of(x).buffer)[0] & 0xffff) === 0), "not bf16");
    assertEquals(backend.readSync(layer(backend, upload(backend, read, rows, hidden), second, "none")), y);
    const exact = plain.readSync(layer(plain, upload(plain, xs, rows, inputs), first, "geluTanh"));
    // Operands and result rounded to 2⁻⁹ of themselves; sums of 40 products of numbers below 2 and ½.
    read.forEach((x, i) => assertAlmostEquals(x, exact[i], 0.05));
  },
);

nativeTest(
  "rows that several layers read are rounded anew when they are written or read in another shape",
  async () => {
    for (const precision of ["bf16", "int8"] as const) {
      using backend = await createFfiBackend({ threads: 1, precision });
      const [weight, narrow] = [
        upload(backend, noise(8 * 24, 1), 8, 24),
        upload(backend, noise(8 * 12, 2), 8, 12),
      ];
      const x = upload(backend, noise(4 * 24, 3), 4, 24);
      const linear = (x: Operand, weight: Operand) => {
        const out = { shape: [x.shape[0], 8], dtype: "f32" } as const;
        return backend.readSync({
          ...out,
          buffer: backend.fused.linear!({ x, weight, activation: "none" }, out),
        });
      };
      const fresh = (seed: number, rows: number, size: number) =>
        upload(backend, noise(4 * 24, seed), rows, size);
      const [first, again] = [linear(x, weight), linear(x, weight)];
      assertEquals(again, first);
      assertEquals(linear({ ...x, shape: [8, 12] }, narrow), linear(fresh(3, 8, 12), narrow));
      linear(x, weight);
      backend.assign(x, fresh(4, 4, 24));
      assertEquals(linear(x, weight), linear(fresh(4, 4, 24), weight));
      assertNotEquals(linear(x, weight), first);
    }
  },
);

nativeTest(
  "a weight that inference split into halves is read, multiplied and trained as if it were whole",
  async () => {
    // Every upper half with lower halves around the borders of rounding: NaN and infinities, too.
    const lowers = [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff];
    const bits = Uint32Array.from({ length: 6 * 65536 }, (_, i) => (i % 65536) << 16 | lowers[i / 65536 | 0]);
    const every = new Float32Array(bits.buffer);
    for (const threads of [1, 3]) {
      using backend = await createFfiBackend({ threads, precision: "bf16" });
      const train = (inferences: number) => {
        const [weight, x] = [
          upload(backend, noise(65 * 33, 1), 65, 33),
          upload(backend, noise(7 * 33, 2), 7, 33),
        ];
        const out = { shape: [7, 65], dtype: "f32" } as const;
        const layer = () => ({
          ...out,
          buffer: backend.fused.linear!({ x, weight, activation: "none" }, out),
        });
        for (let i = 0; i < inferences; i++) layer();
        const needs = { x: true, weight: true, bias: false };
        const [dx, dweight] = backend.fused.linearGrad!({ dy: layer(), x, weight, needs });
        const moments = [1, 2].map(() => upload(backend, new Float32Array(65 * 33), 65, 33));
        backend.fused.adamwStep!([{
          param: weight,
          grad: { ...weight, buffer: dweight! },
          m: moments[0],
          v: moments[1],
          weightDecay: 0.01,
          learningRate: 0.1,
        }], { beta1: 0.9, beta2: 0.999, eps: 1e-8, step: 1 });
        return [{ ...x, buffer: dx! }, weight, layer()].map((operand) => backend.readSync(operand));
      };
      assertEquals(train(5), train(0));
      const weight = upload(backend, every, 512, 768);
      const x = upload(backend, noise(768, 3), 1, 768);
      const out = { shape: [1, 512], dtype: "f32" } as const;
      for (let i = 0; i < 4; i++) backend.fused.linear!({ x, weight, activation: "none" }, out);
      const read = backend.readSync(weight);
      assert(new Uint32Array(read.buffer).every((each, i) => each === bits[i]));
    }
  },
);

nativeTest("the gradient of a table is kept as touched rows, and every op sees the whole of it", async () => {
  using backend = await createFfiBackend({ threads: 2 });
  const ids = upload(backend, Int32Array.of(5, 90, 5), 3);
  const updates = upload(backend, Float32Array.of(1, 2, 3, 4, 10, 20), 3, 2);
  const table = { shape: [100, 2], dtype: "f32" } as const;
  const whole = new Float32Array(200);
  whole.set([11, 22], 10);
  whole.set([3, 4], 180);
  const gradient = () => ({ ...table, buffer: backend.scatterAdd(ids, updates, table) });
  const one = { shape: [1], dtype: "f32" } as const;
  const norm = backend.fused.sumSquares!([gradient()], one);
  assertEquals(backend.readSync({ ...one, buffer: norm }), Float32Array.of(11 * 11 + 22 * 22 + 9 + 16));
  const doubled = backend.binary("add", gradient(), gradient(), table);
  assertEquals(backend.readSync({ ...table, buffer: doubled }), whole.map((x) => 2 * x));
  assertEquals(backend.readSync(gradient()), whole);
});

nativeTest("AdamW on touched rows writes the bits of AdamW on the whole gradient", async () => {
  using backend = await createFfiBackend({ threads: 2 });
  const ids = upload(backend, Int32Array.of(5, 90, 5), 3);
  const updates = upload(backend, noise(3 * 9, 4), 3, 9);
  const table = { shape: [100, 9], dtype: "f32" } as const;
  const scale = upload(backend, Float32Array.of(0.5), 1);
  const results = [false, true].map((dense) => {
    const [param, m] = [upload(backend, noise(900, 5), 100, 9), upload(backend, noise(900, 6), 100, 9)];
    const v = upload(backend, noise(900, 7).map(Math.abs), 100, 9);
    for (const step of [1, 2, 3]) {
      const rows = { ...table, buffer: backend.scatterAdd(ids, updates, table) };
      const grad = dense ? upload(backend, backend.readSync(rows), 100, 9) : rows;
      backend.fused.adamwStep!([{ param, grad, m, v, weightDecay: 0.01, learningRate: 0.1 }], {
        beta1: 0.9,
        beta2: 0.999,
        eps: 1e-8,
        step,
        gradScale: scale,
      });
    }
    return [param, m, v].map((x) => backend.readSync(x));
  });
  assertEquals(results[0], results[1]);
});

nativeTest("assigned buffers are two: writing one in place leaves the other", async () => {
  using backend = await createFfiBackend({ threads: 1 });
  const [param, copy] = [upload(backend, Float32Array.of(1, 2), 2), upload(backend, new Float32Array(2), 2)];
  const [grad, m, v] = [1, 0, 0].map((x) => upload(backend, new Float32Array(2).fill(x), 2));
  backend.assign(copy, param);
  backend.fused.adamwStep!([{ param, grad, m, v, weightDecay: 0, learningRate: 0.1 }], {
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    step: 1,
  });
  assertEquals(backend.readSync(copy), Float32Array.of(1, 2));
  assertNotEquals(backend.readSync(param), Float32Array.of(1, 2));
});

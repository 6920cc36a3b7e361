import { assert, assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { backendConformance } from "@taxon/conformance";
import { type Backend, DeviceError, type Operand, type Precision } from "@taxon/tensor";
import { createFfiBackend } from "./create.ts";
import provider from "./mod.ts";
import { type InstructionSet, instructionSets } from "./symbols.ts";
import { missing, nativeTest } from "./test_support.ts";

/** Rows, inputs and outputs of a layer, none of them a multiple of a tile. */
const [m, k, n] = [37, 203, 69];

/** The sets of instructions that this machine has. */
const available: InstructionSet[] = [];
if (missing === undefined) {
  for (const instructions of instructionSets.slice(1)) {
    const backend = await createFfiBackend({ instructions }).catch(() => undefined); // the machine lacks it
    if (backend) available.push(instructions);
    backend?.[Symbol.dispose]();
  }
}

/** Sums of twelve even numbers: nearly normal, with the outliers that activations have. */
function normal(count: number, seed: number): Float32Array {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  return Float32Array.from(
    { length: count },
    () => Array.from({ length: 12 }, next).reduce((a, b) => a + b) - 6,
  );
}

function upload(backend: Backend, data: Float32Array, ...shape: number[]): Operand {
  const spec = { shape, dtype: "f32" } as const;
  return { ...spec, buffer: backend.upload(data, spec) };
}

/** Σ a[i, p] · b[p, j] in float64, where `at` say where the elements lie. */
function product(
  [rows, inner, columns]: [number, number, number],
  a: (i: number, p: number) => number,
  b: (p: number, j: number) => number,
): Float64Array {
  const sum = (i: number, j: number) => {
    let total = 0;
    for (let p = 0; p < inner; p++) total += a(i, p) * b(p, j);
    return total;
  };
  return Float64Array.from(
    { length: rows * columns },
    (_, at) => sum(Math.floor(at / columns), at % columns),
  );
}

/** Norm of the difference, relative to that of what is expected, and the cosine of the angle between both. */
function distance(got: ArrayLike<number>, expected: Float64Array): { error: number; cosine: number } {
  let [gap, dot, of, size] = [0, 0, 0, 0];
  expected.forEach((want, i) => {
    gap += (got[i] - want) ** 2;
    dot += got[i] * want;
    of += got[i] ** 2;
    size += want ** 2;
  });
  return { error: Math.sqrt(gap / size), cosine: dot / Math.sqrt(of * size) };
}

const x = normal(m * k, 1);
const weight = normal(n * k, 2);
const bias = normal(n, 3);
const dy = normal(m * n, 4);
const y = product([m, k, n], (i, p) => x[i * k + p], (p, j) => weight[j * k + p]).map((sum, at) =>
  sum + bias[at % n]
);
const dx = product([m, n, k], (i, p) => dy[i * n + p], (p, j) => weight[p * k + j]);
const dweight = product([n, m, k], (i, p) => dy[p * n + i], (p, j) => x[p * k + j]);

/** The layer's results for the first `rows` rows. */
function run(backend: Backend, rows: number): Float32Array {
  const out = { shape: [rows, n], dtype: "f32" } as const;
  const operands = {
    x: upload(backend, x.subarray(0, rows * k), rows, k),
    weight: upload(backend, weight, n, k),
    bias: upload(backend, bias, n),
  };
  const buffer = backend.fused.linear!({ ...operands, activation: "none" }, out);
  return backend.readSync({ ...out, buffer }) as Float32Array;
}

for (const instructions of available) {
  nativeTest(
    `a layer and its gradients in bf16 on ${instructions} are within 2 % of those in float64`,
    async () => {
      using backend = await createFfiBackend({ instructions, precision: "bf16" });
      // Both factors of a product are off by at most 2⁻⁹, most by less, and their errors average out.
      assert(distance(run(backend, m), y).error < 5e-3);
      const largest = y.reduce((most, x) => Math.max(most, Math.abs(x)));
      run(backend, m).forEach((got, i) => assertAlmostEquals(got, y[i], 2e-2 * largest));
      const gradients = backend.fused.linearGrad!({
        dy: upload(backend, dy, m, n),
        x: upload(backend, x, m, k),
        weight: upload(backend, weight, n, k),
        needs: { x: true, weight: true, bias: false },
      });
      const read = (buffer: typeof gradients[0], ...shape: number[]) =>
        backend.readSync({ buffer: buffer!, shape, dtype: "f32" });
      assert(distance(read(gradients[0], m, k), dx).error < 5e-3);
      assert(distance(read(gradients[1], n, k), dweight).error < 5e-3);
    },
  );

  nativeTest(`a layer in int8 on ${instructions} has a cosine above 0.995 to float64`, async () => {
    using backend = await createFfiBackend({ instructions, precision: "int8" });
    const { cosine, error } = distance(run(backend, m), y);
    assert(cosine > 0.995, `${cosine}`);
    assert(error > 1e-3, "that is f32, not int8");
  });

  for (const precision of ["bf16", "int8"] satisfies Precision[]) {
    nativeTest(
      `rows in ${precision} on ${instructions} do not depend on others, nor on threads`,
      async () => {
        using one = await createFfiBackend({ instructions, precision, threads: 1 });
        using three = await createFfiBackend({ instructions, precision, threads: 3 });
        const whole = run(one, m);
        assertEquals(run(three, m), whole);
        for (const rows of [1, 16, 17]) assertEquals(run(one, rows), whole.slice(0, rows * n));
      },
    );
  }
}

// All else that the contract promises, determinism included, holds unchanged. The cases left out compare linear layers
// with float64 at the tolerance of f32.
for (const precision of missing === undefined ? ["bf16", "int8"] as const : []) {
  const lower = {
    ...provider,
    name: `ffi-${precision}`,
    create: () => createFfiBackend({ precision }),
  };
  backendConformance(lower, { only: /^(?!linear\/|training\/|lifetime\/free before read)/ });
}

nativeTest("sums of int8 are exact, so that all instructions give the same bits", async () => {
  const results = await Promise.all(available.map(async (instructions) => {
    using backend = await createFfiBackend({ instructions, precision: "int8" });
    return run(backend, m);
  }));
  for (const result of results) assertEquals(result, results[0]);
});

nativeTest("a weight that layers use rounded keeps all its bits, and a new one is rounded anew", async () => {
  for (const precision of ["bf16", "int8"] as const) {
    using backend = await createFfiBackend({ precision });
    const out = { shape: [m, n], dtype: "f32" } as const;
    const [layer, rows] = [upload(backend, weight, n, k), upload(backend, x, m, k)];
    const linear = () =>
      backend.readSync({
        ...out,
        buffer: backend.fused.linear!({ x: rows, weight: layer, activation: "none" }, out),
      });
    const first = linear();
    assertEquals([linear(), linear()], [first, first]);
    assertEquals(backend.readSync(layer), weight);
    assertEquals(linear(), first);
    backend.assign(layer, upload(backend, new Float32Array(n * k), n, k));
    assertEquals(linear(), new Float32Array(m * n));
  }
});

nativeTest("a backend says in what it multiplies, and by which instructions", async () => {
  using portable = await createFfiBackend({ precision: "bf16", instructions: "portable", threads: 1 });
  assertEquals(portable.description, "1 thread, native, portable, bf16 emulated in f32");
  using best = await createFfiBackend({ precision: "int8" });
  assertMatch(best.description, /, int8 /);
  await assertRejects(
    () => createFfiBackend({ precision: "f8" as Precision }),
    DeviceError,
    'Cannot compute in "f8" on ffi: known are f32, bf16, int8',
  );
});

import { type Backend, DeviceError, type Operand, type OutputSpec, uniformAt } from "@taxon/tensor";

const f32 = (shape: readonly number[]): OutputSpec => ({ shape, dtype: "f32" });

/**
 * Checks a new backend against answers known beforehand: a driver that computes garbage is better refused at the start
 * than found out by a model that does not learn. Disposes the backend if it fails.
 *
 * @throws {DeviceError} If an answer is wrong.
 */
export async function selfTest(backend: Backend): Promise<void> {
  const made: Operand[] = [];
  const own = (buffer: Operand["buffer"], out: OutputSpec) => {
    made.push({ ...out, buffer });
    return made[made.length - 1];
  };
  const upload = (values: readonly number[], shape: readonly number[]) =>
    own(backend.upload(Float32Array.from(values), f32(shape)), f32(shape));
  const a = upload([1, 2, 3, 4, 5, 6], [2, 3]);
  const sums = own(backend.reduce("sum", a, [1], f32([2, 1])), f32([2, 1]));
  const product = own(backend.matmul(a, a, { transposeB: true }, f32([2, 2])), f32([2, 2]));
  const powers = own(backend.unary("exp", upload([0, 1, -1], [3]), f32([3])), f32([3]));
  const rows = own(backend.upload(Int32Array.of(7), { shape: [1], dtype: "i32" }), {
    shape: [1],
    dtype: "i32",
  });
  const numbers = own(backend.random([1, 2], rows, f32([1, 4])), f32([1, 4]));
  const answers = [
    { what: "sums of rows", x: sums, expected: [6, 15] },
    { what: "a product of matrices", x: product, expected: [14, 32, 32, 77] },
    { what: "exp", x: powers, expected: [1, Math.E, 1 / Math.E] },
    { what: "random numbers", x: numbers, expected: [0, 1, 2, 3].map((c) => uniformAt([1, 2], 7, c)) },
  ];
  try {
    const results = await Promise.all(answers.map(({ x }) => backend.read(x)));
    for (const [n, { what, expected }] of answers.entries()) {
      const wrong = expected.findIndex((value, i) =>
        !(Math.abs(results[n][i] - value) <= 1e-6 * Math.abs(value))
      );
      if (wrong < 0) continue;
      throw new DeviceError(
        `Cannot use backend "webgpu" on ${backend.description}: its self-test computed ${what} as ` +
          `[${results[n]}], expected [${expected}]; update the graphics driver, or choose --backend=cpu`,
      );
    }
  } catch (error) {
    backend[Symbol.dispose]();
    throw error;
  }
  for (const { buffer } of made) backend.free(buffer);
}

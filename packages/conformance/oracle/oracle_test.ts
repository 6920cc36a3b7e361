import { assertAlmostEquals, assertEquals } from "@std/assert";
import { fromBfloat16, normals, toBfloat16 } from "@taxon/tensor";
import * as fused from "./fused.ts";
import { numericalGradient } from "./gradient.ts";
import { build, nd, sample } from "./nd_array.ts";
import * as oracle from "./primitives.ts";
import { erf, roundToBfloat16, roundToFloat16, truncateToInt32 } from "./scalar.ts";

Deno.test("erf() agrees with table 7.1 of Abramowitz & Stegun and is odd", () => {
  const table = [[0.5, 0.5204998778], [1, 0.8427007929], [1.5, 0.9661051465], [2, 0.9953222650], [
    2.5,
    0.999593048,
  ]];
  for (const [x, value] of table) {
    assertAlmostEquals(erf(x), value, 1e-10);
    assertEquals(erf(-x), -erf(x));
  }
  assertAlmostEquals(erf(2 - 1e-12), erf(2 + 1e-12), 1e-11); // both formulas meet
});

Deno.test("16-bit rounding agrees with Float16Array and with bit arithmetic", () => {
  const values = normals([1, 2], 2000).map((x, i) => x * 10 ** (i % 9 - 6));
  for (const x of values) {
    assertEquals(roundToFloat16(x), Float16Array.of(x)[0]);
    assertEquals(roundToBfloat16(x), fromBfloat16(toBfloat16(x)));
  }
});

Deno.test("truncateToInt32() saturates and turns NaN into 0", () => {
  assertEquals([2.9, -2.9, 1e30, -1e30, NaN].map(truncateToInt32), [2, -2, 2147483647, -2147483648, 0]);
});

Deno.test("matmul() of the oracle multiplies batches stored either way", () => {
  const a = nd([2, 2], [1, 2, 3, 4]);
  assertEquals([...oracle.matmul(a, a).data], [7, 10, 15, 22]);
  assertEquals([...oracle.matmul(a, a, { transposeB: true }).data], [5, 11, 11, 25]);
  assertEquals([...oracle.matmul(a, a, { transposeA: true }).data], [10, 14, 14, 20]);
  const batch = nd([2, 1, 2], [1, 0, 0, 1]); // picks the rows of a
  assertEquals([...oracle.matmul(batch, a).data], [1, 2, 3, 4]);
});

Deno.test("movement of the oracle follows NumPy", () => {
  const x = build([2, 3], ([i, j]) => 3 * i + j);
  assertEquals([...oracle.transpose(x, [1, 0]).data], [0, 3, 1, 4, 2, 5]);
  assertEquals([...oracle.slice(x, [1, 1], [1, 2]).data], [4, 5]);
  assertEquals([...oracle.pad(nd([1], [7]), [1], [3]).data], [0, 7, 0]);
  assertEquals([...oracle.concat([x, nd([2, 1], [8, 9])], 1).data], [0, 1, 2, 8, 3, 4, 5, 9]);
  assertEquals([...oracle.broadcastTo(nd([2, 1], [1, 2]), [2, 2]).data], [1, 1, 2, 2]);
  assertEquals([...oracle.reduce("sum", x, [0]).data], [3, 5, 7]);
  assertEquals([...oracle.reduce("max", x, [1]).data], [2, 5]);
  assertEquals([...oracle.scatterAdd(nd([3], [1, 0, 1], "i32"), nd([3], [1, 2, 3]), 2).data], [2, 4]);
});

Deno.test("layers of the oracle meet values worked out by hand", () => {
  const logits = nd([1, 2], [0, Math.log(3)]);
  assertAlmostEquals(fused.softmax(logits).data[1], 0.75, 1e-15);
  assertAlmostEquals(fused.softmaxCrossEntropy(logits, [1]).data[0], Math.log(4 / 3), 1e-15);
  const smoothed = fused.softmaxCrossEntropy(logits, [1], { labelSmoothing: 0.2 }).data[0];
  assertAlmostEquals(smoothed, 0.9 * Math.log(4 / 3) + 0.1 * Math.log(4), 1e-15);
  const normed = fused.layerNorm(nd([1, 2], [1, 3]), nd([2], [2, 2]), nd([2], [1, 1]), 0);
  assertEquals([...normed.data], [-1, 3]);
  assertAlmostEquals(fused.gelu(1, "erf"), 0.8413447461, 1e-10); // Φ(1)
  assertAlmostEquals(fused.gelu(1, "tanh"), 0.8411919906, 1e-10);
});

Deno.test("attention of the oracle averages the values of equal keys and gives zeros without keys", () => {
  const q = sample("q", [2, 1, 2]);
  const v = nd([2, 1, 2], [1, 2, 3, 6]);
  const layout = { cuSeqlens: [0, 1, 2], cuSeqlensKey: [0, 2, 2], scale: 1 };
  assertEquals([...fused.attention(q, nd([2, 1, 2], [1, 1, 1, 1]), v, layout).data], [2, 4, 0, 0]);
});

Deno.test("the first AdamW step of the oracle moves by the learning rate against the gradient's sign", () => {
  const zero = nd([1], [0]);
  const rates = { learningRate: 0.1, weightDecay: 0.5, beta1: 0.9, beta2: 0.999, eps: 0, step: 1 };
  const { param, m, v } = fused.adamw({ param: nd([1], [2]), grad: nd([1], [-3]), m: zero, v: zero }, rates);
  assertAlmostEquals(param.data[0], 2 - 0.1 * 0.5 * 2 + 0.1, 1e-12);
  assertAlmostEquals(m.data[0], -0.3, 1e-15);
  assertAlmostEquals(v.data[0], 0.009, 1e-15);
});

Deno.test("numericalGradient() differentiates a cube", () => {
  const cube = ([x]: readonly ReturnType<typeof nd>[]) => x.data.reduce((sum, value) => sum + value ** 3, 0);
  const { data } = numericalGradient(cube, [nd([2], [2, -1])], 0);
  assertAlmostEquals(data[0], 12, 1e-7);
  assertAlmostEquals(data[1], 3, 1e-7);
});

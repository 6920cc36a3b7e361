import { assertEquals, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import {
  add,
  arange,
  argmax,
  attention,
  cast,
  checkIds,
  concat,
  DeviceError,
  DTypeError,
  gather,
  layerNorm,
  linear,
  matmul,
  mean,
  ones,
  packedAttention,
  reshape,
  scatterAdd,
  ShapeError,
  slice,
  softmax,
  softmaxCrossEntropy,
  split,
  sum,
  tensor,
  transpose,
  useBackend,
  where,
} from "./mod.ts";

const other = await createCpuBackend({ tier: "reference" });
useBackend(await createCpuBackend({ tier: "reference" }));

type ErrorClass = new (message: string) => Error;

/** What is wrong, the class, and how the message begins. */
const refusals: readonly [what: string, fn: () => unknown, error: ErrorClass, message: string][] = [
  [
    "matmul() of sizes that do not fit",
    () => matmul(ones([8, 128, 768]), ones([512, 768])),
    ShapeError,
    "Cannot multiply [8, 128, 768] by [512, 768]: inner sizes 768 and 512 differ; pass transposeB",
  ],
  [
    "matmul() of a vector",
    () => matmul(ones([3]), ones([3, 2])),
    ShapeError,
    "Cannot multiply [3] by [3, 2]: both",
  ],
  [
    "matmul() of integers",
    () => matmul(arange(3), ones([3, 2])),
    DTypeError,
    "Cannot multiply i32 by f32 matrices",
  ],
  [
    "add() of shapes that do not broadcast",
    () => add(ones([2, 3]), ones([2, 4])),
    ShapeError,
    "Cannot add [2, 3] and [2, 4]: sizes 3 and 4 on axis −1 differ; they must be equal or one of them 1",
  ],
  [
    "add() of two dtypes",
    () => add(ones([2]), arange(2)),
    DTypeError,
    "Cannot add f32 and i32 tensors: cast()",
  ],
  [
    "add() of a fraction to integers",
    () => add(arange(2), 0.5),
    DTypeError,
    "Cannot add an i32 tensor and 0.5",
  ],
  ["add() of two numbers", () => add(1, 2), DTypeError, "Cannot add two numbers"],
  [
    "add() across backends",
    () => add(ones([1]), ones([1], { backend: other })),
    DeviceError,
    "Cannot run add on tensors of backends cpu and cpu: create both on one backend",
  ],
  ["where() by floats", () => where(ones([2]), 1, 0), DTypeError, "Cannot choose by a f32 condition"],
  [
    "reshape() to another number of elements",
    () => reshape(ones([2, 3]), [4]),
    ShapeError,
    "Cannot reshape [2, 3] to [4]: they hold 6 and 4 elements",
  ],
  [
    "reshape() with a size that does not divide",
    () => reshape(ones([2, 3]), [4, -1]),
    ShapeError,
    "Cannot reshape",
  ],
  [
    "transpose() naming an axis twice",
    () => transpose(ones([2, 3]), [0, 0]),
    ShapeError,
    "Cannot transpose [2, 3]",
  ],
  [
    "slice() beyond the end",
    () => slice(ones([2, 3]), [0, 2], [2, 2]),
    RangeError,
    "Cannot slice [2, 2] at [0, 2]",
  ],
  [
    "split() that does not divide",
    () => split(ones([4, 3]), 2, 1),
    ShapeError,
    "Cannot split axis 1 of [4, 3]",
  ],
  ["concat() of nothing", () => concat([], 0), ShapeError, "Cannot concatenate no tensors"],
  [
    "concat() of other sizes",
    () => concat([ones([2, 3]), ones([2, 4])], 0),
    ShapeError,
    "Cannot concatenate [2, 3] and [2, 4] along axis 0: other sizes differ",
  ],
  [
    "sum() over an axis that is not there",
    () => sum(ones([2]), { axes: [1] }),
    RangeError,
    "Cannot reduce by sum axis 1",
  ],
  [
    "sum() over an axis twice",
    () => sum(ones([2]), { axes: [0, -1] }),
    ShapeError,
    "Cannot reduce [2] by sum",
  ],
  [
    "mean() over an axis that is not there",
    () => mean(ones([2]), { axes: [3] }),
    RangeError,
    "Cannot average axis 3",
  ],
  ["gather() by floats", () => gather(ones([2]), ones([1])), DTypeError, "Cannot index with f32 ids"],
  [
    "scatterAdd() of other rows",
    () => scatterAdd(arange(2), ones([3, 2]), 4),
    ShapeError,
    "Cannot scatter updates [3, 2] by ids [2]: leading sizes must agree",
  ],
  [
    "checkIds() of an id beyond",
    () => checkIds([0, 7], 5, "token id"),
    RangeError,
    "Cannot use token id 7 at position 1: valid are 0 … 4",
  ],
  [
    "tensor() of ragged arrays",
    () => tensor([[1, 2], [3]]),
    ShapeError,
    "Cannot create a tensor from ragged arrays",
  ],
  [
    "tensor() with too few elements",
    () => tensor(new Float32Array(5), [2, 3]),
    ShapeError,
    "Cannot create a tensor of shape [2, 3] from 5 elements: it holds 6",
  ],
  ["tensor() of a negative size", () => ones([-1]), ShapeError, "Cannot create a tensor of shape [-1]"],
  [
    "tensor() of another dtype",
    () => tensor(new Int32Array(1), [1], { dtype: "f32" }),
    DTypeError,
    "Cannot create a f32",
  ],
  ["softmax() of a scalar", () => softmax(tensor(1)), ShapeError, "Cannot take softmax of a scalar"],
  [
    "layerNorm() with another weight",
    () => layerNorm(ones([2, 3]), { weight: ones([2]) }),
    ShapeError,
    "Cannot normalise [2, 3] with weight [2]: it must be [3]",
  ],
  [
    "linear() of another input",
    () => linear(ones([2, 3]), ones([4, 5])),
    ShapeError,
    "Cannot apply linear weight [4, 5] to [2, 3]",
  ],
  [
    "cross entropy of float labels",
    () => softmaxCrossEntropy(ones([2, 3]), ones([2])),
    ShapeError,
    "Cannot take cross entropy",
  ],
  [
    "packed attention whose sequences end early",
    () =>
      packedAttention(ones([4, 1, 2]), ones([4, 1, 2]), ones([4, 1, 2]), { cuSeqlens: Int32Array.of(0, 3) }),
    RangeError,
    "Cannot attend: query cuSeqlens [0,3] must rise from 0 to 4",
  ],
  [
    "packed attention of other head sizes",
    () =>
      packedAttention(ones([4, 1, 2]), ones([4, 1, 3]), ones([4, 1, 3]), { cuSeqlens: Int32Array.of(0, 4) }),
    ShapeError,
    "Cannot attend from [4, 1, 2] to keys [4, 1, 3]",
  ],
];

for (const [what, fn, error, message] of refusals) {
  Deno.test(`${what} is refused with the values and the remedy`, () => {
    assertThrows(fn, error, message);
  });
}

Deno.test("attention() of a query that sees no key gives zeros and weights of zero", async () => {
  const [q, k, v] = [ones([1, 1, 2, 2]), ones([1, 1, 3, 2]), ones([1, 1, 3, 2])];
  const mask = tensor(Int32Array.of(1, 1, 0, 0, 0, 0), [1, 1, 2, 3]);
  const { output, weights } = attention(q, k, v, { mask });
  assertEquals(await weights.data(), Float32Array.of(0.5, 0.5, 0, 0, 0, 0));
  assertEquals(await output.data(), Float32Array.of(1, 1, 0, 0));
});

Deno.test("cast() to integers truncates, saturates and turns NaN into 0", async () => {
  const x = tensor([-1.9, 1.9, 3e9, -3e9, NaN]);
  assertEquals(await cast(x, "i32").data<Int32Array>(), Int32Array.of(-1, 1, 2 ** 31 - 1, -(2 ** 31), 0));
});

Deno.test("argmax() gives the first of equal maxima of each row", () => {
  assertEquals(argmax(Float32Array.of(1, 3, 3, -1, -2, -1), 3), Int32Array.of(1, 0));
});

import {
  add,
  cast,
  DeviceError,
  DisposedError,
  type DType,
  DTypeError,
  layerNorm,
  matmul,
  packedAttention,
  ShapeError,
  type Tensor,
} from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { ConformanceError } from "../errors.ts";
import type { CaseContext } from "../context.ts";
import { nd, sample } from "../oracle/nd_array.ts";

type ErrorClass = new (message: string) => Error;

/** Demands the class and the exact text, which must not depend on the backend. */
function expectError(call: () => unknown, errorClass: ErrorClass, message: string): void {
  let caught: unknown;
  try {
    call();
  } catch (error) {
    caught = error;
  }
  if (caught instanceof errorClass && caught.message === message) return;
  throw new ConformanceError(`expected ${errorClass.name} "${message}", got ${caught ?? "no error"}`);
}

function errorCase(
  name: string,
  errorClass: ErrorClass,
  message: string,
  call: (context: CaseContext) => Tensor,
): ConformanceCase {
  return {
    name: `errors/${name}`,
    run: (context) => expectError(() => context.run(() => call(context)), errorClass, message),
  };
}

const matrix = (context: CaseContext, rows: number, columns: number) =>
  context.tensor(sample("error", [rows, columns]));

async function checkTwoBackends(context: CaseContext): Promise<void> {
  using other = await context.provider.create();
  const { name } = context.backend;
  const x = context.tensor(nd([1], [1]), other);
  expectError(
    () => add(context.tensor(nd([1], [1])), x),
    DeviceError,
    `Cannot run add on tensors of backends ${name} and ${other.name}: create both on one backend, ` +
      `or copy with tensor(await x.data(), …)`,
  );
  x.dispose();
}

function checkMissingDType(context: CaseContext): void {
  const { capabilities, name } = context.backend;
  const x = context.tensor(nd([1], [1]));
  for (const dtype of ["f16", "bf16"] satisfies DType[]) {
    if (capabilities.dtypes.includes(dtype)) context.run(() => cast(x, dtype));
    else {
      expectError(
        () => cast(x, dtype),
        DTypeError,
        `Cannot cast to ${dtype} on ${name}: it stores ${capabilities.dtypes.join(", ")}`,
      );
    }
  }
}

/** Wrong calls are refused with the same words on every backend. */
export const errorCases: readonly ConformanceCase[] = [
  errorCase(
    "matmul inner sizes",
    ShapeError,
    "Cannot multiply [2, 3] by [2, 3]: inner sizes 3 and 2 differ; " +
      "pass transposeB if the right operand is stored the other way round",
    (context) => matmul(matrix(context, 2, 3), matrix(context, 2, 3)),
  ),
  errorCase(
    "broadcast",
    ShapeError,
    "Cannot add [2, 3] and [2, 2]: sizes 3 and 2 on axis −1 differ; they must be equal or one of them 1",
    (context) => add(matrix(context, 2, 3), matrix(context, 2, 2)),
  ),
  errorCase(
    "layerNorm weight",
    ShapeError,
    "Cannot normalise [2, 3] with weight [4]: it must be [3]",
    (context) => layerNorm(matrix(context, 2, 3), { weight: context.tensor(sample("error", [4])) }),
  ),
  errorCase(
    "dtypes",
    DTypeError,
    "Cannot add f32 and i32 tensors: cast() one of them",
    (context) => add(matrix(context, 2, 3), context.tensor(nd([3], [1, 2, 3], "i32"))),
  ),
  errorCase(
    "disposed",
    DisposedError,
    "Cannot add a f32 tensor of shape [2, 3]: it was disposed; return it from its scope or keep() it",
    (context) => {
      const x = matrix(context, 2, 3);
      x.dispose();
      return add(x, 1);
    },
  ),
  errorCase(
    "attention window with other keys",
    RangeError,
    "Cannot attend within 1 places to keys of other sequences: leave out cuSeqlensKey or window",
    (context) => {
      const [q, k] = [2, 3].map((tokens) => context.tensor(sample("error", [tokens, 1, 2])));
      const [cuSeqlens, cuSeqlensKey] = [2, 3].map((tokens) => Int32Array.of(0, tokens));
      return packedAttention(q, k, k, { cuSeqlens, cuSeqlensKey, window: 1 });
    },
  ),
  { name: "errors/two backends", run: checkTwoBackends },
  { name: "errors/dtype not stored", run: checkMissingDType },
];

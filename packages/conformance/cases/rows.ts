import {
  gelu,
  layerNorm,
  linear,
  matmul,
  max,
  packedAttention,
  softmax,
  softmaxCrossEntropy,
  sum,
  type Tensor,
} from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { ConformanceError } from "../errors.ts";
import { type CaseContext, fromHost } from "../context.ts";
import { nd, type NdArray, sample } from "../oracle/nd_array.ts";

/** Batch sizes around tile edges; the row that is followed stands first, last and in the middle. */
const BATCHES = [2, 3, 7, 8, 9, 64, 65];
const SIZE = 65;

type RowOp = (x: Tensor) => Tensor;

/** A batch of `rows` rows of which row `at` is `row`; the others are random, one of them NaN. */
function batchAround(row: NdArray, rows: number, at: number): NdArray {
  const batch = sample(`batch ${rows}`, [rows, ...row.shape.slice(1)]);
  const width = row.data.length;
  batch.data.fill(NaN, ((at + 1) % rows) * width, ((at + 1) % rows + 1) * width);
  batch.data.set(row.data, at * width);
  return batch;
}

/** Compares bits: a row scores the same alone and in any batch. */
async function checkRows(context: CaseContext, row: NdArray, op: RowOp): Promise<void> {
  const alone = await bits(context, row, op);
  for (const rows of BATCHES) {
    for (const at of new Set([0, rows >> 1, rows - 1])) {
      const all = await bits(context, batchAround(row, rows, at), op);
      const width = alone.length;
      const difference = alone.findIndex((value, i) => !Object.is(value, all[at * width + i]));
      if (difference >= 0) {
        throw new ConformanceError(
          `row ${at} of ${rows} differs from the same row alone: element ${difference} is ` +
            `${all[at * width + difference]}, alone ${alone[difference]}`,
        );
      }
    }
  }
}

async function bits(context: CaseContext, x: NdArray, op: RowOp): Promise<number[]> {
  const y = context.run(() => op(context.tensor(x)));
  return Array.from(fromHost(await y.data(), y.dtype));
}

function rowCase(name: string, makeOp: (upload: (x: NdArray) => Tensor) => RowOp): ConformanceCase {
  return {
    name: `rows/${name}`,
    run: (context) => checkRows(context, sample(name, [1, SIZE]), makeOp((x) => context.tensor(x))),
  };
}

/** Sequences take the place of rows: the same tokens alone and between others. */
async function checkSequences(context: CaseContext): Promise<void> {
  const lengths = [5, 1, 9, 64, 17];
  const parts = lengths.map((length) =>
    ["q", "k", "v"].map((name) => sample(`${name} ${length}`, [length, 2, 16]))
  );
  for (const x of parts[2]) x.data.fill(NaN); // must stay in its sequence
  const attend = async (chosen: readonly number[]) => {
    const [q, k, v] = [0, 1, 2].map((which) => {
      const data = chosen.flatMap((s) => [...parts[s][which].data]);
      return context.tensor(nd([data.length / 32, 2, 16], data));
    });
    let end = 0;
    const cuSeqlens = Int32Array.of(0, ...chosen.map((s) => end += lengths[s]));
    return await context.run(() => packedAttention(q, k, v, { cuSeqlens })).data();
  };
  const together = await attend([0, 1, 2, 3, 4]);
  for (let s = 0, start = 0; s < lengths.length; start += lengths[s++] * 32) {
    const alone = await attend([s]);
    const difference = alone.findIndex((value, i) => !Object.is(value, together[start + i]));
    if (difference >= 0) {
      throw new ConformanceError(
        `sequence ${s} of ${lengths[s]} tokens differs from the same alone: element ${difference} is ` +
          `${together[start + difference]}, alone ${alone[difference]}`,
      );
    }
  }
}

/** The result of a row does not depend on the other rows of the call, to the bit. */
export const rowCases: readonly ConformanceCase[] = [
  ...[64, 65, 257].map((outputs) =>
    rowCase(`linear to ${outputs}`, (upload) => {
      const weight = upload(sample("weight", [outputs, SIZE]));
      const bias = upload(sample("bias", [outputs]));
      return (x) => linear(x, weight, { bias, activation: "geluTanh" });
    })
  ),
  rowCase("linear to 2", (upload) => {
    const weight = upload(sample("weight", [2, SIZE]));
    return (x) => linear(x, weight);
  }),
  rowCase("matmul", (upload) => {
    const right = upload(sample("right", [SIZE, 33]));
    return (x) => matmul(x, right);
  }),
  rowCase("matmul transposeB", (upload) => {
    const right = upload(sample("right", [33, SIZE]));
    return (x) => matmul(x, right, { transposeB: true });
  }),
  rowCase("layerNorm", (upload) => {
    const [weight, bias] = [upload(sample("weight", [SIZE])), upload(sample("bias", [SIZE]))];
    return (x) => layerNorm(x, { weight, bias });
  }),
  rowCase("softmax", () => softmax),
  rowCase("gelu", () => (x) => gelu(x, "tanh")),
  rowCase("sum", () => (x) => sum(x, { axes: [1] })),
  rowCase("max", () => (x) => max(x, { axes: [1] })),
  rowCase("softmaxCrossEntropy", (upload) => (x) => {
    const labels = upload(nd([x.shape[0]], new Array(x.shape[0]).fill(3), "i32"));
    return softmaxCrossEntropy(x, labels, { labelSmoothing: 0.1 });
  }),
  { name: "rows/attention", run: checkSequences },
];

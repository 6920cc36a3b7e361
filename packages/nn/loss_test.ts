import { assertAlmostEquals, assertEquals } from "@std/assert";
import { valueAndGrad } from "@taxon/autograd";
import { createCpuBackend } from "@taxon/backend-cpu";
import { sum, tensor, useBackend } from "@taxon/tensor";
import { binaryCrossEntropy, crossEntropy } from "./mod.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

const logits = [[1, -2, 0.5], [0, 3, -1]];

Deno.test("crossEntropy() with class weights divides by the weights of the labels, as PyTorch", async () => {
  const weights = [1, 2, 5];
  const labels = [2, 0];
  const nll = logits.map((row, i) => Math.log(row.reduce((s, z) => s + Math.exp(z), 0)) - row[labels[i]]);
  const expected = (5 * nll[0] + 1 * nll[1]) / 6;
  const options = { classWeights: tensor(weights) };
  const [got] = await crossEntropy(tensor(logits), tensor(Int32Array.from(labels)), options).data();
  assertAlmostEquals(got, expected, 1e-6);
});

Deno.test("binaryCrossEntropy() is finite for logits of any size", async () => {
  const z = tensor([[1000, -1000, 1000, -1000]]);
  const loss = await binaryCrossEntropy(z, tensor([[1, 0, 0, 1]])).data();
  assertEquals(loss, Float32Array.of(0, 0, 1000, 1000));
});

Deno.test("the gradient of binaryCrossEntropy() is sigmoid(z) − t, also at z = 0", async () => {
  const z = [0, 0, 2, -30];
  const t = [0, 1, 0.25, 1];
  const x = tensor([z]);
  const { grads } = valueAndGrad([x], () => sum(binaryCrossEntropy(x, tensor([t]))));
  (await grads[0]!.data()).forEach((g, i) => assertAlmostEquals(g, 1 / (1 + Math.exp(-z[i])) - t[i], 1e-6));
});

Deno.test("positive weights multiply the positive term only", async () => {
  const loss = await binaryCrossEntropy(tensor([[2, 2]]), tensor([[1, 0]]), tensor([3, 3])).data();
  assertAlmostEquals(loss[0], 3 * Math.log1p(Math.exp(-2)), 1e-6);
  assertAlmostEquals(loss[1], 2 + Math.log1p(Math.exp(-2)), 1e-6);
});

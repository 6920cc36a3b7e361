import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { type Tensor, tensor, useBackend } from "@taxon/tensor";
import {
  accumulate,
  clipScale,
  readNorms,
  refuseNonFiniteLogits,
  refuseNonFiniteParameters,
  TrainingDivergedError,
} from "./mod.ts";

const backend = useBackend(await createCpuBackend({ tier: "reference" }));

Deno.test("clipScale() is max / (norm + 1e-6), at most 1, as torch.nn.utils.clip_grad_norm_", () => {
  assertAlmostEquals(clipScale(4, 1), 1 / 4.000001, 1e-15);
  assertEquals(clipScale(0.5, 1), 1);
  assertEquals(clipScale(0, 1), 1);
  assertEquals(clipScale(1e30, Infinity), 1);
});

Deno.test("readNorms() gives the loss, the norm of each gradient and that of all together", async () => {
  const grads = new Map([["a", tensor([3, 4])], ["b", tensor([[12]])], ["c", tensor([0, 0])]]);
  const { loss, norms } = await readNorms(tensor(1.5), grads);
  assertEquals(loss, 1.5);
  assertEquals([...norms.each], [["a", 5], ["b", 12], ["c", 0]]);
  assertEquals(norms.global, 13);
  await assertRejects(
    () => readNorms(tensor(1), new Map()),
    TypeError,
    "Cannot train: the loss does not depend",
  );
});

Deno.test("accumulate() adds by name, also gradients that only some parts have, and frees the summands", async () => {
  const before = backend.memory().buffers;
  const total = new Map<string, Tensor>();
  accumulate(total, new Map([["a", tensor([1, 2])]]));
  accumulate(total, new Map([["a", tensor([10, 20])], ["b", tensor([5])]]));
  assertEquals(await total.get("a")!.data(), Float32Array.of(11, 22));
  assertEquals(await total.get("b")!.data(), Float32Array.of(5));
  assertEquals(backend.memory().buffers, before + 2);
});

Deno.test("refuseNonFiniteParameters() names the first parameter that is not finite, and the step", async () => {
  const fine = new Map([["a", tensor([1, -3e38])]]);
  await refuseNonFiniteParameters(7, fine);
  await assertRejects(
    () =>
      refuseNonFiniteParameters(7, new Map([...fine, ["b", tensor([0, -Infinity])], ["c", tensor([NaN])]])),
    TrainingDivergedError,
    "Stopped after step 7: the parameter b is not finite",
  );
});

Deno.test("refuseNonFiniteLogits() names the parameter with the largest weight, and the step", async () => {
  const parameters = new Map([["a", tensor([1, 2])], ["b", tensor([5, -1e20])], ["c", tensor([7])]]);
  await refuseNonFiniteLogits(7, Float32Array.of(1, 3e38), parameters);
  await assertRejects(
    () => refuseNonFiniteLogits(7, Float32Array.of(1, NaN), parameters),
    TrainingDivergedError,
    "Stopped after step 7: the logits of the evaluation split are not finite, the parameter b holds a weight of size 1.00e+20",
  );
});

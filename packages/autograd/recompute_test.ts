import { assert, assertEquals } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { exp, mul, recompute, scope, sin, sum, type Tensor, tensor, useBackend } from "@taxon/tensor";
import { checkGrad, valueAndGrad } from "./mod.ts";

const backend = useBackend(await createCpuBackend({ tier: "reference" }));

/** Σ sin(x·w)·exp(x), which takes w from its surroundings as a layer takes its weights. */
const part = (w: Tensor) => ({ x }: { x: Tensor }) => mul(sin(mul(x, w)), exp(x));

Deno.test("gradients through recompute() are those without it to the bit, for inputs and parameters, and repeated", async () => {
  const [x, w] = [tensor([0.3, -1.2, 2]), tensor([1.5, 0.7, -0.4])];
  const run = async (step: (x: Tensor) => Tensor, params: Tensor[]) => {
    const { value, grads } = valueAndGrad(params, () => sum(step(step(x))));
    const read = await Promise.all([value, ...grads].map((tensor) => tensor?.data()));
    for (const tensor of [value, ...grads]) tensor?.dispose();
    return read;
  };
  const { buffers } = backend.memory();
  for (const params of [[x, w], [w], [x]]) {
    const kept = await run((x) => part(w)({ x }), params);
    assertEquals(await run((x) => recompute(part(w), { x }, [w]), params), kept);
  }
  assertEquals(backend.memory().buffers, buffers);
});

Deno.test("gradients through recompute() are finite differences", async () => {
  const fn = (x: Tensor, w: Tensor) => sum(recompute(part(w), { x }, [w]));
  const check = await checkGrad(fn, [tensor([0.3, -1.2]), tensor([1.5, 0.7])]);
  assert(check.worst < 1e-2, JSON.stringify(check));
});

Deno.test("recompute() runs its function once where no gradient is asked for, and twice where one is", () => {
  let runs = 0;
  const count = ({ x }: { x: Tensor }) => {
    runs++;
    return exp(x);
  };
  const [x, other] = [tensor([1]), tensor([1])];
  scope(() => recompute(count, { x }));
  assertEquals(runs, 1);
  scope(() => valueAndGrad([other], () => sum(mul(recompute(count, { x }), other))));
  assertEquals(runs, 2);
  scope(() => valueAndGrad([x], () => sum(recompute(count, { x }))));
  assertEquals(runs, 4);
});

Deno.test("recompute() keeps what it is called with, though its caller's scope has ended", async () => {
  const x = tensor([2]);
  const { grads } = valueAndGrad([x], () => {
    const y = scope(() => recompute(({ x, factor }) => mul(x, factor), { x, factor: exp(tensor([0])) }));
    return sum(y);
  });
  assertEquals(await grads[0]!.data(), Float32Array.of(1));
});

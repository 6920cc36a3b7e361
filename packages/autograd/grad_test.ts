import { assertEquals, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import {
  add,
  exp,
  less,
  mul,
  relu,
  scope,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  useBackend,
  where,
} from "@taxon/tensor";
import { valueAndGrad } from "./mod.ts";

const backend = useBackend(await createCpuBackend({ tier: "reference" }));

async function gradients(params: Tensor[], fn: () => Tensor): Promise<(number[] | undefined)[]> {
  const { grads } = valueAndGrad(params, fn);
  return await Promise.all(grads.map(async (grad) => grad && [...await grad.data()]));
}

Deno.test("a parameter that is used several times gets the sum of its gradients", async () => {
  const x = tensor([2, 3]);
  // d/dx (x · x + x · x²) = 2x + 3x²
  const cube = () => sum(add(mul(x, x), mul(x, mul(x, x))));
  assertEquals(await gradients([x], cube), [[16, 33]]);
});

Deno.test("a parameter that the value does not depend on has no gradient", async () => {
  const [x, unused] = [tensor([1]), tensor([1])];
  const product = () => {
    mul(unused, 3);
    return sum(mul(x, 2));
  };
  assertEquals(await gradients([unused, x], product), [undefined, [2]]);
});

Deno.test("leaving a parameter out of the list freezes it and changes no other gradient", async () => {
  const [a, b] = [tensor([2, -1]), tensor([3, 5])];
  const fn = () => sum(mul(exp(a), b));
  const [, whole] = await gradients([a, b], fn);
  assertEquals(await gradients([b], fn), [whole]);
});

Deno.test("a value that is itself a parameter has the gradient 1", async () => {
  const x = tensor(5);
  assertEquals(await gradients([x], () => x), [[1]]);
});

Deno.test("no gradient flows through a comparison", async () => {
  const x = tensor([-1, 2]);
  assertEquals(await gradients([x], () => sum(where(less(x, 0), mul(x, 3), x))), [[3, 1]]);
});

Deno.test("relu() has the gradient 0 at 0, as in PyTorch", async () => {
  const x = tensor([-1, 0, 2]);
  assertEquals(await gradients([x], () => sum(relu(x))), [[0, 0, 1]]);
});

Deno.test("scopes inside the function do not cut the graph", async () => {
  const x = tensor([1, 2]);
  const fn = () => {
    const inner = scope(() => mul(scope(() => mul(x, x)), 2)); // 2x²
    return scope(() => sum(mul(inner, x))); // 2x³
  };
  assertEquals(await gradients([x], fn), [[6, 24]]);
});

Deno.test("tensors disposed inside the function do not cut the graph", async () => {
  const x = tensor([1, 2]);
  const fn = () => {
    using squared = mul(x, x);
    return sum(mul(squared, x));
  };
  assertEquals(await gradients([x], fn), [[3, 12]]);
});

Deno.test("only the value and the gradients stay in memory, also after an error", () => {
  const x = tensor([1, 2, 3]);
  const before = backend.memory().buffers;
  const { value, grads } = valueAndGrad([x], () => sum(exp(mul(x, x))));
  assertEquals(backend.memory().buffers, before + 2);
  for (const tensor of [value, ...grads]) tensor!.dispose();
  assertThrows(
    () => valueAndGrad([x], () => mul(exp(x), x)),
    ShapeError,
    "Cannot differentiate a result of shape [3]",
  );
  assertEquals(backend.memory().buffers, before);
});

Deno.test("a function that returns a Promise is refused", () => {
  const x = tensor([1]);
  const before = backend.memory().buffers;
  const later = async () => {
    const y = mul(x, 2);
    await y.data();
    return y;
  };
  assertThrows(() => valueAndGrad([x], later as unknown as () => Tensor), TypeError, "await outside it");
  assertEquals(backend.memory().buffers, before);
});

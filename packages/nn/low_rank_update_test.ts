import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { checkGrad } from "@taxon/autograd";
import { createCpuBackend } from "@taxon/backend-cpu";
import {
  keyFromSeed,
  linear,
  mul,
  normals,
  scope,
  sum,
  type Tensor,
  tensor,
  useBackend,
} from "@taxon/tensor";
import { Linear, LowRankUpdate } from "./mod.ts";

const backend = useBackend(await createCpuBackend({ tier: "reference" }));

const [inSize, outSize, rank, alpha] = [5, 4, 2, 3];
const noise = (seed: number, ...shape: number[]) =>
  tensor(normals(keyFromSeed(seed), shape.reduce((a, b) => a * b)), shape);

/** A layer whose update is not nothing. */
function adapted(): Linear {
  const layer = new Linear(inSize, outSize).initialize(1);
  layer.lora = new LowRankUpdate(inSize, outSize, { rank, alpha });
  backend.assign(layer.lora.down.operand(), noise(2, rank, inSize).operand());
  backend.assign(layer.lora.up.operand(), noise(3, outSize, rank).operand());
  return layer;
}

Deno.test("a linear layer with an update gives x · (weight + alpha / rank · up · down)ᵀ + bias", async () => {
  using layer = adapted();
  using x = noise(4, 3, inSize);
  using y = scope(() => layer.forward(x, "relu"));
  const { weight, bias, lora } = layer;
  const [xs, w, b, down, up] = await Promise.all(
    [x, weight, bias!, lora!.down, lora!.up].map((values) => values.data()),
  );
  (await y.data()).forEach((got, at) => {
    const [row, o] = [Math.floor(at / outSize), at % outSize];
    let expected = b[o];
    for (let i = 0; i < inSize; i++) {
      let whole = w[o * inSize + i];
      for (let r = 0; r < rank; r++) whole += alpha / rank * up[o * rank + r] * down[r * inSize + i];
      expected += xs[row * inSize + i] * whole;
    }
    assertAlmostEquals(got, Math.max(0, expected), 1e-5);
  });
});

Deno.test("an update that was merged into the weight gives the same results", async () => {
  using layer = adapted();
  using x = noise(5, 3, inSize);
  using before = scope(() => layer.forward(x));
  using weight = layer.lora!.mergedWith(layer.weight);
  using after = scope(() => linear(x, weight, { bias: layer.bias }));
  const expected = await before.data();
  (await after.data()).forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-5));
});

Deno.test("an update starts as nothing", async () => {
  using update = new LowRankUpdate(inSize, outSize, { rank, alpha }).initialize(7);
  using x = noise(6, 3, inSize);
  using y = scope(() => update.forward(x));
  assertEquals(await y.data(), new Float32Array(3 * outSize));
  const down = await update.down.data();
  assert(down.every((value) => value !== 0 && Math.abs(value) < 5 / Math.sqrt(inSize)));
});

Deno.test("the gradients of an update and of its input are finite differences", async () => {
  using layer = adapted();
  using x = noise(8, 3, inSize);
  using share = noise(9, 3, outSize);
  const { down, up } = layer.lora!;
  const fn = (x: Tensor, down: Tensor, up: Tensor) => {
    layer.lora = Object.assign(new LowRankUpdate(inSize, outSize, { rank, alpha }), { down, up });
    return sum(mul(layer.forward(x), share));
  };
  const check = await checkGrad(fn, [x, down, up]);
  assert(check.worst < 1e-2, JSON.stringify(check));
});

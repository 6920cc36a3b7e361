import { assertLess } from "@std/assert";
import { valueAndGrad } from "@taxon/autograd";
import { crossEntropy, EncoderLayer, Linear } from "@taxon/nn";
import { gather, scope, tensor, useBackend } from "@taxon/tensor";
import { AdamW } from "@taxon/train";
import provider from "./mod.ts";

Deno.test("a small encoder learns on the backend", async () => {
  using _backend = useBackend(await provider.create());
  using layer = new EncoderLayer({
    modelSize: 8,
    heads: 2,
    headDim: 4,
    feedForwardSize: 16,
    activation: "geluTanh",
    norm: "pre",
    normAffine: true,
    normEps: 1e-6,
    dropout: 0,
  }).initialize(1);
  using head = new Linear(8, 2).initialize(2);
  using optimizer = new AdamW(new Map([...layer.namedParameters(), ...head.namedParameters()]), {});
  const [names, parameters] = [[...optimizer.parameters.keys()], [...optimizer.parameters.values()]];

  // Two texts of two tokens; their first tokens are alike, so that only attention tells them apart.
  const texts = [[1, 0, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0], [
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
  ]];
  const layout = { kind: "packed", cuSeqlens: Int32Array.of(0, 2, 4) } as const;
  const step = async () => {
    const { value, grads } = scope(() =>
      valueAndGrad(parameters, () => {
        const hidden = layer.forward(tensor(texts), { layout });
        return crossEntropy(
          head.forward(gather(hidden, tensor(Int32Array.of(0, 2)))),
          tensor(Int32Array.of(0, 1)),
        );
      })
    );
    optimizer.step(new Map(names.map((name, i) => [name, grads[i]!])), 0.02);
    const [loss] = await value.data();
    for (const x of [value, ...grads]) x?.dispose();
    return loss;
  };
  const first = await step();
  for (let i = 0; i < 39; i++) await step();
  assertLess(await step(), first / 10);
});

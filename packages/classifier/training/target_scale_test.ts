import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { EncoderClassifier, encoderConfig, predictLogits } from "@taxon/model";
import { AdamW } from "@taxon/train";
import { keep, tensor, useBackend } from "@taxon/tensor";
import { scaleHead, targetScaleOf, trainingTask, unitOf } from "./mod.ts";
import { Trainer } from "@taxon/train";

useBackend(await createCpuBackend({ tier: "reference" }));

const config = encoderConfig({
  vocabSize: 20,
  modelSize: 8,
  problemType: "regression",
  labels: ["score"],
  dropout: 0,
});
const texts = Array.from({ length: 32 }, (_, i) => ({ ids: [2, 5 + i % 7, 3] }));
const plain = Float32Array.from(texts, (_, i) => (i % 7 - 3) / 2);

/** Answers after some steps on targets in another unit, and where they were in the first place. */
async function trained(mean: number, deviation: number): Promise<Float32Array> {
  using model = new EncoderClassifier(config).initialize(1);
  const targets = plain.map((target) => mean + deviation * target);
  const scale = targetScaleOf(targets);
  scaleHead(model, scale);
  const task = trainingTask(model, { texts, targets }, {
    labelSmoothing: 0,
    tokenDropout: 0,
    targetDeviation: scale.deviation,
  });
  using trainer = new Trainer(task, {
    seed: 1,
    epochs: 30,
    batchSize: 8,
    learningRate: () => 0.01,
    maxGradNorm: Infinity,
    unit: unitOf(scale),
  });
  for await (const _ of trainer.run());
  return await predictLogits(model, texts);
}

Deno.test("a model for numbers learns the same whatever their unit: 1000 + 300 · y, or y in millionths", async () => {
  const own = await trained(0, 1);
  own.forEach((answer, i) => assertAlmostEquals(answer, plain[i], 0.4)); // it has learnt something
  for (const [mean, deviation] of [[1000, 300], [0, 1e-6]]) {
    const answers = await trained(mean, deviation);
    answers.forEach((answer, i) => assertAlmostEquals((answer - mean) / deviation, own[i], 0.02)); // float32
  }
});

Deno.test("targetScaleOf() of one number again and again is a deviation of 1", () => {
  assertEquals(targetScaleOf([7, 7, 7]), { mean: 7, deviation: 1 });
  assertEquals(targetScaleOf([1, 3]), { mean: 2, deviation: 1 });
});

Deno.test("AdamW moves a parameter in its unit, and lets it decay as what it is there", () => {
  const start = [[3, -2]];
  const run = (unit: number) => {
    const weight = keep(tensor(start.map((row) => row.map((value) => value * unit))));
    using optimizer = new AdamW(new Map([["w", weight]]), { weightDecay: 0.1, eps: 0, unit: () => unit });
    for (let step = 0; step < 5; step++) {
      optimizer.step(new Map([["w", tensor([[0.5 / unit, 1 / unit]])]]), 0.1);
    }
    return weight.data();
  };
  return Promise.all([run(1), run(64)]).then(([own, other]) =>
    own.forEach((value, i) => assertAlmostEquals(other[i] / 64, value, 1e-5))
  );
});

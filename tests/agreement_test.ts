import { assert, assertEquals, assertGreater } from "@std/assert";
import { type ClassifierFiles, loadClassifier, predictLogits, saveClassifier } from "@taxon/model";
import { type BackendProvider, useBackend } from "@taxon/tensor";
import { presentBackends } from "./support/backends.ts";
import { prepareEmbedded, startTraining } from "./support/small_task.ts";

const STEPS = 50;

/**
 * How far a loss may be from that of another backend, as a share of it. Each sums its products in another order, which
 * leaves a gradient of k ≤ 500 terms off by √k·ε ≈ 1e-6 of its size; AdamW hands that share on to the parameters, and
 * 50 steps add up to 5e-5 at worst. Twice that, as long as training is stable: at three times this learning rate it is
 * not, and differences grow a thousandfold.
 */
const CURVE_BOUND = 1e-4;

/** Two labels whose scores differ by less may change places. */
const MARGIN = 1e-4;

const prepared = await prepareEmbedded({
  "model-size": 32,
  layers: 1,
  heads: 4,
  "head-dim": 8,
  "feed-forward-size": 64,
  "vocab-size": 1000,
  "max-length": 32,
});
const providers = (await presentBackends()).filter(({ name }) => name !== "cpu-reference"); // the oracle of others, slow

/** Losses of the first steps on a backend, and the model that they end in. */
async function trainOn(provider: BackendProvider): Promise<{ losses: number[]; files: ClassifierFiles }> {
  using _backend = useBackend(await provider.create());
  const { model, trainer } = startTraining(prepared, { batchSize: 16, epochs: 1, learningRate: 3e-3 });
  using _model = model;
  using _trainer = trainer;
  const losses: number[] = [];
  for await (const { loss } of trainer.run()) {
    losses.push(loss);
    if (losses.length === STEPS) break;
  }
  return { losses, files: await saveClassifier(model) };
}

/** Logits of the test split, one array a text. */
async function logitsOn(provider: BackendProvider, files: ClassifierFiles): Promise<Float32Array[]> {
  using _backend = useBackend(await provider.create());
  using model = loadClassifier(files);
  const logits = await predictLogits(model, prepared.test!.texts);
  const labels = model.config.labels.length;
  return prepared.test!.texts.map((_, i) => logits.subarray(i * labels, (i + 1) * labels));
}

const [cpu, ...others] = providers;
let onCpu: Awaited<ReturnType<typeof trainOn>>;

Deno.test(`the cpu learns in ${STEPS} steps, so that there is something to agree on`, async () => {
  onCpu = await trainOn(cpu);
  assertEquals(onCpu.losses.length, STEPS);
  assertGreater(onCpu.losses[0] / onCpu.losses[STEPS - 1], 1.2);
});

for (const provider of others) {
  Deno.test(`the loss curve of ${STEPS} steps on ${provider.name} is that of the cpu`, async () => {
    const { losses } = await trainOn(provider);
    for (const [step, expected] of onCpu.losses.entries()) {
      const error = Math.abs(losses[step] - expected) / expected;
      assert(
        error <= CURVE_BOUND,
        `step ${step + 1}: ${losses[step]}, expected ${expected}: off by ${error}`,
      );
    }
  });

  Deno.test(`one trained checkpoint labels the embedded test split on ${provider.name} as on the cpu`, async () => {
    const [ours, theirs] = [await logitsOn(provider, onCpu.files), await logitsOn(cpu, onCpu.files)];
    const labelOf = (logits: Float32Array) => logits.indexOf(Math.max(...logits));
    const marginOf = (logits: Float32Array) => {
      const [first, second] = logits.toSorted((a, b) => b - a);
      return first - second;
    };
    const different = theirs.flatMap((logits, i) =>
      marginOf(logits) >= MARGIN && labelOf(logits) !== labelOf(ours[i]) ? [i] : []
    );
    assertEquals(different, []);
    assertGreater(theirs.filter((logits) => marginOf(logits) >= MARGIN).length, 0.9 * theirs.length);
    assertGreater(new Set(theirs.map(labelOf)).size, 2, "the model tells labels apart");
  });
}

import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import webgpu, { createWebgpuBackend, type WebgpuBackend } from "@taxon/backend-webgpu";
import { EncoderClassifier, predictLogits } from "@taxon/model";
import { type MemoryUse, useBackend } from "@taxon/tensor";
import { prepareEmbedded, startTraining } from "./support/small_task.ts";
import { root } from "./support/repository.ts";
import { timeLeft } from "./support/run_end.ts";

const ignore = !(await webgpu.probe()).available;

/** The article's layer in small, on texts of at most 16 tokens. */
const prepare = (layers: number) =>
  prepareEmbedded({
    "model-size": 16,
    layers,
    heads: 2,
    "head-dim": 8,
    "feed-forward-size": 32,
    "vocab-size": 300,
    "max-length": 16,
    dropout: 0,
    positions: "sinusoidal",
    norm: "pre",
  });

/** Differences of the counters over `fn`. */
async function counted(backend: WebgpuBackend, fn: () => Promise<unknown>) {
  const before = backend.counters;
  await fn();
  const { submits, dispatches, readbacks } = backend.counters;
  return {
    submits: submits - before.submits,
    dispatches: dispatches - before.dispatches,
    readbacks: readbacks - before.readbacks,
  };
}

Deno.test({
  name:
    "a layer of the article takes at most 12 dispatches forward, an inference one submit and one readback",
  ignore,
  fn: async () => {
    using backend = useBackend(await createWebgpuBackend());
    const dispatches: number[] = [];
    for (const layers of [1, 2]) {
      const { config, test } = await prepare(layers);
      using model = new EncoderClassifier(config).initialize(1);
      const asked = await counted(backend, () => predictLogits(model, test!.texts.slice(0, 8)));
      assertEquals([asked.submits, asked.readbacks], [1, 1]);
      dispatches.push(asked.dispatches);
    }
    assertLessOrEqual(dispatches[1] - dispatches[0], 12);
  },
});

/** Live buffers, bytes and pooled bytes as one text, to be compared. */
const shown = ({ buffers, bytes, pooledBytes }: MemoryUse) =>
  `${buffers} buffers, ${bytes} bytes, ${pooledBytes} pooled`;

Deno.test({
  name:
    "a training step reads once, and 1,000 of them leave buffers, pool and kernels as the first epoch did",
  ignore,
  fn: async () => {
    using backend = useBackend(await createWebgpuBackend());
    const { config, train, ...rest } = await prepare(1);
    const few = { ...train, texts: train.texts.slice(0, 8), targets: train.targets.slice(0, 8) };
    const { model, trainer } = startTraining({ config, train: few, ...rest }, {
      batchSize: 8,
      epochs: 1020,
      learningRate: 1e-3,
    });
    using _model = model;
    using _trainer = trainer;
    const steps = trainer.run();
    for (let warmUp = 0; warmUp < 20; warmUp++) await steps.next();
    const [memory, { allocations, pipelines }] = [shown(backend.memory()), backend.counters];
    const asked = await counted(backend, async () => {
      for (let step = 0; step < 1000; step++) await steps.next();
    });
    assertEquals(asked.readbacks, 1000);
    assertLessOrEqual(asked.submits, 3000);
    assertEquals(shown(backend.memory()), memory);
    assertEquals(backend.counters.pipelines, pipelines);
    assertLessOrEqual(backend.counters.allocations - allocations, 20); // uploads of more tokens than any before
  },
});

Deno.test({
  name: "2,000 inferences leave buffers and pool as the first ones did",
  ignore,
  fn: async () => {
    using backend = useBackend(await createWebgpuBackend());
    const { config, test } = await prepare(1);
    using model = new EncoderClassifier(config).initialize(1);
    const text = test!.texts.slice(0, 1);
    const first = await predictLogits(model, text);
    for (let warmUp = 0; warmUp < 20; warmUp++) await predictLogits(model, text);
    const [memory, { allocations }] = [shown(backend.memory()), backend.counters];
    for (let n = 0; n < 2000; n++) assertEquals(await predictLogits(model, text), first);
    assertEquals(shown(backend.memory()), memory);
    assertEquals(backend.counters.allocations, allocations);
  },
});

Deno.test({
  name: "a process that used webgpu ends by itself with 0, whether it disposed the backend or not",
  ignore,
  fn: async () => {
    for (const args of [[], ["--dispose"]]) {
      const left = timeLeft();
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--allow-env=XDG_RUNTIME_DIR", `${root.pathname}tests/support/use_webgpu.ts`, ...args],
        ...(left > 0 && { signal: AbortSignal.timeout(left) }),
      }).output();
      const decoder = new TextDecoder();
      assertEquals([code, decoder.decode(stdout)], [0, "7,10,15,22\n"]);
      assert(!/error|panick/i.test(decoder.decode(stderr)), decoder.decode(stderr));
    }
  },
});

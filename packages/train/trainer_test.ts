import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import {
  crossEntropySum,
  dropoutAt,
  Embedding,
  EncoderLayer,
  type ForwardContext,
  Linear,
  Module,
} from "@taxon/nn";
import { gather, type Key, mul, type Tensor, tensor, useBackend } from "@taxon/tensor";
import {
  restoreTrainer,
  saveTrainer,
  type StepReport,
  Trainer,
  type TrainerOptions,
  TrainingDivergedError,
  type TrainingTask,
} from "./mod.ts";

const backend = useBackend(await createCpuBackend());
Deno.test.afterAll(() => backend[Symbol.dispose]());

const DROPOUT = 0.3;
const CLASSES = 3;

/** Texts of 2 … 5 tokens; the class is that of the second token, so that there is something to learn. */
const texts = Array.from({ length: 11 }, (_, t) => {
  const ids = Array.from({ length: 2 + t % 4 }, (_, i) => (t * 5 + i * 7 + t * i) % 12);
  return { ids, label: ids[1] % CLASSES };
});

/** A small encoder with dropout everywhere, classifying by the first token. */
class TinyClassifier extends Module {
  readonly embedding = new Embedding(12, 8);
  readonly layer = new EncoderLayer({
    modelSize: 8,
    heads: 2,
    headDim: 4,
    feedForwardSize: 16,
    activation: "geluTanh",
    norm: "pre",
    normAffine: true,
    normEps: 1e-6,
    dropout: DROPOUT,
  });
  readonly head = new Linear(8, CLASSES);

  forward(indices: Int32Array, places: Int32Array, key: Key): Tensor {
    const some = [...indices].map((i) => texts[i].ids);
    const cuSeqlens = Int32Array.from([0, ...some.map((_, s) => some.slice(0, s + 1).flat().length)]);
    const rows = tensor(Int32Array.from(some.flatMap((ids, s) => ids.map((_, i) => (places[s] << 16) | i))));
    const context: ForwardContext = { layout: { kind: "packed", cuSeqlens }, dropout: { key, rows } };
    const embedded = this.embedding.forward(tensor(Int32Array.from(some.flat())));
    const hidden = this.layer.forward(dropoutAt(embedded, DROPOUT, context, "embedding"), context);
    return this.head.forward(gather(hidden, tensor(cuSeqlens.slice(0, -1))));
  }
}

function taskOf(model: TinyClassifier): TrainingTask {
  return {
    parameters: model.namedParameters(),
    examples: texts.length,
    weight: () => 1,
    mayBeSilent: (name) => name.endsWith("key.bias"),
    loss: (indices, places, key) => {
      const labels = tensor(Int32Array.from(indices, (i) => texts[i].label));
      return crossEntropySum(model.forward(indices, places, key), labels).sum;
    },
  };
}

const options: TrainerOptions = {
  seed: 5,
  epochs: 3,
  batchSize: 4,
  learningRate: (step) => 0.02 / (1 + step),
  weightDecay: 0.01,
};

interface Run {
  reports: StepReport[];
  weights: Map<string, { data: Float32Array }>;
}

/** Trains from fresh weights; stops after `steps`. */
async function train(changes: Partial<TrainerOptions> = {}, steps = Infinity): Promise<Run> {
  using model = new TinyClassifier().initialize(1);
  using trainer = new Trainer(taskOf(model), { ...options, ...changes });
  const reports = await advance(trainer, steps);
  return { reports, weights: await model.stateDict() };
}

async function advance(trainer: Trainer, steps: number): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  if (steps === 0) return reports;
  for await (const report of trainer.run()) {
    reports.push(report);
    if (reports.length >= steps) break;
  }
  return reports;
}

Deno.test("accumulated gradients equal those of the full batch to 1e-6, with dropout on", async () => {
  const full = await train({}, 1);
  for (const microBatchSize of [1, 2, 3]) {
    const parts = await train({ microBatchSize }, 1);
    assertAlmostEquals(parts.reports[0].loss, full.reports[0].loss, 1e-6);
    assertAlmostEquals(parts.reports[0].gradNorm, full.reports[0].gradNorm, 1e-6);
  }
});

Deno.test("every gradient of an accumulated batch equals that of the full batch to 1e-6", async () => {
  // With eps far above the gradients and no decay, a first AdamW step is −rate/eps · gradient.
  const linear = { weightDecay: 0, eps: 1e3, learningRate: () => 1e3, maxGradNorm: Infinity };
  const [full, parts] = [await train(linear, 1), await train({ ...linear, microBatchSize: 2 }, 1)];
  const start = (await train({}, 0)).weights;
  let moved = 0;
  for (const [name, { data }] of full.weights) {
    data.forEach((value, i) => assertAlmostEquals(parts.weights.get(name)!.data[i], value, 1e-6, name));
    if (data.some((value, i) => value !== start.get(name)!.data[i])) moved++;
  }
  assert(moved >= full.weights.size - 1); // all but perhaps the key's bias
});

Deno.test("a parameter's rate and decay are multiplied by its own factor", async () => {
  const start = (await train({}, 0)).weights;
  const scale = (name: string) => name.startsWith("layer.") ? 0.25 : name === "head.bias" ? 0 : 1;
  const step = { learningRate: () => 0.02, weightDecay: 0.5 };
  const [own, equal, lower] = [
    await train({ ...step, learningRateScale: scale }, 1),
    await train(step, 1),
    await train({ ...step, learningRate: () => 0.02 / 4 }, 1),
  ];
  for (const [name, { data }] of own.weights) {
    const { weights } = scale(name) === 1 ? equal : scale(name) === 0 ? { weights: start } : lower;
    assertEquals(data, weights.get(name)!.data, name);
  }
});

Deno.test("only the parameters of the task are trained, and only they can be silent", async () => {
  using model = new TinyClassifier().initialize(1);
  const start = await model.stateDict();
  const task = taskOf(model);
  const parameters = new Map([...task.parameters].filter(([name]) => name.startsWith("head.")));
  using trainer = new Trainer({ ...task, parameters }, { ...options, epochs: 10 });
  await advance(trainer, Infinity); // 30 steps: longer than a silent parameter would be borne
  assertEquals([...trainer.optimizer.moments.keys()], ["head.weight", "head.bias"]);
  for (const [name, { data }] of await model.stateDict()) {
    assertEquals(data.some((value, i) => value !== start.get(name)!.data[i]), parameters.has(name), name);
  }
});

Deno.test("the same seed gives the same bits, another seed others", async () => {
  const [one, again, other] = [await train(), await train(), await train({ seed: 6 })];
  assertEquals(again, one);
  assert(other.reports.some(({ loss }, i) => loss !== one.reports[i].loss));
});

Deno.test("a run restored in the middle of an epoch ends with the same bits as one without a break", async () => {
  const whole = await train();
  for (const stop of [1, 4, 5]) {
    using model = new TinyClassifier().initialize(1);
    using trainer = new Trainer(taskOf(model), options);
    const first = await advance(trainer, stop);
    const [weights, state] = [await model.stateDict(), await saveTrainer(trainer)];

    using resumed = new TinyClassifier().initialize(99);
    resumed.loadStateDict(weights);
    using rest = new Trainer(taskOf(resumed), options);
    restoreTrainer(rest, state);
    const second = await advance(rest, Infinity);
    assertEquals([...first, ...second], whole.reports);
    assertEquals(await resumed.stateDict(), whole.weights);
  }
});

Deno.test("a run reports each step, its epoch and rate, and lowers the loss", async () => {
  const { reports } = await train({ epochs: 20, learningRate: () => 0.01 });
  assertEquals(reports.map(({ step }) => step), Array.from({ length: 60 }, (_, i) => i + 1)); // 3 a epoch
  assertEquals(
    reports.filter(({ epochEnd }) => epochEnd).map(({ epoch }) => epoch),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  const mean = (some: StepReport[]) => some.reduce((total, { loss }) => total + loss, 0) / some.length;
  assert(mean(reports.slice(-6)) < 0.5 * mean(reports.slice(0, 6)));
});

Deno.test("each epoch goes once through all examples, in an order of its own", async () => {
  const seen: number[] = [];
  const weight = tensor([1]);
  const task: TrainingTask = {
    parameters: new Map([["weight", weight]]),
    examples: 10,
    weight: () => 1,
    loss: (indices) => {
      seen.push(...indices);
      return mul(weight, 1);
    },
  };
  using trainer = new Trainer(task, { ...options, epochs: 2 });
  await advance(trainer, Infinity);
  const [first, second] = [seen.slice(0, 10), seen.slice(10)];
  assertEquals(first.toSorted((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assertEquals(second.toSorted((a, b) => a - b), first.toSorted((a, b) => a - b));
  assert(first.some((index, i) => index !== second[i]));
  weight.dispose();
});

Deno.test("training stops at a gradient that is not finite and names step and parameter", async () => {
  using model = new TinyClassifier().initialize(1);
  const task = taskOf(model);
  const exploding: TrainingTask = {
    ...task,
    loss: (...args) => mul(mul(task.loss(...args), 1e30), 1e30),
  };
  using trainer = new Trainer(exploding, options);
  const before = await model.stateDict();
  const error = await assertRejects(() => advance(trainer, 1), TrainingDivergedError);
  assert(/^Stopped at step 1: the gradient of \S+ is not finite \(loss Infinity, \d+ of/.test(error.message));
  assertEquals(await model.stateDict(), before); // the step was not taken
});

Deno.test("training stops at a weight that is not finite and names it", async () => {
  using model = new TinyClassifier().initialize(1);
  const state = await model.stateDict();
  state.get("layer.feedForward.up.weight")!.data[7] = NaN;
  model.loadStateDict(state);
  using trainer = new Trainer(taskOf(model), options);
  await assertRejects(
    () => advance(trainer, 1),
    TrainingDivergedError,
    "Stopped at step 1: the parameter layer.feedForward.up.weight is not finite",
  );
});

Deno.test("a parameter that the loss does not reach is named after 20 steps", async () => {
  using model = new TinyClassifier().initialize(1);
  using forgotten = new Linear(2, 2);
  const task = taskOf(model);
  const parameters = new Map([...task.parameters, ["adapter.weight", forgotten.weight]]);
  using trainer = new Trainer({ ...task, parameters }, { ...options, epochs: 10 });
  let steps = 0;
  const error = await assertRejects(async () => {
    for await (const _report of trainer.run()) steps++;
  }, TypeError);
  assertEquals(steps, 19);
  assert(
    error.message.startsWith(
      "Stopped after 20 steps: the gradient of adapter.weight was missing or exactly zero",
    ),
  );
});

Deno.test("training leaves only parameters and moments in memory, also when it stops with an error", async () => {
  const start = backend.memory().buffers;
  {
    using model = new TinyClassifier().initialize(1);
    using trainer = new Trainer(taskOf(model), options);
    const before = backend.memory().buffers;
    await advance(trainer, 2);
    assertEquals(backend.memory().buffers, before);
    const state = await model.stateDict();
    state.get("head.weight")!.data.fill(NaN);
    model.loadStateDict(state);
    await assertRejects(() => advance(trainer, 1), TrainingDivergedError);
    assertEquals(backend.memory().buffers, before);
  }
  assertEquals(backend.memory().buffers, start);
});

Deno.test("a state that does not fit is refused", async () => {
  using model = new TinyClassifier().initialize(1);
  using trainer = new Trainer(taskOf(model), options);
  const state = await saveTrainer(trainer);
  assertThrows(
    () => restoreTrainer(trainer, { ...state, step: 1000 }),
    TypeError,
    "Cannot resume at step 1000: this run has 9 steps",
  );
  state.moments.delete("head.weight.v");
  assertThrows(
    () => restoreTrainer(trainer, state),
    TypeError,
    "the optimizer state of head.weight is missing",
  );
  assertThrows(
    () => new Trainer({ ...taskOf(model), examples: 0 }, options),
    RangeError,
    "Cannot train on 0 examples",
  );
});

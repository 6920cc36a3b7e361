import { foldIn, full, type Key, keyFromSeed, mul, permutation, type Tensor } from "@taxon/tensor";
import { valueAndGrad } from "@taxon/autograd";
import { AdamW, type AdamWSettings } from "./adamw.ts";
import { accumulate, clipScale, readNorms, refuseNonFinite } from "./gradients.ts";
import { GradientWatch } from "./liveness.ts";

/** What is trained, as the loop sees it. */
export interface TrainingTask {
  /** Trainable tensors by name; leave one out to freeze it. */
  parameters: ReadonlyMap<string, Tensor>;
  /** Number of training examples. */
  examples: number;
  /**
   * The loss of some examples, summed, a scalar.
   *
   * @param indices Which examples.
   * @param places Their places in the logical batch: dropout follows these, so that accumulation draws the same masks.
   */
  loss(indices: Int32Array, places: Int32Array, dropoutKey: Key): Tensor;
  /** Share of an example in the divisor of the mean: 1, or its class weight. */
  weight(index: number): number;
  /** Whether the gradient of a parameter may always be zero; see `GradientWatch`. */
  mayBeSilent?(name: string): boolean;
}

/** How a task is trained. */
export interface TrainerOptions extends AdamWSettings {
  /** Decides the order of the examples and what dropout draws. */
  seed: number;
  /** Times that each example is seen. */
  epochs: number;
  /** Examples a step (the logical batch). */
  batchSize: number;
  /** Examples computed at once; gradients of the parts add up to those of the whole batch. Default batchSize. */
  microBatchSize?: number;
  /** Rate of a step, counted from 0. */
  learningRate: (step: number) => number;
  /** Global norm to which gradients are clipped; default 1, Infinity turns it off. */
  maxGradNorm?: number;
}

/** One optimiser step. */
export interface StepReport {
  /** Steps taken, this one included. */
  step: number;
  /** Epochs done, e.g. 1.5. */
  epoch: number;
  /** Mean loss of the batch before the step. */
  loss: number;
  /** Rate of this step. */
  learningRate: number;
  /** Global norm before clipping. */
  gradNorm: number;
  /** Whether this step ends an epoch. */
  epochEnd: boolean;
}

/**
 * The training loop: prints nothing, opens nothing. All randomness comes from (seed, step) and (seed, epoch), so a run
 * that goes on from a saved step equals one without interruption.
 */
export class Trainer implements Disposable {
  /** Holds the moments, and how many steps were taken. */
  readonly optimizer: AdamW;
  /** Knows which parameters had no gradient yet. */
  readonly watch: GradientWatch;
  /** ⌈examples / batchSize⌉: the last batch of an epoch may be smaller. */
  readonly stepsPerEpoch: number;
  /** Steps of all epochs. */
  readonly totalSteps: number;
  readonly #key: Key;
  #order?: { epoch: number; indices: Int32Array };

  /**
   * Starts at step 0; `restoreTrainer` lets it go on from a saved state.
   *
   * @throws {RangeError} If the task has no examples.
   */
  constructor(readonly task: TrainingTask, readonly options: TrainerOptions) {
    if (task.examples === 0) throw new RangeError("Cannot train on 0 examples: give at least one");
    this.optimizer = new AdamW(task.parameters, options);
    this.watch = new GradientWatch(task.parameters.keys(), task.mayBeSilent ?? (() => false));
    this.stepsPerEpoch = Math.ceil(task.examples / options.batchSize);
    this.totalSteps = this.stepsPerEpoch * options.epochs;
    this.#key = keyFromSeed(options.seed);
  }

  /** Steps from where the optimiser stands to the end, one report each; stop asking to stop training. */
  async *run(): AsyncGenerator<StepReport> {
    while (this.optimizer.steps < this.totalSteps) yield await this.#step();
  }

  async #step(): Promise<StepReport> {
    const step = this.optimizer.steps;
    const batch = this.#batch(step);
    const { loss, grads } = this.#gradients(batch, foldIn(foldIn(this.#key, "dropout"), step));
    try {
      const read = await readNorms(loss, grads);
      await refuseNonFinite(step + 1, read.loss, read.norms, this.task.parameters);
      const learningRate = this.options.learningRate(step);
      this.watch.observe(read.norms.each, learningRate);
      using scale = full([], clipScale(read.norms.global, this.options.maxGradNorm ?? 1), {
        backend: loss.backend,
      });
      this.optimizer.step(grads, learningRate, scale);
      const done = step + 1;
      return {
        step: done,
        epoch: done / this.stepsPerEpoch,
        loss: read.loss,
        learningRate,
        gradNorm: read.norms.global,
        epochEnd: done % this.stepsPerEpoch === 0,
      };
    } finally {
      loss.dispose();
      for (const grad of grads.values()) grad.dispose();
    }
  }

  /** The examples of a step: each epoch goes once through its own permutation. */
  #batch(step: number): Int32Array {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    if (this.#order?.epoch !== epoch) {
      const key = foldIn(foldIn(this.#key, "order"), epoch);
      this.#order = { epoch, indices: permutation(key, this.task.examples) };
    }
    const from = (step % this.stepsPerEpoch) * this.options.batchSize;
    return this.#order.indices.slice(from, from + this.options.batchSize);
  }

  /** Mean loss of the batch and its gradients, computed part by part. */
  #gradients(batch: Int32Array, dropoutKey: Key): { loss: Tensor; grads: Map<string, Tensor> } {
    const names = [...this.task.parameters.keys()];
    const params = [...this.task.parameters.values()];
    const divisor = batch.reduce((total, index) => total + this.task.weight(index), 0);
    const part = this.options.microBatchSize ?? batch.length;
    const total = new Map<string, Tensor>();
    for (let from = 0; from < batch.length; from += part) {
      const indices = batch.slice(from, from + part);
      const places = indices.map((_, i) => from + i);
      const { value, grads } = valueAndGrad(
        params,
        () => mul(this.task.loss(indices, places, dropoutKey), 1 / divisor),
      );
      const named = names.flatMap((name, i): [string, Tensor][] => grads[i] ? [[name, grads[i]]] : []);
      accumulate(total, new Map([[LOSS, value], ...named]));
    }
    const loss = total.get(LOSS)!;
    total.delete(LOSS);
    return { loss, grads: total };
  }

  /** Frees the optimiser's moments; the parameters stay the task's. */
  [Symbol.dispose](): void {
    this.optimizer[Symbol.dispose]();
  }
}

/** The loss is summed over the parts like a gradient; no parameter has an empty name. */
const LOSS = "";

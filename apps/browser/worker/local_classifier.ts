import { TextClassifier } from "@taxon/classifier";
import { targetsOf, trainingTask } from "@taxon/classifier/training";
import { saveClassifier } from "@taxon/model";
import { useBackend } from "@taxon/tensor";
import { learningRateAt, Trainer } from "@taxon/train";
import type { ExplainRequest, Explanation } from "@taxon/visualization";
import type { BackendRequest, ModelFiles, OpenedModel, TrainProgress, TrainRequest } from "../questions.ts";
import { chooseBackend } from "./choose_backend.ts";

/** Examples a step; more than most readers will label. */
const BATCH_SIZE = 8;

/** A model, its tokenizer and the backend that computes, in this thread. */
export class LocalClassifier implements Disposable {
  private constructor(
    readonly classifier: TextClassifier,
    readonly backendSummary: string,
    readonly tokenizerText: string,
  ) {}

  /**
   * Makes a model from its files.
   *
   * @throws {Error} If a file is broken, the files do not belong together, or the backend cannot be used.
   */
  static async open(files: ModelFiles, request: BackendRequest): Promise<LocalClassifier> {
    const { backend, summary } = await chooseBackend(request);
    try {
      return new LocalClassifier(TextClassifier.fromFiles(files, { backend }), summary, files.tokenizer);
    } catch (error) {
      backend[Symbol.dispose]();
      throw error;
    }
  }

  /** What a reader is told of it. */
  describe(): OpenedModel {
    const { config, model } = this.classifier;
    return { config, parameters: model.parameterCount(), backend: this.backendSummary };
  }

  /** Answers as `POST /v1/explain` of a server does. */
  explain({ inputs, layers, importance, head_effects: headEffects, label }: ExplainRequest): Promise<
    Explanation
  > {
    const { text, text_pair: textPair } = typeof inputs === "string" ? { text: inputs } : inputs;
    const options = { layers, importance, headEffects, label };
    return this.classifier.explain({ text, textPair: textPair ?? undefined }, options);
  }

  /**
   * Trains all weights on a few texts; the model then answers with the new ones.
   *
   * @param onStep Called after each step.
   */
  async train(
    { examples, epochs, learningRate }: TrainRequest,
    onStep: (progress: TrainProgress) => void,
  ): Promise<TrainProgress> {
    const { backend, config, model } = this.classifier;
    useBackend(backend); // opening another model may have set its own and failed
    const split = {
      texts: this.classifier.encodeAll(examples),
      targets: targetsOf(examples, config.labels, config.problemType),
    };
    const totalSteps = Math.ceil(examples.length / BATCH_SIZE) * epochs;
    using trainer = new Trainer(trainingTask(model, split, { labelSmoothing: 0, tokenDropout: 0 }), {
      seed: 42,
      epochs,
      batchSize: BATCH_SIZE,
      learningRate: (step) => learningRateAt(step, { schedule: "linear", learningRate, totalSteps }),
    });
    let last = { step: 0, totalSteps, loss: NaN };
    for await (const { step, loss } of trainer.run()) onStep(last = { step, totalSteps, loss });
    return last;
  }

  /** The model as files: those of `deno task train`. */
  async save(): Promise<ModelFiles> {
    const { config, weights } = await saveClassifier(this.classifier.model);
    return { config, tokenizer: this.tokenizerText, weights: new Uint8Array(weights) };
  }

  [Symbol.dispose](): void {
    this.classifier[Symbol.dispose]();
    this.classifier.backend[Symbol.dispose]();
  }
}

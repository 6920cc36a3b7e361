import { explain } from "@taxon/app-shared/explain";
import { encodeTexts } from "@taxon/app-shared/score_split";
import { targetsOf } from "@taxon/app-shared/targets";
import { trainingTask } from "@taxon/app-shared/training_task";
import { type EncoderClassifier, loadClassifier, saveClassifier } from "@taxon/model";
import { type Backend, numel, useBackend } from "@taxon/tensor";
import { Tokenizer } from "@taxon/text";
import { learningRateAt, Trainer } from "@taxon/train";
import type { ExplainRequest, Explanation } from "@taxon/visualization";
import type { BackendRequest, ModelFiles, OpenedModel, TrainProgress, TrainRequest } from "../questions.ts";
import { chooseBackend } from "./choose_backend.ts";

/** Examples a step; more than most readers will label. */
const BATCH_SIZE = 8;

/** A model, its tokenizer and the backend that computes, in this thread. */
export class LocalClassifier implements Disposable {
  private constructor(
    readonly model: EncoderClassifier,
    readonly tokenizer: Tokenizer,
    readonly backend: Backend,
    readonly backendSummary: string,
    readonly tokenizerText: string,
  ) {}

  /**
   * Makes a model from its files.
   *
   * @throws {Error} If a file is broken, the files do not belong together, or the backend cannot be used.
   */
  static async open(files: ModelFiles, request: BackendRequest): Promise<LocalClassifier> {
    const tokenizer = Tokenizer.fromJson(files.tokenizer);
    const { backend, summary } = await chooseBackend(request);
    try {
      useBackend(backend);
      const model = loadClassifier(files);
      if (tokenizer.vocabSize > model.config.vocabSize) {
        throw new Error(
          `Cannot open the model: tokenizer.json has ${tokenizer.vocabSize} tokens, ` +
            `config.json only ${model.config.vocabSize}; choose files of the same run`,
        );
      }
      return new LocalClassifier(model, tokenizer, backend, summary, files.tokenizer);
    } catch (error) {
      backend[Symbol.dispose]();
      throw error;
    }
  }

  /** What a reader is told of it. */
  describe(): OpenedModel {
    const { config } = this.model;
    const sizes = [...this.model.namedParameters().values()].map(({ shape }) => numel(shape));
    return { config, parameters: sizes.reduce((a, b) => a + b, 0), backend: this.backendSummary };
  }

  /** Answers as `POST /v1/explain` of a server does. */
  explain({ inputs, layers, importance, head_effects: headEffects, label }: ExplainRequest): Promise<
    Explanation
  > {
    useBackend(this.backend); // opening another model may have set its own and failed
    const { text, text_pair: textPair } = typeof inputs === "string" ? { text: inputs } : inputs;
    const { model, tokenizer } = this;
    return explain({ model, tokenizer, config: model.config }, { text, textPair: textPair ?? undefined }, {
      layers,
      importance,
      headEffects,
      label,
    });
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
    useBackend(this.backend);
    const { config } = this.model;
    const split = {
      texts: encodeTexts(this.tokenizer, config, examples).texts,
      targets: targetsOf(examples, config.labels, config.problemType),
    };
    const totalSteps = Math.ceil(examples.length / BATCH_SIZE) * epochs;
    using trainer = new Trainer(trainingTask(this.model, split, { labelSmoothing: 0, tokenDropout: 0 }), {
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
    const { config, weights } = await saveClassifier(this.model);
    return { config, tokenizer: this.tokenizerText, weights: new Uint8Array(weights) };
  }

  [Symbol.dispose](): void {
    this.model[Symbol.dispose]();
    this.backend[Symbol.dispose]();
  }
}

import {
  type EncodedText,
  type EncoderClassifier,
  type EncoderClassifierConfig,
  loadClassifier,
  predictLogits,
  type PredictOptions,
} from "@taxon/model";
import { type Backend, useBackend } from "@taxon/tensor";
import { Tokenizer } from "@taxon/text";
import type { Explanation } from "@taxon/decision";
import { type Classification, classifications } from "./classification.ts";
import {
  type EncodedInput,
  encodeInput,
  encodeInputs,
  type EncodeOptions,
  type TextInput,
} from "./encode.ts";
import { explain, type ExplainOptions } from "./explain.ts";
import { ModelFolder } from "./folder/model_folder.ts";
import { requireFittingVocabulary } from "./vocabulary.ts";

/** The three files of a trained classifier. */
export interface TextClassifierFiles {
  /** Text of config.json. */
  readonly config: string;
  /** Text of tokenizer.json. */
  readonly tokenizer: string;
  /** Bytes of model.safetensors. */
  readonly weights: Uint8Array;
}

/** What a classifier computes with; it stays its maker's to dispose. */
export interface TextClassifierOptions {
  /** Set as the current one whenever the classifier computes. */
  readonly backend: Backend;
}

/** From texts to answers: tokenizer, model and backend in one. */
export class TextClassifier implements Disposable {
  /** Turns texts into the ids that the model takes. */
  readonly tokenizer: Tokenizer;
  /** Where the weights lie. */
  readonly backend: Backend;

  /**
   * Joins a model to its tokenizer; `open` and `fromFiles` make both from files.
   *
   * @param model On the backend; it is disposed with the classifier.
   */
  constructor(
    readonly model: EncoderClassifier,
    { tokenizer, backend }: TextClassifierOptions & { readonly tokenizer: Tokenizer },
  ) {
    this.tokenizer = tokenizer;
    this.backend = backend;
  }

  /**
   * Makes a classifier from the contents of its files, as in a browser.
   *
   * @throws {SyntaxError} If a file does not parse.
   * @throws {TypeError} If the weights do not fit the config, naming the tensors.
   * @throws {RangeError} If a weight is not finite, or the tokenizer has more tokens than the model.
   */
  static fromFiles(
    { tokenizer: text, ...files }: TextClassifierFiles,
    { backend }: TextClassifierOptions,
  ): TextClassifier {
    const tokenizer = Tokenizer.fromJson(text);
    useBackend(backend);
    const model = loadClassifier(files);
    try {
      requireFittingVocabulary(tokenizer, model.config);
      return new TextClassifier(model, { tokenizer, backend });
    } catch (error) {
      model[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Opens a folder in Deno, Node or Bun: one that `train` wrote, a checkpoint of Hugging Face `transformers`, or a model of
   * sentence-transformers.
   *
   * @throws {Error} If a file is missing or broken, naming it; if the tokenizer and the model do not fit.
   */
  static open(folder: string | ModelFolder, { backend }: TextClassifierOptions): TextClassifier {
    const opened = typeof folder === "string" ? new ModelFolder(folder) : folder;
    useBackend(backend);
    const { model } = opened.load();
    return new TextClassifier(model, { tokenizer: opened.tokenizer, backend });
  }

  /** The model's settings, those of the head included. */
  get config(): EncoderClassifierConfig {
    return this.model.config;
  }

  /**
   * A text or a pair as the model takes it.
   *
   * @throws {RangeError} If it is too long and the model's policy is "error".
   */
  encode(input: TextInput, options?: EncodeOptions): EncodedInput {
    return encodeInput(this.tokenizer, this.config, input, options).encoded;
  }

  /**
   * Many of them.
   *
   * @throws {RangeError} As `encode`, naming the row where there is one.
   */
  encodeAll(
    inputs: readonly (TextInput & { readonly file?: string; readonly row?: number })[],
  ): EncodedInput[] {
    return encodeInputs(this.tokenizer, this.config, inputs);
  }

  /**
   * Logits of any number of texts, computed in packed batches of so many tokens; a text gets the same bits in any batch.
   *
   * @returns Row-major [texts, labels].
   */
  logits(texts: readonly EncodedText[], options?: PredictOptions): Promise<Float32Array> {
    useBackend(this.backend); // another classifier may have set its own
    return predictLogits(this.model, texts, options);
  }

  /**
   * Answers one text or pair.
   *
   * @throws {RangeError} If it is too long and the model's policy is "error", or a logit is not finite.
   */
  async classify(input: TextInput | string): Promise<Classification> {
    const encoded = this.encode(typeof input === "string" ? { text: input } : input);
    return classifications(this.config, await this.logits([encoded]), [encoded])[0];
  }

  /**
   * Answers any number of texts, packed into batches.
   *
   * @throws {RangeError} As `classify`, naming the row where there is one.
   */
  async classifyAll(
    inputs: readonly (TextInput & { readonly file?: string; readonly row?: number })[],
    options?: PredictOptions,
  ): Promise<Classification[]> {
    const encoded = this.encodeAll(inputs);
    return classifications(this.config, await this.logits(encoded, options), encoded);
  }

  /**
   * Explains one text or pair in the format of the visualiser.
   *
   * @throws {RangeError} As `classify`.
   */
  explain(input: TextInput, options?: ExplainOptions): Promise<Explanation> {
    useBackend(this.backend);
    return explain(this, input, options);
  }

  /** Frees the model; the backend stays. */
  [Symbol.dispose](): void {
    this.model[Symbol.dispose]();
  }
}

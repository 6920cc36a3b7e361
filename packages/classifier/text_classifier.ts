import {
  type EncodedText,
  type EncoderClassifier,
  type EncoderClassifierConfig,
  loadClassifier,
  predictLogits,
  type PredictOptions,
} from "@taxon/model";
import { type Backend, type BackendOptions, useBackend } from "@taxon/tensor";
import { Tokenizer } from "@taxon/text";
import type { Explanation } from "@taxon/decision";
import { type Classification, classifications } from "./classification.ts";
import {
  type EncodedInput,
  encodeInput,
  encodeInputs,
  type EncodeOptions,
  type LocatedText,
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

/**
 * What an opened classifier computes with: a backend of the caller, or one by name that goes with the classifier, default
 * `auto`, the best that there is.
 */
export type OpenOptions = TextClassifierOptions | NamedBackend;

/** A backend as `selectBackend` of `@taxon/backend-auto` makes it. */
export interface NamedBackend extends BackendOptions {
  readonly backend?: string;
}

/** From texts to answers: tokenizer, model and backend in one. */
export class TextClassifier implements Disposable {
  /** Turns texts into the ids that the model takes. */
  readonly tokenizer: Tokenizer;
  /** Where the weights lie. */
  readonly backend: Backend;
  readonly #ownBackend?: Disposable;

  /**
   * Joins a model to its tokenizer; `open` and `fromFiles` make both from files.
   *
   * @param model On the backend; it is disposed with the classifier.
   * @param options `ownBackend` is one to dispose with the classifier.
   */
  constructor(
    readonly model: EncoderClassifier,
    options: TextClassifierOptions & { readonly tokenizer: Tokenizer; readonly ownBackend?: Disposable },
  ) {
    this.tokenizer = options.tokenizer;
    this.backend = options.backend;
    this.#ownBackend = options.ownBackend;
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
   * @throws {DeviceError} If the backend named cannot be used.
   */
  static async open(folder: string | ModelFolder, options: OpenOptions = {}): Promise<TextClassifier> {
    const opened = typeof folder === "string" ? new ModelFolder(folder) : folder;
    opened.config(); // before a backend is made for nothing
    using stack = new DisposableStack();
    const ownBackend = isNamed(options) ? stack.use(await makeBackend(options)) : undefined;
    const backend = ownBackend ?? (options as TextClassifierOptions).backend;
    useBackend(backend);
    const { model } = opened.load();
    stack.move();
    return new TextClassifier(model, { tokenizer: opened.tokenizer, backend, ownBackend });
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
  encodeAll(inputs: readonly LocatedText[]): EncodedInput[] {
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
  classify(input: TextInput | string): Promise<Classification>;
  /**
   * Answers any number of texts or pairs, packed into batches.
   *
   * @throws {RangeError} As for one, naming the row where there is one.
   */
  classify(
    inputs: readonly (LocatedText | string)[],
    options?: PredictOptions,
  ): Promise<Classification[]>;
  async classify(
    inputs: TextInput | string | readonly (LocatedText | string)[],
    options?: PredictOptions,
  ): Promise<Classification | Classification[]> {
    const encoded = isList(inputs) ? this.encodeAll(inputs.map(asInput)) : [this.encode(asInput(inputs))];
    const answers = classifications(this.config, await this.logits(encoded, options), encoded);
    return isList(inputs) ? answers : answers[0];
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

  /** Frees the model, and the backend if `open` made it. */
  [Symbol.dispose](): void {
    this.model[Symbol.dispose]();
    this.#ownBackend?.[Symbol.dispose]();
  }
}

/** Only here is a backend needed, and only where the caller has none. */
async function makeBackend({ backend, ...options }: NamedBackend): Promise<Backend> {
  const { selectBackend } = await import("@taxon/backend-auto");
  return (await selectBackend(backend, options)).backend;
}

function isNamed(options: OpenOptions): options is NamedBackend {
  return typeof options.backend !== "object";
}

function asInput(input: LocatedText | string): LocatedText {
  return typeof input === "string" ? { text: input } : input;
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

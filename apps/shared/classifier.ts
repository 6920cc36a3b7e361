import { selectBackend } from "@taxon/backend-auto";
import {
  configFromJson,
  type EncodedText,
  type EncoderClassifier,
  type EncoderClassifierConfig,
  loadClassifier,
  predictLogits,
} from "@taxon/model";
import { type Backend, type BackendOptions, useBackend } from "@taxon/tensor";
import { Tokenizer } from "@taxon/text";
import { reasonOf } from "./data_files.ts";

/** A finished model, ready to answer. */
export interface OpenClassifier extends Disposable {
  readonly config: EncoderClassifierConfig;
  readonly tokenizer: Tokenizer;
  readonly backend: Backend;
  readonly model: EncoderClassifier;
  /** How the backend was chosen, in words. */
  readonly backendSummary: string;
  /** Logits, row-major [texts, labels]. */
  logits(texts: readonly EncodedText[], options?: { maxBatchTokens?: number }): Promise<Float32Array>;
}

/** Which backend to use, and how. */
export interface OpenOptions extends BackendOptions {
  readonly backend?: string;
}

/** The two text files of a model folder, without its weights: enough to tokenize and to name labels. */
export async function readModelInfo(
  directory: string,
): Promise<{ config: EncoderClassifierConfig; configText: string; tokenizer: Tokenizer }> {
  const configText = await readPart(directory, "config.json");
  const tokenizerText = await readPart(directory, "tokenizer.json");
  return {
    configText,
    config: loadPart(directory, "config.json", () => configFromJson(configText)),
    tokenizer: loadPart(directory, "tokenizer.json", () => Tokenizer.fromJson(tokenizerText)),
  };
}

/**
 * Loads a model folder that `train` wrote.
 *
 * @throws {Error} If a file is missing, naming it; if the tokenizer and the model do not fit.
 */
export async function openClassifier(
  directory: string,
  { backend: name, threads, precision }: OpenOptions = {},
): Promise<OpenClassifier> {
  const { config, configText, tokenizer } = await readModelInfo(directory);
  if (tokenizer.vocabSize > config.vocabSize) {
    throw new Error(
      `Cannot load ${directory}: tokenizer.json has ${tokenizer.vocabSize} tokens, the model only ${config.vocabSize}`,
    );
  }
  const weights = await Deno.readFile(`${directory}/model.safetensors`).catch((error) => {
    throw new Error(`Cannot load ${directory}/model.safetensors: ${reasonOf(error)}`);
  });
  const { backend, summary } = await selectBackend(name, { threads, precision });
  try {
    useBackend(backend);
    const model = loadPart(
      directory,
      "model.safetensors",
      () => loadClassifier({ config: configText, weights }),
    );
    return {
      config,
      tokenizer,
      backend,
      model,
      backendSummary: summary,
      logits: (texts, options) => predictLogits(model, texts, options),
      [Symbol.dispose]: () => {
        model[Symbol.dispose]();
        backend[Symbol.dispose]();
      },
    };
  } catch (error) {
    backend[Symbol.dispose]();
    throw error;
  }
}

function loadPart<T>(directory: string, name: string, load: () => T): T {
  try {
    return load();
  } catch (error) {
    throw new Error(`Cannot load ${directory}/${name}: ${reasonOf(error)}`, { cause: error });
  }
}

async function readPart(directory: string, name: string): Promise<string> {
  try {
    return await Deno.readTextFile(`${directory}/${name}`);
  } catch (error) {
    throw new Error(
      `Cannot load ${directory}/${name}: ${reasonOf(error)}; give a folder that "deno task train" wrote`,
    );
  }
}

import { selectBackend } from "@taxon/backend-auto";
import {
  type EncodedText,
  type EncoderClassifier,
  type EncoderClassifierConfig,
  predictLogits,
} from "@taxon/model";
import { type Backend, type BackendOptions, useBackend } from "@taxon/tensor";
import type { Tokenizer } from "@taxon/text";
import { ModelFolder } from "./model_folder.ts";

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

/**
 * Loads a classifier from a folder: one that `train` wrote, or one of Hugging Face.
 *
 * @throws {Error} If a file is missing, naming it; if the tokenizer and the model do not fit.
 */
export async function openClassifier(
  from: string | ModelFolder,
  { backend: name, threads, precision }: OpenOptions = {},
): Promise<OpenClassifier> {
  const folder = typeof from === "string" ? new ModelFolder(from) : from;
  const config = folder.config();
  const { backend, summary } = await selectBackend(name, { threads, precision });
  try {
    useBackend(backend);
    const { model } = folder.load();
    return {
      config,
      tokenizer: folder.tokenizer,
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

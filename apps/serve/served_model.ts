import { scores } from "@taxon/decision";
import type { Classifier } from "@taxon/serving";
import type { OpenOptions } from "@taxon/app-shared";
import { ModelThread, type OpenedModel } from "./model_thread.ts";
import type { ModelSource } from "./options.ts";
import { TokenizerThread } from "./tokenizer_thread.ts";

/**
 * Texts up to this size go straight to the thread of the model. Whatever they are, a tokenizer takes at most 1.5 million
 * steps for one (packages/text/budget.ts), and usually a tenth of what the model then takes.
 */
const UNREAD_CHARACTERS = 1024;

/** A model behind the server's interface, and what it reports of itself. */
export interface ServedModel extends Disposable {
  readonly classifier: Classifier;
  readonly opened: OpenedModel;
}

/**
 * Opens a model: tokenizer and weights in a thread each, so that the one where requests are read only listens.
 *
 * @throws {Error} If the folder cannot be loaded.
 */
export async function openServedModel(
  { id, folder }: ModelSource,
  options: OpenOptions,
): Promise<ServedModel> {
  const { thread: tokenizer, opened: { config, vocabSize } } = await TokenizerThread.open(folder);
  const { thread, opened } = await ModelThread.open(folder, options).catch((error) => {
    tokenizer[Symbol.dispose]();
    throw error;
  });
  return {
    opened,
    classifier: {
      info: {
        id,
        modelId: id,
        labels: config.labels,
        problemType: config.problemType,
        maxTokens: config.maxTokens,
        longText: config.longText,
        thresholds: config.thresholds,
        vocabSize,
        dtype: "float32",
        backend: opened.backend,
      },
      async encode(inputs, options, signal) {
        const jobs = inputs.map((input) => ({ kind: "encode", input, options }) as const);
        return (await tokenizer.do(jobs, signal)).map(({ encoding }) => encoding);
      },
      async tokenize(texts, options, signal) {
        const jobs = texts.map((text) => ({ kind: "tokenize", text, ...options }) as const);
        return (await tokenizer.do(jobs, signal)).map(({ tokens }) => tokens);
      },
      async decode(lists, options, signal) {
        const jobs = lists.map((ids) => ({ kind: "decode", ids, ...options }) as const);
        return (await tokenizer.do(jobs, signal)).map(({ text }) => text);
      },
      unreadCharacters: UNREAD_CHARACTERS,
      infer: (batch, maxBatchTokens) => thread.infer(batch, maxBatchTokens),
      scores: (logits) => scores(logits, config),
      explainer: {
        layers: config.layers,
        heads: config.heads,
        explain: async (input, options) => ({ ...await thread.explain(input, options) }),
      },
      memory: () => thread.memory,
      healthy: () => thread.alive && tokenizer.alive,
    },
    [Symbol.dispose]() {
      thread[Symbol.dispose]();
      tokenizer[Symbol.dispose]();
    },
  };
}

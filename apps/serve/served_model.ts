import { scores } from "@taxon/model";
import type { Classifier } from "@taxon/serving";
import type { Encoding } from "@taxon/text";
import type { OpenOptions } from "@taxon/app-shared";
import { encodeInput, ModelFolder } from "@taxon/classifier";
import { ModelThread, type OpenedModel } from "./model_thread.ts";
import type { ModelSource } from "./options.ts";

/** A model behind the server's interface, and what it reports of itself. */
export interface ServedModel extends Disposable {
  readonly classifier: Classifier;
  readonly opened: OpenedModel;
}

/**
 * Opens a model: the tokenizer here, where the requests are read, the weights in a thread of their own.
 *
 * @throws {Error} If the folder cannot be loaded.
 */
export async function openServedModel(
  { id, folder }: ModelSource,
  options: OpenOptions,
): Promise<ServedModel> {
  const described = new ModelFolder(folder);
  const { tokenizer } = described;
  const config = described.config();
  const { thread, opened } = await ModelThread.open(folder, options);
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
        vocabSize: tokenizer.vocabSize,
        dtype: "float32",
        backend: opened.backend,
      },
      encode(input, options) {
        const { encoded, encoding } = encodeInput(
          tokenizer,
          { ...config, longText: "truncate" },
          input,
          options,
        );
        return { ...encoded, totalTokens: encoding.length + encoding.truncatedTokens };
      },
      tokenize: (text, { addSpecialTokens }) =>
        toTokens(
          text,
          tokenizer.encode(text, undefined, { addSpecialTokens, padding: null, truncation: null }),
        ),
      decode: (ids, options) => tokenizer.decode(ids, options),
      infer: (batch) => thread.infer(batch.map(({ ids, typeIds, ngrams }) => ({ ids, typeIds, ngrams }))),
      scores: (logits) => scores(logits, config),
      explainer: {
        layers: config.layers,
        heads: config.heads,
        explain: async (input, options) => ({ ...await thread.explain(input, options) }),
      },
      memory: () => thread.memory,
      healthy: () => thread.alive,
    },
    [Symbol.dispose]: () => thread[Symbol.dispose](),
  };
}

function toTokens(text: string, encoding: Encoding): ReturnType<Classifier["tokenize"]> {
  const { ids, tokens, specialTokensMask, offsets, offsetsUtf16 } = encoding;
  return tokens.map((token, i) => {
    if (specialTokensMask[i]) return { id: ids[i], text: token, special: true, start: null, stop: null };
    const [start, stop] = offsets[i];
    return { id: ids[i], text: text.slice(...offsetsUtf16[i]), special: false, start, stop };
  });
}

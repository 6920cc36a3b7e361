/**
 * What a classifier attends to, what its tokens are worth to it, and what its heads contribute: pure functions of a
 * model and one encoded text. Attention says where a head looks, not why the model decides; importance and head
 * effects are measured on the decision itself.
 *
 * @example Values of a text's tokens sum to what the text changes in the logit
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { integratedGradients } from "@taxon/explain";
 * import { EncoderClassifier, encoderConfig } from "@taxon/model";
 * import { useBackend } from "@taxon/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * using model = new EncoderClassifier(encoderConfig({ vocabSize: 10, modelSize: 16 })).initialize(42);
 * const [ids, baseline] = [[2, 7, 8, 3], [2, 4, 4, 3]]; // [CLS] … [SEP], and the same with [MASK] for words
 * const { values, logitChange } = await integratedGradients(model, { ids }, { label: 0, baseline });
 * assertAlmostEquals(values.reduce((a, b) => a + b), logitChange, 0.02);
 * ```
 *
 * @module
 */
export * from "./attention.ts";
export * from "./head_effects.ts";
export * from "./head_statistics.ts";
export * from "./integrated_gradients.ts";
export * from "./ngram_importance.ts";
export * from "./occlusion.ts";

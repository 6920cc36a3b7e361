/**
 * Encoders and classifiers of texts: configuration, forward pass over packed batches, masked language modelling,
 * low-rank updates, and their files, ours and those of Hugging Face.
 *
 * @example What a new model thinks of a text of three tokens
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { scores } from "@taxon/decision";
 * import { EncoderClassifier, encoderConfig, packBatch } from "@taxon/model";
 * import { scope, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * const config = encoderConfig({ vocabSize: 10, modelSize: 16, layers: 1, labels: ["no", "yes"] });
 * using model = new EncoderClassifier(config).initialize(42);
 * const batch = packBatch([{ ids: Int32Array.of(2, 7, 3) }]);
 * using logits = scope(() => model.forward(batch).logits); // [1 text, 2 labels]
 * const [no, yes] = scores(await logits.data(), config);
 * assertEquals((no + yes).toFixed(6), "1.000000");
 * ```
 *
 * @module
 */
export * from "./batch.ts";
export * from "./checkpoint.ts";
export * from "./classifier.ts";
export { type EncoderClassifierConfig, type EncoderConfig, encoderConfig } from "./config.ts";
export { configFromJson, configToJson, MODEL_TYPE } from "./config_json.ts";
export type { DataColumn, DataColumns } from "./data_columns.ts";
export * from "./encoder_model.ts";
export {
  type SentenceModule,
  sentenceModules,
  type SentenceTransformersFiles,
} from "./hugging_face/sentence_transformers.ts";
export { JsonFields } from "./json_fields.ts";
export type { LoadPlan } from "./load_plan.ts";
export * from "./ngram_branch.ts";
export { parameterDepth } from "./parameter_depth.ts";
export { addLora, mergeLora } from "./lora.ts";
export * from "./predict.ts";
export * from "./mask_tokens.ts";
export * from "./masked_language_model.ts";
export * from "./pretrained.ts";
export { configText } from "./saved_layout.ts";
export * from "./settings.ts";
export { readFloats, type StoredTensor, type StoredTensors } from "./stored_tensor.ts";

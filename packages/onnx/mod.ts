/**
 * Classifiers as ONNX files, which other programs run.
 *
 * @example A file for ONNX Runtime
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { EncoderClassifier, encoderConfig } from "@taxon/model";
 * import { toOnnx } from "@taxon/onnx";
 * import { useBackend } from "@taxon/tensor";
 * import { assert } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * using model = new EncoderClassifier(encoderConfig({ vocabSize: 10, modelSize: 16, layers: 1 })).initialize(42);
 * const file = await toOnnx(model); // to be written as model.onnx
 * assert(new TextDecoder().decode(file).includes("logits"));
 * ```
 *
 * @module
 */
export { toOnnx } from "./classifier_graph.ts";

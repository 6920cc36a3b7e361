/**
 * Classifiers as ONNX files, which other programs run.
 *
 * @module
 */
export { toOnnx } from "./classifier_graph.ts";

import { encodeSafetensors } from "@taxon/safetensors";
import type { StateEntry } from "@taxon/nn";
import type { EncoderClassifier } from "./classifier.ts";
import type { EncoderClassifierConfig } from "./config.ts";
import { savedName, storedName } from "./hugging_face/names.ts";
import { mergedState } from "./lora.ts";
import { loadModel } from "./pretrained.ts";
import { layOut, savedLayout } from "./saved_layout.ts";
import { readFloats, storedTensors } from "./stored_tensor.ts";

/** The two files of a saved model. */
export interface ClassifierFiles {
  /** Text of config.json. */
  config: string;
  /** Bytes of model.safetensors. */
  weights: Uint8Array;
}

/**
 * Writes a model as config.json and safetensors (f32): as Hugging Face `transformers` would where it has the architecture,
 * else under our own names. Updates of low rank are merged into the weights.
 *
 * @param config What config.json says; the model's own, or one that differs in how texts are judged, such as `temperature`.
 */
export async function saveClassifier(
  model: EncoderClassifier,
  config: EncoderClassifierConfig = model.config,
): Promise<ClassifierFiles> {
  const layout = savedLayout(config);
  return {
    config: layout.config,
    weights: encodeState(layOut(await mergedState(model), config, layout.names)),
  };
}

/** As `saveClassifier`, without the output layer: an encoder for others to put a head on. */
export async function saveEncoder(model: EncoderClassifier): Promise<ClassifierFiles> {
  const { config, names } = savedLayout(model.config);
  const state = layOut(await mergedState(model), model.config, names);
  for (const parameter of ["head.weight", "head.bias"]) {
    state.delete(savedName(storedName(parameter, names), names));
  }
  return { config, weights: encodeState(state) };
}

/**
 * Makes a model on the current backend from its files.
 *
 * @throws {SyntaxError} If a file does not parse.
 * @throws {TypeError} If the weights do not fit the config, naming the tensors.
 * @throws {RangeError} If a weight is not finite.
 */
export function loadClassifier({ config, weights }: ClassifierFiles): EncoderClassifier {
  return loadModel({ config }, storedTensors(weights)).model;
}

/** Parameters as safetensors bytes; the metadata says `format: pt`, which Hugging Face's readers ask for. */
export function encodeState(state: ReadonlyMap<string, StateEntry>): Uint8Array {
  const tensors = [...state].map(([name, { shape, data }]) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return [name, { dtype: "F32" as const, shape, bytes }] as const;
  });
  return encodeSafetensors(tensors, { format: "pt" });
}

/** Reads f32 tensors from safetensors bytes. */
export function decodeState(bytes: Uint8Array): Map<string, StateEntry> {
  return new Map([...storedTensors(bytes)].map(([name, stored]) => {
    return [name, { shape: stored.shape, data: readFloats(name, stored) }];
  }));
}

import { decodeSafetensors, encodeSafetensors } from "@taxon/safetensors";
import type { StateEntry } from "@taxon/nn";
import { EncoderClassifier } from "./classifier.ts";
import { configFromJson, configToJson } from "./config_json.ts";

/** The two files of a saved model. */
export interface ClassifierFiles {
  /** Text of config.json. */
  config: string;
  /** Bytes of model.safetensors. */
  weights: Uint8Array;
}

/** Writes a model as config.json and safetensors (f32, our parameter names). */
export async function saveClassifier(model: EncoderClassifier): Promise<ClassifierFiles> {
  return { config: configToJson(model.config), weights: encodeState(await model.stateDict()) };
}

/**
 * Makes a model on the current backend from its files.
 *
 * @throws {SyntaxError} If a file does not parse.
 * @throws {TypeError} If the weights do not fit the config, naming the tensors.
 * @throws {RangeError} If a weight is not finite.
 */
export function loadClassifier({ config, weights }: ClassifierFiles): EncoderClassifier {
  const settings = configFromJson(config);
  const state = decodeState(weights);
  for (const [name, { data }] of state) {
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new RangeError(`Cannot load model.safetensors: ${name} holds ${data[bad]} at element ${bad}`);
    }
  }
  const model = new EncoderClassifier(settings);
  try {
    model.loadStateDict(state);
    return model;
  } catch (error) {
    model[Symbol.dispose]();
    throw error;
  }
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
  const state = new Map<string, StateEntry>();
  for (const [name, { dtype, shape, bytes: content }] of decodeSafetensors(bytes).tensors) {
    if (dtype !== "F32") throw new TypeError(`Cannot load ${name}: it is stored as ${dtype}, expected F32`);
    const aligned = content.byteOffset % 4 === 0 ? content : content.slice();
    state.set(name, {
      shape,
      data: new Float32Array(aligned.buffer, aligned.byteOffset, content.byteLength / 4),
    });
  }
  return state;
}

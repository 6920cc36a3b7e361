import type { StateEntry } from "@taxon/nn";
import type { EncoderClassifierConfig } from "./config.ts";
import { configToJson } from "./config_json.ts";
import { expectedTensors } from "./expected_tensors.ts";
import { huggingFaceNames, ownNames, savedName, type TensorNames } from "./hugging_face/names.ts";
import { huggingFaceJson } from "./hugging_face/config.ts";

/** What the files of a saved model look like. */
export interface SavedLayout {
  /** Text of config.json. */
  config: string;
  /** What its tensors are called. */
  names: TensorNames;
}

/** The layout of Hugging Face `transformers` where it has the architecture, else our own. */
export function savedLayout(config: EncoderClassifierConfig): SavedLayout {
  const theirs = huggingFaceJson(config);
  if (theirs === undefined) return { config: configToJson(config), names: ownNames };
  return { config: JSON.stringify(theirs.json, null, 2) + "\n", names: huggingFaceNames[theirs.modelType] };
}

/** config.json of a model, as `saveClassifier` writes it. */
export function configText(config: EncoderClassifierConfig): string {
  return savedLayout(config).config;
}

/** Parameters under the names of a layout; several of ours may be the rows of one tensor. */
export function layOut(
  state: ReadonlyMap<string, StateEntry>,
  config: EncoderClassifierConfig,
  names: TensorNames,
): Map<string, StateEntry> {
  return new Map([...expectedTensors(config, names)].map(([name, { parameters, shape }]) => {
    return [savedName(name, names), { shape, data: joined(parameters.map((own) => state.get(own)!.data)) }];
  }));
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0];
  const data = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    data.set(part, start);
    start += part.length;
  }
  return data;
}

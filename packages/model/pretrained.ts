import { assign, numel, tensor } from "@taxon/tensor";
import { EncoderClassifier } from "./classifier.ts";
import { type EncoderClassifierConfig, encoderConfig } from "./config.ts";
import { configFromJson, MODEL_TYPE } from "./config_json.ts";
import { architectures } from "./hugging_face/architectures.ts";
import { huggingFaceConfig } from "./hugging_face/config.ts";
import { huggingFaceNames, ownNames, type TensorNames } from "./hugging_face/names.ts";
import { sentenceSettings, type SentenceTransformersFiles } from "./hugging_face/sentence_transformers.ts";
import { JsonFields } from "./json_fields.ts";
import { type LoadPlan, planLoad } from "./load_plan.ts";
import { savedLayout } from "./saved_layout.ts";
import { readFloats, type StoredTensors, storedTensors } from "./stored_tensor.ts";

/** The texts that describe a model: one that Taxon trained, or a pretrained one of Hugging Face. */
export interface ModelDescription {
  /** Text of config.json. */
  readonly config: string;
  /** Present in a folder of sentence-transformers. */
  readonly sentence?: SentenceTransformersFiles;
  /** Longest sequence of the tokenizer, where it is shorter than what the encoder takes. */
  readonly maxTokens?: number;
  /** False where the tokenizer leaves out which text of a pair a token is of. */
  readonly pairTypes?: boolean;
}

/** What a model is loaded for. */
export interface LoadOptions {
  /** A new output layer for other labels, drawn from the seed; absent: the checkpoint's own is needed. */
  readonly newHead?: Pick<EncoderClassifierConfig, "labels" | "problemType"> & { readonly seed: number };
  /** A shorter longest sequence than the description's. */
  readonly maxTokens?: number;
  /** Another way to make one vector of the tokens. `cls` takes the pooler of a BERT inside sentence-transformers. */
  readonly pooling?: EncoderClassifierConfig["pooling"];
  /** Settings that replace those of the description, such as dropout. */
  readonly settings?: Partial<EncoderClassifierConfig>;
}

/** A model and what became of each tensor of its checkpoint. */
export interface LoadedModel {
  /** On the backend that was current; the caller disposes it. */
  readonly model: EncoderClassifier;
  /** By the names of the checkpoint. */
  readonly plan: LoadPlan;
}

/**
 * The configuration that a description stands for.
 *
 * @throws {SyntaxError} If a text does not parse.
 * @throws {RangeError} If a value is missing or out of range, or the architecture is none of those read.
 */
export function describedConfig(
  description: ModelDescription,
  options: LoadOptions = {},
): EncoderClassifierConfig {
  return describe(description, options).config;
}

/**
 * Makes a model on the current backend from a description and the tensors of its checkpoint. Each tensor is loaded,
 * belongs to a head that a new one replaces, or is ignored by a rule that has a name.
 *
 * @throws {TypeError} If a tensor is none of these, or one is missing, naming it, its shape and the likely cause.
 * @throws {RangeError} If a weight is not finite.
 */
export function loadModel(
  description: ModelDescription,
  tensors: StoredTensors,
  options: LoadOptions = {},
): LoadedModel {
  const { config, names } = describe(description, options);
  const plan = planLoad(config, names, tensors, options.newHead !== undefined);
  const model = new EncoderClassifier(config);
  try {
    model.initialize(options.newHead?.seed ?? 0, plan.fresh);
    fill(model, plan, tensors);
    return { model, plan };
  } catch (error) {
    model[Symbol.dispose]();
    throw error;
  }
}

/**
 * Overwrites the weights of a model with those that `saveClassifier` wrote of one like it.
 *
 * @throws {TypeError} If they do not fit, naming the tensors.
 * @throws {RangeError} If a weight is not finite.
 */
export function restoreClassifier(model: EncoderClassifier, weights: Uint8Array): void {
  const tensors = storedTensors(weights);
  fill(model, planLoad(model.config, savedLayout(model.config).names, tensors, false), tensors);
}

function fill(model: EncoderClassifier, { loaded }: LoadPlan, tensors: StoredTensors): void {
  const parameters = model.namedParameters();
  for (const [name, targets] of loaded) {
    const values = readFloats(name, tensors.get(name)!);
    let start = 0;
    for (const target of targets) { // rows of one tensor
      const parameter = parameters.get(target)!;
      const rows = values.subarray(start, start += numel(parameter.shape));
      using part = tensor(rows, parameter.shape, { backend: parameter.backend });
      assign(parameter, part);
    }
  }
  model.ngrams?.setBuckets(readFloats("ngrams.buckets", tensors.get("ngrams.buckets")!));
}

function describe(
  { config: text, sentence, maxTokens = Infinity, pairTypes = true }: ModelDescription,
  { newHead, maxTokens: wanted = Infinity, pooling, settings }: LoadOptions,
): { config: EncoderClassifierConfig; names: TensorNames } {
  const fields = new JsonFields("config.json", text);
  const type = fields.get("model_type");
  const known = typeof type === "string" && Object.hasOwn(architectures, type);
  if (!known && type !== MODEL_TYPE) {
    fields.refuse("model_type", `one of ${[...Object.keys(architectures), MODEL_TYPE].join(", ")}`);
  }
  if (known && newHead === undefined) requireClassifier(fields);
  const described = known ? huggingFaceConfig(fields, type) : configFromJson(text);
  const longest = Math.min(described.maxTokens, maxTokens, wanted);
  const config = encoderConfig({
    ...described,
    ...(longest < described.maxTokens && described.positions === "learned" && {
      positionRows: described.positionRows ?? described.maxTokens + described.positionOffset,
    }),
    ...(pooling === undefined ? sentence && sentenceSettings(sentence) : pooled(described, pooling)),
    maxTokens: longest,
    pairTypes: described.pairTypes && (pairTypes || described.typeVocabSize === 0),
    ...(newHead && {
      labels: newHead.labels,
      problemType: newHead.problemType,
      temperature: 1,
      thresholds: undefined,
      ngramRows: 0,
    }),
    ...settings,
  });
  return { config, names: known ? huggingFaceNames[type] : ownNames };
}

/** The layer before the head was trained on vectors of one pooling: another goes without it. */
function pooled(
  described: Pick<EncoderClassifierConfig, "pooling">,
  pooling: EncoderClassifierConfig["pooling"],
): Partial<EncoderClassifierConfig> {
  if (pooling === described.pooling) return {};
  return { pooling, headActivation: "none", headNorm: false };
}

function requireClassifier(fields: JsonFields): void {
  const architectures = fields.list("architectures") ?? [];
  const classifies = architectures.some((name) => String(name).endsWith("ForSequenceClassification"));
  if (architectures.length > 0 && !classifies) {
    throw new TypeError(
      `Cannot classify with ${architectures.join(", ")}: it has no head for texts; train one with ` +
        `"deno task train --from <folder> --train <file>"`,
    );
  }
}

import { EncoderClassifier, type EncoderClassifierConfig, encoderConfig } from "@taxon/model";
import type { StateEntry } from "@taxon/nn";
import type { Workload } from "./workload.ts";
import { arange, assign, foldIn, keyFromSeed, mul, ones, scope, sub, uniform } from "@taxon/tensor";

/** Size of a head in all models that are timed. */
export const HEAD_DIM = 64;

/** The article's encoder as the comparison systems build it; sizes that the weights do not tell are theirs too. */
function configOf(sizes: Partial<EncoderClassifierConfig>): EncoderClassifierConfig {
  return encoderConfig({
    vocabSize: 30522,
    modelSize: 768,
    heads: 8,
    feedForwardSize: 3072,
    ...sizes,
    headDim: HEAD_DIM,
    maxTokens: 512,
    activation: "geluTanh",
    norm: "pre",
    normAffine: false,
    normEps: 1e-6,
    finalNorm: "none",
    positions: "sinusoidal",
    pooling: "mean",
    dropout: 0,
  });
}

/**
 * The shapes of all-MiniLM-L6-v2: BERT with 6 layers of 384 features and 12 heads. The norm of its embeddings is left
 * out, a thousandth of the work.
 */
const MINI_LM = {
  vocabSize: 30522,
  maxTokens: 512,
  typeVocabSize: 2,
  modelSize: 384,
  layers: 6,
  heads: 12,
  headDim: 32,
  feedForwardSize: 1536,
  activation: "gelu",
  norm: "post",
  normAffine: true,
  normEps: 1e-12,
  finalNorm: "none",
  positions: "learned",
  pooling: "mean",
  dropout: 0,
} as const;

/** Standard deviation of the comparison systems' weights; their biases are 0. */
const DEVIATION = 0.02;

/** A model with seeded random weights, drawn by the backend: some 60 million take the host 15 s. */
export function seededModel(
  { architecture, layers }: Pick<Workload, "architecture" | "layers">,
  seed: number,
): EncoderClassifier {
  const config = architecture === "miniLm" ? encoderConfig(MINI_LM) : configOf({ layers });
  const model = new EncoderClassifier(config);
  for (const [name, param] of model.namedParameters()) {
    if (/[nN]orm\.weight$/.test(name)) scope(() => assign(param, ones(param.shape)));
    if (param.shape.length < 2) continue; // biases stay 0
    scope(() => {
      const numbers = uniform(foldIn(keyFromSeed(seed), name), arange(param.shape[0]), param.shape);
      assign(param, mul(sub(numbers, 0.5), DEVIATION * Math.sqrt(12))); // 1/√12: the deviation of the uniform ones
    });
  }
  return model;
}

/** A model with the weights of a comparison system, whose shapes give the sizes. */
export function storedModel(state: ReadonlyMap<string, StateEntry>): EncoderClassifier {
  const renamed = new Map([...state].map(([name, entry]) => [ourName(name), entry]));
  const shapeOf = (name: string) => renamed.get(name)?.shape ?? [0, 0];
  const [vocabSize, modelSize] = shapeOf("embedding.weight");
  const model = new EncoderClassifier(configOf({
    vocabSize,
    modelSize,
    layers: [...renamed.keys()].filter((name) => name.endsWith("attention.query.weight")).length,
    heads: shapeOf("encoder.layers.0.attention.query.weight")[0] / HEAD_DIM,
    feedForwardSize: shapeOf("encoder.layers.0.feedForward.up.weight")[0],
  }));
  model.loadStateDict(renamed);
  return model;
}

/** Parts of the comparison systems' parameter names → ours. */
const NAMES: readonly [RegExp, string][] = [
  [/^emb\./, "embedding."],
  [/^layers\./, "encoder.layers."],
  [/\.att\.q\./, ".attention.query."],
  [/\.att\.k\./, ".attention.key."],
  [/\.att\.v\./, ".attention.value."],
  [/\.att\.o\./, ".attention.output."],
  [/\.(up|down)\./, ".feedForward.$1."],
];

function ourName(name: string): string {
  return NAMES.reduce((name, [theirs, ours]) => name.replace(theirs, ours), name);
}

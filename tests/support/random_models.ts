import {
  type EncodedText,
  EncoderClassifier,
  type EncoderClassifierConfig,
  encoderConfig,
  encoderSettings,
  headSettings,
} from "@taxon/model";

type Choices = {
  readonly [Field in keyof EncoderClassifierConfig]?: readonly EncoderClassifierConfig[Field][];
};

/** All that changes what a model computes. */
export const configSpace: Choices = {
  maxTokens: [12, 20],
  typeVocabSize: [0, 1, 2],
  pairTypes: [true, false],
  embeddingNorm: [true, false],
  layers: [0, 1, 3],
  heads: [1, 2, 3],
  headDim: [2, 6],
  activation: encoderSettings.activation[1],
  gated: [true, false],
  bias: [true, false],
  norm: encoderSettings.norm[1],
  normAffine: [true, false],
  normEps: [1e-5, 1e-12],
  finalNorm: encoderSettings.finalNorm[1],
  positions: encoderSettings.positions[1],
  positionOffset: [0, 2],
  rotaryPairs: encoderSettings.rotaryPairs[1],
  rotaryTheta: [10000, 100],
  localAttention: [undefined, { window: 2, globalEvery: 2, rotaryTheta: 30 }],
  pooling: headSettings.pooling[1],
  normalizePooled: [true, false],
  headActivation: headSettings.headActivation[1],
  headNorm: [true, false],
  labels: [["a", "b"], ["a", "b", "c"]],
};

/** Numbers from 0 up to 1 (Numerical Recipes' generator; its high bits are good enough here). */
function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

/** A point of the space, the same for the same seed. */
export function randomConfig(seed: number): EncoderClassifierConfig {
  const draw = generator(seed * 7919 + 1);
  const drawn = Object.entries(configSpace).map((
    [field, choices],
  ) => [field, choices[Math.floor(draw() * choices.length)]]);
  return encoderConfig({
    vocabSize: 30,
    modelSize: 8,
    feedForwardSize: 10,
    ...Object.fromEntries(drawn),
  });
}

/** A model on the current backend none of whose parameters is 0 or 1, as norms and biases are at the start. */
export function randomModel(config: EncoderClassifierConfig, seed: number): EncoderClassifier {
  const model = new EncoderClassifier(config).initialize(seed);
  const draw = generator(seed);
  model.loadStateDict(
    new Map([...model.namedParameters()].map(([name, { shape }]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, { shape, data: Float32Array.from({ length: size }, () => 2 * draw() - 1) }];
    })),
  );
  return model;
}

/** Texts of different lengths, the longest that the model takes and one token among them. */
export function randomTexts({ vocabSize, maxTokens, typeVocabSize }: EncoderClassifierConfig): EncodedText[] {
  const draw = generator(maxTokens);
  return [5, 1, maxTokens, 3].map((length) => ({
    ids: Array.from({ length }, () => Math.floor(draw() * vocabSize)),
    typeIds: Array.from({ length }, (_, i) => typeVocabSize > 1 && i >= length / 2 ? 1 : 0),
  }));
}

import type { Shape } from "@taxon/tensor";
import type { EncoderClassifierConfig } from "./config.ts";

/** Name and shape of every parameter of a classifier, in its order, without making one. */
export function parameterShapes(config: EncoderClassifierConfig): Map<string, Shape> {
  const { modelSize, heads, headDim, feedForwardSize, bias, gated, normAffine } = config;
  const shapes = new Map<string, Shape>();
  const embedding = (name: string, rows: number) => shapes.set(`${name}.weight`, [rows, modelSize]);
  const linear = (name: string, out: number, size: number, biased = bias) => {
    shapes.set(`${name}.weight`, [out, size]);
    if (biased) shapes.set(`${name}.bias`, [out]);
  };
  const norm = (name: string, affine = true) => {
    if (!affine) return;
    shapes.set(`${name}.weight`, [modelSize]);
    if (bias) shapes.set(`${name}.bias`, [modelSize]);
  };

  embedding("embedding", config.vocabSize);
  if (config.typeVocabSize > 0) embedding("typeEmbedding", config.typeVocabSize);
  if (config.positions === "learned") {
    embedding("positionEmbedding", config.positionRows ?? config.maxTokens + config.positionOffset);
  }
  norm("embeddingNorm", config.embeddingNorm);
  for (let index = 0; index < config.layers; index++) {
    const layer = `encoder.layers.${index}`;
    const normalizedInput = index === 0 && config.norm === "pre" && config.embeddingNorm;
    norm(`${layer}.attentionNorm`, normAffine && !normalizedInput);
    for (const part of ["query", "key", "value"]) {
      linear(`${layer}.attention.${part}`, heads * headDim, modelSize);
    }
    linear(`${layer}.attention.output`, modelSize, heads * headDim);
    norm(`${layer}.feedForwardNorm`, normAffine);
    linear(`${layer}.feedForward.up`, feedForwardSize, modelSize);
    if (gated) linear(`${layer}.feedForward.gate`, feedForwardSize, modelSize);
    linear(`${layer}.feedForward.down`, modelSize, feedForwardSize);
  }
  norm("finalNorm", config.finalNorm === "affine");
  if (config.headActivation !== "none") linear("headDense", modelSize, modelSize);
  norm("headNorm", config.headNorm);
  linear("head", config.labels.length, modelSize, true);
  if (config.ngramRows > 0) {
    shapes.set("ngrams.buckets", [config.ngramRows]);
    shapes.set("ngrams.idf", [config.ngramRows, 1]);
    shapes.set("ngrams.weight", [config.ngramRows, config.labels.length]);
    shapes.set("ngrams.bias", [config.labels.length]);
  }
  return shapes;
}

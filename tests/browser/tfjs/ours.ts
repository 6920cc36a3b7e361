import { createWebgpuBackend } from "@taxon/backend-webgpu";
import { EncoderClassifier, encoderConfig, predictLogits } from "@taxon/model";
import { useBackend } from "@taxon/tensor";

/** The encoder of W1, with a quarter of its width. */
const sizes = { vocabSize: 1000, modelSize: 192, layers: 6, heads: 2, headDim: 64, feedForwardSize: 768 };
const ids = Int32Array.from({ length: 32 }, (_, i) => (i * 37) % sizes.vocabSize);

/** Makes the model; gives its sizes, its weights, the text, and what computes its logits. */
async function prepareOurs() {
  useBackend(await createWebgpuBackend());
  const model = new EncoderClassifier(encoderConfig({
    ...sizes,
    maxTokens: 512,
    activation: "geluTanh",
    norm: "pre",
    normAffine: false,
    normEps: 1e-6,
    finalNorm: "none",
    positions: "sinusoidal",
    pooling: "mean",
    dropout: 0,
  })).initialize(1);
  const state = Object.fromEntries(await model.stateDict());
  return { sizes, ids, state, forward: () => predictLogits(model, [{ ids }]) };
}

Object.assign(globalThis, { prepareOurs });

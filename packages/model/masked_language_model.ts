import { crossEntropySum, LayerNorm, Linear, Module, type Parameter, parameter, zerosInit } from "@taxon/nn";
import { gather, type Key, linear, type Tensor, tensor } from "@taxon/tensor";
import { packBatch } from "./batch.ts";
import type { EncoderModel } from "./encoder_model.ts";
import type { MaskedText } from "./mask_tokens.ts";

/**
 * Guesses hidden tokens from the others (masked language modelling; Devlin et al. 2019): the encoder, a dense layer
 * with a norm, and the token embeddings once more to tell the tokens apart. Only hidden places are decoded, a seventh
 * of all.
 */
export class MaskedLanguageModel extends Module {
  /** Weight [model, model]. */
  readonly dense: Linear;
  /** On the features of the hidden tokens. */
  readonly norm: LayerNorm;
  /** Of the decoder, whose weight is the token embedding, [vocabulary]. */
  readonly bias: Parameter;

  /**
   * Puts a decoder of zeros, to be filled by `initialize`, behind an encoder.
   *
   * @param base Trained and disposed together with this.
   */
  constructor(readonly base: EncoderModel) {
    super();
    const { modelSize, vocabSize, normEps: eps } = base.config;
    this.dense = new Linear(modelSize, modelSize);
    this.norm = new LayerNorm(modelSize, { eps });
    this.bias = parameter([vocabSize], zerosInit);
  }

  /**
   * Logits of the hidden tokens, [hidden, vocabulary], text by text.
   *
   * @param examples Place of each text in the logical batch, which dropout follows.
   */
  forward(texts: readonly MaskedText[], examples?: Int32Array, dropoutKey?: Key): Tensor {
    const { embedding, config } = this.base;
    const batch = packBatch(texts, examples);
    const rows = texts.flatMap(({ places }, s) => places.map((place) => batch.cuSeqlens[s] + place));
    const hidden = this.base.forward(batch, { dropoutKey });
    const masked = gather(hidden, tensor(Int32Array.from(rows), undefined, { backend: hidden.backend }));
    const features = this.norm.forward(this.dense.forward(masked, config.activation)); // [hidden, model]
    return linear(features, embedding.weight, { bias: this.bias });
  }

  /** Cross entropy of all hidden tokens, summed. */
  loss(texts: readonly MaskedText[], examples?: Int32Array, dropoutKey?: Key): Tensor {
    const logits = this.forward(texts, examples, dropoutKey);
    const answers = Int32Array.from(texts.flatMap(({ answers }) => answers));
    return crossEntropySum(logits, tensor(answers, undefined, { backend: logits.backend })).sum;
  }
}

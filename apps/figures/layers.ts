import { add, scope, tensor } from "@taxon/tensor";
import { EncoderLayer, MultiheadAttention, sinusoidalTable } from "@taxon/nn";
import { figure, heatMap } from "@taxon/visualization";
import { batchOfOne, headDim, modelSize, onlyText, rowsOf, sentence, sentenceVectors } from "./example.ts";

/** What each step of the encoder layer adds to the tokens. */
export function encoderLayerFigure(): string {
  using layer = new EncoderLayer({
    modelSize,
    heads: 2,
    headDim,
    feedForwardSize: 32,
    activation: "geluTanh",
    norm: "pre",
    normAffine: false,
    normEps: 1e-6,
    dropout: 0,
  }).initialize(4);
  const context = { layout: { kind: "padded" } } as const;
  const stages = scope(() => {
    const table = tensor(sinusoidalTable(sentence.length, modelSize), [sentence.length, modelSize]);
    const x = batchOfOne(add(sentenceVectors(), table));
    const attended = layer.attention.forward(layer.attentionNorm!.forward(x), context);
    const fed = layer.feedForward.forward(layer.feedForwardNorm.forward(add(x, attended)), context);
    return [x, attended, fed, layer.forward(x, context)].map(onlyText);
  });
  const titles = [
    "X, with positions",
    "+ attention of the norm",
    "+ feed-forward of the norm",
    "= output of the layer",
  ];
  return figure({
    title: "What an encoder layer adds",
    description: "Four matrices, tokens by features: the input, two updates of the same size, and their sum.",
    drawings: stages.map((stage, i) =>
      heatMap({ title: titles[i], values: rowsOf(stage), rows: sentence, columns: [], cell: 28, top: 3 })
    ),
  });
}

/** The two masks of PyTorch's layers at work. */
export function torchMasksFigure(): string {
  using attention = new MultiheadAttention(modelSize, 2).initialize(5);
  const tokens = sentence.length;
  const keyPaddingMask = tensor(Int32Array.of(0, 0, 0, 1, 1), [1, tokens]);
  const causal = Int32Array.from(
    { length: tokens ** 2 },
    (_, i) => i % tokens > Math.floor(i / tokens) ? 1 : 0,
  );
  const attnMask = tensor(causal, [tokens, tokens]);
  const labels = { rows: sentence, columns: sentence, cell: 28, top: 1, digits: 1 };
  const masks = [["no mask", {}], ["key_padding_mask", { keyPaddingMask }], ["attn_mask", {
    attnMask,
  }]] as const;
  return figure({
    title: "Masks of nn.MultiheadAttention",
    description:
      "Weights averaged over heads: all keys; without the last two keys; without the keys that come later.",
    drawings: masks.map(([title, options]) => {
      const { weights } = scope(() => {
        const x = batchOfOne(sentenceVectors());
        return attention.forward(x, x, x, options);
      });
      return heatMap({ title, values: rowsOf(weights), ...labels });
    }),
  });
}

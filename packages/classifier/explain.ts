import {
  attentionOf,
  headEffects,
  headStatistics,
  integratedGradients,
  ngramGradients,
  ngramOcclusion,
  occlusion,
} from "@taxon/explain";
import { type EncodedText, type EncoderClassifier, predictLogits, scores } from "@taxon/model";
import type { Encoding, Tokenizer } from "@taxon/text";
import {
  encodeAttention,
  type ExplainedToken,
  type Explanation,
  type HeadStatistics,
  type ImportanceMethod,
  type TokenImportance,
} from "@taxon/visualization";
import { encodeInput, type TextInput } from "./encode.ts";
import { placedNgrams } from "./ngrams.ts";

/** What to compute besides scores and the figures of the heads. */
export interface ExplainOptions {
  /** Layers whose attention weights are wanted; default all. */
  layers?: readonly number[];
  /** Token importances wanted; default none. */
  importance?: readonly ImportanceMethod[];
  /** Whether to switch each head off; default false. */
  headEffects?: boolean;
  /** Whose importance is wanted; default the predicted label. */
  label?: string;
  /** Tokens read; default all that the model can. */
  maxTokens?: number;
}

/** What a text says to the n-gram branch when only the encoder is asked. */
const NO_NGRAMS = { words: new Map(), characters: new Map() };

/** Weights of longer texts are stored in bytes instead of half floats. */
const MAX_TOKENS_F16 = 128;

/**
 * Explains one text in the format of the visualiser.
 *
 * @throws {RangeError} If the text is too long and the model's policy is "error", or a logit is not finite.
 */
export async function explain(
  { model, tokenizer }: { readonly model: EncoderClassifier; readonly tokenizer: Tokenizer },
  { text, textPair }: TextInput,
  options: ExplainOptions = {},
): Promise<Explanation> {
  const { config } = model;
  const { maxTokens, layers = Array.from({ length: config.layers }, (_, i) => i) } = options;
  const input = { text, textPair: textPair || undefined };
  const { encoded, encoding } = encodeInput(tokenizer, config, input, { maxTokens });
  const tokensOnly: EncodedText = { ...encoded, ngrams: NO_NGRAMS };
  const logits = await predictLogits(model, [encoded]);
  const probabilities = [...scores(logits, config)];
  const predicted = probabilities.indexOf(Math.max(...probabilities));
  const label = options.label === undefined ? predicted : config.labels.indexOf(options.label);
  const baseline = maskedIds(encoding, tokenizer);

  const placed = model.ngrams ? placedNgrams(input, encoding) : [];
  const importance: TokenImportance[] = [];
  for (const method of options.importance ?? []) {
    // Logits of encoder and n-grams add up, and so does importance: either is explained by itself
    const deep = method === "occlusion"
      ? { values: await occlusion(model, tokensOnly, { label, baseline }) }
      : await integratedGradients(model, tokensOnly, { label, baseline });
    const ofNgrams = method === "occlusion" ? ngramOcclusion : ngramGradients;
    const wide = await ofNgrams(model, placed, { label, tokens: encoding.length });
    importance.push({
      ...deep,
      method,
      label: config.labels[label],
      values: Array.from(deep.values, (value, i) => value + wide[i]),
      ...("logitChange" in deep && { logitChange: deep.logitChange + wide.reduce((a, b) => a + b, 0) }),
    });
  }
  const silent = await encoderIsSilent(model);
  const ofEncoder = model.ngrams && (silent ? logits.map(() => 0) : await predictLogits(model, [tokensOnly]));
  const weights = await attentionOf(model, encoded);
  const format = encoding.length <= MAX_TOKENS_F16 ? "f16" : "u8";
  return {
    text,
    textPair,
    tokens: explainedTokens(encoding),
    labels: config.labels,
    scores: probabilities,
    predicted: config.labels[predicted],
    logits: ofEncoder && {
      encoder: [...ofEncoder],
      ngrams: Array.from(logits, (logit, i) => logit - ofEncoder[i]),
    },
    ...(silent && { encoderIsSilent: true as const }),
    problemType: config.problemType,
    truncated: encoding.truncated,
    attention: {
      layers: config.layers,
      heads: config.heads,
      tokens: encoding.length,
      encoding: format,
      included: layers.map((layer) => ({ layer, data: encodeAttention(weights[layer], format) })),
    },
    statistics: statisticsOf(weights, encoding),
    headEffects: options.headEffects ? await headEffects(model, encoded, { label: predicted }) : undefined,
    importance: importance.length > 0 ? importance : undefined,
  };
}

/** Whether training left the encoder beside the n-grams no share: everything that comes of it is multiplied by 0. */
async function encoderIsSilent({ ngrams, head }: EncoderClassifier): Promise<boolean> {
  return ngrams !== undefined && (await head.weight.data()).every((weight) => weight === 0);
}

/** The text without its words: the baseline of importances. Models without a mask token get their unknown token. */
function maskedIds({ ids, specialTokensMask }: Encoding, tokenizer: Tokenizer): Int32Array {
  const names = ["[MASK]", "<mask>", "[UNK]", "<unk>"];
  const mask = names.map((name) => tokenizer.tokenToId(name)).find((id) => id !== undefined);
  if (mask === undefined) {
    throw new RangeError(`Cannot hide words: the vocabulary has none of ${names.join(", ")}`);
  }
  return ids.map((id, i) => specialTokensMask[i] ? id : mask);
}

function explainedTokens(
  { tokens, specialTokensMask, sequenceIds, offsetsUtf16 }: Encoding,
): ExplainedToken[] {
  return tokens.map((text, i) => {
    if (specialTokensMask[i]) return { text, special: true, sequence: null, start: null, end: null };
    const [start, end] = offsetsUtf16[i];
    return { text, special: false, sequence: sequenceIds[i], start, end };
  });
}

function statisticsOf(weights: readonly Float32Array[], { specialTokensMask }: Encoding): HeadStatistics {
  const layers = weights.map((layer) => headStatistics(layer, specialTokensMask));
  const pick = (figure: keyof HeadStatistics) => layers.map((layer) => layer[figure]);
  return {
    entropy: pick("entropy"),
    special: pick("special"),
    previous: pick("previous"),
    next: pick("next"),
    self: pick("self"),
  };
}

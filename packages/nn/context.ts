import type { Key, Tensor } from "@taxon/tensor";
import { foldIn } from "@taxon/tensor";

/** Sequences one behind the other, activations [tokens, model]. */
export interface PackedLayout {
  /** Tells the layouts apart. */
  kind: "packed";
  /** Starts of the sequences and the end of the last, [sequences + 1]. */
  cuSeqlens: Int32Array;
}

/** A batch of equal length, activations [batch, tokens, model]. */
export interface PaddedLayout {
  /** Tells the layouts apart. */
  kind: "padded";
  /** i32 [batch, tokens], 1 for real tokens; absent when nothing is padded. */
  mask?: Tensor;
}

/** Rotary positions of the tokens of a batch. */
export interface RotaryContext {
  /** Cosines, [tokens in all, headDim / 2]. */
  cos: Tensor;
  /** Sines, likewise. */
  sin: Tensor;
  /** Which features form a pair, see `rotary`; default interleaved, as in the article. */
  pairs?: "interleaved" | "half";
}

/** What a layer needs besides its input; passed down the stack. */
export interface ForwardContext {
  /** How the sequences lie in the activations. */
  layout: PackedLayout | PaddedLayout;
  /** Present while training: the stream of this place in the model, and one i32 id for each token. */
  dropout?: { key: Key; rows: Tensor };
  /** Turns queries and keys by their positions. */
  rotary?: RotaryContext;
  /** Local attention: a token sees only those up to so many places to either side of it. */
  window?: number;
  /** Whether the walk back computes each layer again instead of keeping what it computed; see `recompute`. */
  gradientCheckpointing?: boolean;
  /** Called with the input of the first layer and the output of each, [..., tokens, model]. Keep what outlives the
   * enclosing scope. */
  onHidden?: (hidden: Tensor) => void;
  /** Called with each layer's attention weights, which costs the unfused path: packed, one [heads, queries, keys] a
   * sequence; padded, one [batch, heads, queries, keys]. Keep what outlives the layer. */
  onAttention?: (weights: Tensor[]) => void;
  /** Factors of this layer's heads, broadcastable to [..., tokens, heads, headDim]: 0 switches a head off. */
  headMask?: Tensor;
}

/** The context of a named place below: only the dropout stream changes. */
export function at<C extends Pick<ForwardContext, "dropout">>(context: C, place: number | string): C {
  if (context.dropout === undefined) return context;
  return { ...context, dropout: { ...context.dropout, key: foldIn(context.dropout.key, place) } };
}

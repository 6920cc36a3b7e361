import type { AttentionWeights, Explanation } from "@taxon/decision";
import { decodeLayer, type LayerAttention } from "./attention.ts";
import { rollout, type SquareMap } from "./combine_heads.ts";
import { tokenUnits, type Unit, wordUnits } from "./units.ts";

/** One analysed text, and the layers of its attention that have arrived; decoded once. */
export class Recording {
  readonly #encoded = new Map<number, string>();
  readonly #decoded = new Map<number, LayerAttention>();
  readonly #rollouts = new Map<number, SquareMap>();
  #words?: Unit[];
  #tokens?: Unit[];

  constructor(public explanation: Explanation) {
    this.addLayers(explanation.attention);
  }

  /** Layers of the model. */
  get layers(): number {
    return this.explanation.attention.layers;
  }

  /** Heads of a layer. */
  get heads(): number {
    return this.explanation.attention.heads;
  }

  /** Layers that have arrived. */
  get arrived(): number[] {
    return [...this.#encoded.keys()].sort((a, b) => a - b);
  }

  addLayers({ included }: AttentionWeights): void {
    for (const { layer, data } of included) this.#encoded.set(layer, data);
  }

  layer(layer: number): LayerAttention | undefined {
    const data = this.#encoded.get(layer);
    if (data === undefined) return undefined;
    const known = this.#decoded.get(layer);
    if (known) return known;
    const decoded = decodeLayer(this.explanation.attention, data);
    this.#decoded.set(layer, decoded);
    return decoded;
  }

  /** Rollout from the input up to a layer, once all of these layers have arrived. */
  rollout(layer: number): SquareMap | undefined {
    const known = this.#rollouts.get(layer);
    if (known) return known;
    const attention = this.layer(layer);
    const below = layer > 0 ? this.rollout(layer - 1) : undefined;
    if (!attention || (layer > 0 && !below)) return undefined;
    const map = rollout(attention, below);
    this.#rollouts.set(layer, map);
    return map;
  }

  units(mergeWords: boolean): readonly Unit[] {
    const { tokens, text, textPair = "" } = this.explanation;
    if (mergeWords) return this.#words ??= wordUnits(tokens, [text, textPair]);
    return this.#tokens ??= tokenUnits(tokens);
  }

  /** The explanation with these layers and no others, for an export. */
  withLayers(layers: readonly number[]): Explanation {
    const included = layers.flatMap((layer) => {
      const data = this.#encoded.get(layer);
      return data === undefined ? [] : [{ layer, data }];
    });
    return { ...this.explanation, attention: { ...this.explanation.attention, included } };
  }
}

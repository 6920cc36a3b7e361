import { suggest, UsageError } from "@taxon/app-shared";
import type { ExplainOptions } from "@taxon/classifier";
import type { VisualizeFlags } from "./command.ts";

/**
 * What the flags ask for, checked against the model.
 *
 * @throws {UsageError} If there is no such layer or label.
 */
export function chosenOptions(
  { layers, label, importance, headEffects }: Pick<
    VisualizeFlags,
    "layers" | "label" | "importance" | "headEffects"
  >,
  config: { layers: number; labels: readonly string[] },
): ExplainOptions {
  for (const layer of layers) {
    if (!/^\d+$/.test(layer) || Number(layer) >= config.layers) {
      throw new UsageError(`Cannot show layer ${layer}: the model has layers 0 … ${config.layers - 1}`);
    }
  }
  if (label !== undefined && !config.labels.includes(label)) {
    const close = suggest(label, config.labels);
    const remedy = close === undefined ? `it has ${config.labels.join(", ")}` : `did you mean ${close}`;
    throw new UsageError(`Cannot explain label ${label}: the model does not have it, ${remedy}`);
  }
  const chosen = [...new Set(layers.map(Number))].sort((a, b) => a - b);
  return { layers: chosen.length > 0 ? chosen : undefined, label, importance, headEffects };
}

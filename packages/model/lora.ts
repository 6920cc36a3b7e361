import { type Linear, type LowRankSettings, LowRankUpdate, type StateEntry } from "@taxon/nn";
import { assign } from "@taxon/tensor";
import type { EncoderClassifier } from "./classifier.ts";

/**
 * Puts an update of low rank beside each attention projection (Hu et al. 2021), drawn from the seed; the model's
 * results stay the same. Train the parameters with `.lora.` in their names and call `mergeLora` in the end.
 *
 * @example A model with adapters counts more parameters until they are merged
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { addLora, EncoderClassifier, encoderConfig, mergeLora } from "@taxon/model";
 * import { useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * using model = new EncoderClassifier(encoderConfig({ vocabSize: 10, modelSize: 16, layers: 1 })).initialize(42);
 * const before = model.parameterCount();
 * addLora(model, { rank: 2, alpha: 4, seed: 42 });
 * assertEquals(model.parameterCount() - before, 4 * 2 * (16 + 128)); // 4 heads of 32 features
 * mergeLora(model);
 * assertEquals(model.parameterCount(), before);
 * ```
 */
export function addLora(
  model: EncoderClassifier,
  { seed, ...settings }: LowRankSettings & { seed: number },
): void {
  for (const projection of projections(model).values()) {
    const [outSize, inSize] = projection.weight.shape;
    projection.lora = new LowRankUpdate(inSize, outSize, settings);
  }
  model.initialize(seed, [...model.namedParameters().keys()].filter((name) => name.includes(".lora.")));
}

/** Adds the updates to the weights beside which they stand, and removes them. */
export function mergeLora(model: EncoderClassifier): void {
  for (const projection of projections(model).values()) {
    if (projection.lora === undefined) continue;
    using merged = projection.lora.mergedWith(projection.weight);
    assign(projection.weight, merged);
    projection.lora[Symbol.dispose]();
    projection.lora = undefined;
  }
}

/** The parameters that a model has once its updates are merged; the model itself stays as it is. */
export async function mergedState(model: EncoderClassifier): Promise<Map<string, StateEntry>> {
  const state = await model.stateDict();
  for (const [name, { weight, lora }] of projections(model)) {
    if (lora === undefined) continue;
    using merged = lora.mergedWith(weight);
    state.set(`${name}.weight`, { shape: weight.shape, data: await merged.data() });
    for (const half of ["down", "up"]) state.delete(`${name}.lora.${half}`);
  }
  return state;
}

/** The layers beside which updates stand, by name. */
function projections({ base }: EncoderClassifier): Map<string, Linear> {
  return new Map(
    base.encoder.layers.flatMap(({ attention }, index) =>
      (["query", "key", "value", "output"] as const).map((part) => {
        return [`encoder.layers.${index}.attention.${part}`, attention[part]];
      })
    ),
  );
}

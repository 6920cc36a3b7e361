import { assign, sameShape, tensor } from "@taxon/tensor";
import type { StateEntry } from "@taxon/nn";
import type { Trainer } from "./trainer.ts";

/** All that a trainer needs, besides the parameters, to go on exactly where it stood. */
export interface TrainerState {
  /** Steps taken. */
  step: number;
  /** Parameters that had no gradient yet; see `GradientWatch`. */
  silent: string[];
  /** `<parameter>.m` and `<parameter>.v` */
  moments: Map<string, StateEntry>;
}

/** Copies a trainer's state to the host. */
export async function saveTrainer({ optimizer, watch }: Trainer): Promise<TrainerState> {
  const moments = new Map<string, StateEntry>();
  for (const [name, { m, v }] of optimizer.moments) {
    moments.set(`${name}.m`, { shape: m.shape, data: await m.data() });
    moments.set(`${name}.v`, { shape: v.shape, data: await v.data() });
  }
  return { step: optimizer.steps, silent: watch.silent, moments };
}

/**
 * Puts a saved state into a trainer of the same parameters.
 *
 * @throws {TypeError} If a moment is missing or has another shape.
 */
export function restoreTrainer({ optimizer, watch, totalSteps }: Trainer, state: TrainerState): void {
  if (!Number.isInteger(state.step) || state.step < 0 || state.step > totalSteps) {
    throw new TypeError(
      `Cannot resume at step ${state.step}: this run has ${totalSteps} steps; give the same options`,
    );
  }
  for (const [name, { m, v }] of optimizer.moments) {
    for (const [suffix, moment] of [["m", m], ["v", v]] as const) {
      const entry = state.moments.get(`${name}.${suffix}`);
      if (entry === undefined || !sameShape(entry.shape, moment.shape)) {
        throw new TypeError(`Cannot resume: the optimizer state of ${name} is missing or of another shape`);
      }
      using source = tensor(entry.data, moment.shape, { backend: moment.backend });
      assign(moment, source);
    }
  }
  optimizer.steps = state.step;
  watch.restore(state.silent, state.step);
}

import type { ProblemType } from "@taxon/decision";
import type { RunState } from "./checkpoint.ts";
import type { TrainFlags } from "./command.ts";

/** What is known of a run that is not better than the linear baseline. */
export interface AdviceContext {
  flags: Pick<TrainFlags, "from" | "ngrams" | "trainLayers" | "lora" | "recipe">;
  problemType: ProblemType;
  state: Pick<RunState, "best_global_step" | "global_step" | "stopped_early">;
  /** Share of the encoder in the logits, where n-grams have the rest. */
  encoderShare?: number;
}

const list = new Intl.ListFormat("en", { type: "disjunction" });

/** What to try next, in one sentence; nothing that this run already did. */
export function advice({ flags, problemType, state, encoderShare }: AdviceContext): string {
  const { from, ngrams, trainLayers, lora, recipe } = flags;
  const tries = ["label more texts"];
  if (from === undefined) tries.push("start from a pretrained encoder with --from");
  if (from !== undefined && trainLayers !== undefined) {
    const trained = trainLayers === 0 ? "the head" : `the top ${trainLayers} layers`;
    tries.push(`train more than ${trained} with --train-layers`);
  }
  if (from !== undefined && trainLayers === undefined && lora === undefined) {
    tries.push("try another model with --from");
  }
  if (from === undefined && !ngrams && problemType !== "regression") tries.push("leave out --no-ngrams");
  // Other settings of an encoder that has no say would change nothing, and where recipes were compared they fix one
  if (recipe !== "auto" && state.global_step > 0 && encoderShare !== 0) {
    const rising = state.best_global_step === state.global_step && !state.stopped_early;
    tries.push(rising ? "train for more --epochs" : "try another --lr or --dropout");
  }
  return `To get further, ${list.format(tries)}.`;
}

import {
  latestCheckpoint,
  pruneCheckpoints,
  readTrainerState,
  reasonOf,
  type TrainerState,
  writeFolderAtomic,
} from "@taxon/app-shared";
import { decodeState, encodeState, type MaskedLanguageModel } from "@taxon/model";
import { restoreTrainer, saveTrainer, type Trainer } from "@taxon/train";

/** Saves everything needed to go on, as a folder that appears whole or not at all; older ones go. */
export async function saveCheckpoint(
  run: string,
  mlm: MaskedLanguageModel,
  trainer: Trainer,
  log_history: Record<string, number>[],
): Promise<void> {
  const { step, moments, silent } = await saveTrainer(trainer);
  const state: TrainerState = { global_step: step, silent_parameters: silent, log_history };
  const weights = encodeState(await mlm.stateDict());
  await writeFolderAtomic(`${run}/checkpoint-${step}`, async (folder) => {
    await Deno.writeFile(`${folder}/state.safetensors`, weights);
    await Deno.writeFile(`${folder}/optimizer.safetensors`, encodeState(moments));
    await Deno.writeTextFile(`${folder}/trainer_state.json`, JSON.stringify(state, null, 2) + "\n");
  });
  await pruneCheckpoints(run, 1);
}

/**
 * Puts the latest checkpoint back, if there is one.
 *
 * @returns What was logged up to it.
 * @throws {Error} If a file is missing or does not fit, naming the checkpoint.
 */
export async function loadCheckpoint(
  run: string,
  mlm: MaskedLanguageModel,
  trainer: Trainer,
): Promise<Record<string, number>[]> {
  const name = await latestCheckpoint(run);
  if (name === undefined) return [];
  const path = `${run}/${name}`;
  try {
    const { state } = await readTrainerState(path);
    mlm.loadStateDict(decodeState(await Deno.readFile(`${path}/state.safetensors`)));
    const moments = decodeState(await Deno.readFile(`${path}/optimizer.safetensors`));
    restoreTrainer(trainer, { step: state.global_step, silent: state.silent_parameters, moments });
    return state.log_history;
  } catch (error) {
    throw new Error(`Cannot go on from ${path}: ${reasonOf(error)}; remove the folder to start anew`, {
      cause: error,
    });
  }
}

import { JsonFields } from "@taxon/model";

/** What the state of every run holds, in Hugging Face's names. */
export interface TrainerState {
  global_step: number;
  /** Parameters that had no gradient yet. */
  silent_parameters: string[];
  /** All that was logged, in order. */
  log_history: Record<string, number>[];
}

/**
 * Reads a trainer_state.json, which may come from anyone.
 *
 * @param checkpoint Path of the folder it lies in, which is named after the step.
 * @returns The fields that all have, checked, and the rest for the caller to check.
 * @throws {SyntaxError | RangeError} If a field is missing or cannot be, naming it.
 */
export async function readTrainerState(
  checkpoint: string,
): Promise<{ state: TrainerState; fields: JsonFields }> {
  const name = "trainer_state.json";
  const fields = new JsonFields(name, await Deno.readTextFile(`${checkpoint}/${name}`));
  const global_step = fields.integer("global_step", 1);
  const step = Number(/checkpoint-(\d+)$/.exec(checkpoint)?.[1]);
  if (global_step !== step) fields.refuse("global_step", `${step}, after which the folder is named`);
  const silent = fields.list("silent_parameters") ?? [];
  if (!silent.every((name) => typeof name === "string")) {
    fields.refuse("silent_parameters", "a list of names");
  }
  const history = fields.list("log_history") ?? [];
  if (history.length === 0 || !history.every((entry) => isLogged(entry, step))) {
    fields.refuse("log_history", `a list of objects with numbers, of which step is one from 1 to ${step}`);
  }
  return {
    state: {
      global_step,
      silent_parameters: silent as string[],
      log_history: history as Record<string, number>[],
    },
    fields,
  };
}

function isLogged(entry: unknown, last: number): boolean {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return false;
  const { step } = entry as { step?: unknown };
  return Number.isSafeInteger(step) && step as number >= 1 && step as number <= last &&
    Object.values(entry).every((value) => typeof value === "number" || value === null); // null was not a number
}

import { writeFileAtomic } from "@taxon/app-shared";
import { encodeEvents } from "@taxon/train";
import type { RunState } from "./checkpoint.ts";
import type { TrainFlags } from "./command.ts";

/**
 * Writes what was logged as metrics.jsonl and for TensorBoard, each as a whole, so that a resumed run has no step
 * twice.
 */
export async function writeLogFiles(
  run: string,
  { log_history }: RunState,
  { reportTo }: Pick<TrainFlags, "reportTo">,
): Promise<void> {
  if (reportTo.includes("jsonl")) {
    await writeFileAtomic(
      `${run}/metrics.jsonl`,
      log_history.map((entry) => JSON.stringify(entry) + "\n").join(""),
    );
  }
  if (reportTo.includes("tensorboard")) {
    await Deno.mkdir(`${run}/runs`, { recursive: true });
    const seconds = await eventFileTime(`${run}/runs`) ?? Math.floor(Date.now() / 1000);
    await writeFileAtomic(
      `${run}/runs/events.out.tfevents.${seconds}.taxon`,
      encodeEvents(log_history, seconds),
    );
  }
}

/** The time in the name of the event file there is; a half-written one counts, so that it is overwritten. */
async function eventFileTime(folder: string): Promise<number | undefined> {
  for await (const { name } of Deno.readDir(folder)) {
    const seconds = /^events\.out\.tfevents\.(\d+)\.taxon/.exec(name)?.[1];
    if (seconds !== undefined) return Number(seconds);
  }
}

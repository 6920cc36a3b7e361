import { removeAtomic } from "./files.ts";

/** The latest whole checkpoint of a run, if there is one. */
export async function latestCheckpoint(run: string): Promise<string | undefined> {
  const steps = (await checkpointSteps(run)).sort((a, b) => a - b);
  return steps.length === 0 ? undefined : `checkpoint-${steps.at(-1)}`;
}

/** Removes all but the newest checkpoints and the best one, `limit` in all. */
export async function pruneCheckpoints(run: string, limit: number, best?: string): Promise<void> {
  const newestFirst = (await checkpointSteps(run)).sort((a, b) => b - a).map((step) => `checkpoint-${step}`);
  const others = newestFirst.filter((name) => name !== best);
  const kept = Math.max(1, limit - (others.length < newestFirst.length ? 1 : 0)); // the newest always stays, to resume
  for (const name of others.slice(kept)) await removeAtomic(`${run}/${name}`);
}

async function checkpointSteps(run: string): Promise<number[]> {
  const steps: number[] = [];
  for await (const { name, isDirectory } of Deno.readDir(run)) {
    const step = /^checkpoint-(\d+)$/.exec(name)?.[1];
    if (isDirectory && step !== undefined) steps.push(Number(step));
  }
  return steps;
}

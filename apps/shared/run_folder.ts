import { flagName } from "./command.ts";
import { type DataFingerprint, fingerprints, type ReadData } from "./data_fingerprint.ts";
import { createRunFolder, exists, largestRunNumber, readIfPresent, writeFileAtomic } from "./files.ts";
import { UsageError } from "./flags.ts";
import { finishReplacement, newPlace, placeOf, refuseToReplace, replaceRun } from "./replace_run.ts";
import { latestCheckpoint } from "./run_checkpoints.ts";
import { entriesOf, isLeftover, LOCK } from "./run_files.ts";
import { lockRun } from "./run_lock.ts";

/** Flags that say which run is meant, what it reads, and where it is computed. */
export interface RunFlags {
  output?: string;
  resume: boolean;
  overwrite: boolean;
  backend: string;
  train?: string;
  eval?: string;
  test?: string;
  from?: string;
  compare?: string;
}

/** Which run a call means; nothing is written before `start`, so that a call that fails early leaves no trace. */
export interface Run<F extends RunFlags> {
  /** The flags given, or those the run was started with. */
  flags: F;
  /** Folder of a resumed run that has all its results already. */
  finished?: string;
  /** Text of tokenizer.json, if a resumed run got so far. */
  tokenizer?: string;
  /** What a resumed run knows of how it came where it is. */
  resumed?: ResumedRun;
  /** Makes the folder where there is none, and notes in it what the run was started with. */
  start(flags: F, tokenizerJson: string, data: ReadData): Promise<StartedRun>;
}

/** How a run was computed so far. */
export interface ResumedRun {
  path: string;
  /** Name of its latest checkpoint. */
  checkpoint?: string;
  /** What it was started with; unknown of runs from before this was kept. */
  data?: DataFingerprint;
  /** Where; unknown of runs from before the choice of "auto" was kept. */
  backend?: string;
}

/** A run at work; other trainers are kept out of its folder until the process ends. */
export interface StartedRun {
  /** Where it is written. */
  path: string;
  /** Where it lies when it is finished: elsewhere if another run is replaced. */
  output: string;
  /** Puts it there. */
  finish(): Promise<void>;
}

/** Fingerprints of what was read, beside the flags that say how. */
const DATA = "training_data.json";

/** Flags that say where and how to compute and print, not what is trained. */
export const perCallFlags: ReadonlySet<string> = new Set([
  "output",
  "reportTo",
  "resume",
  "overwrite",
  "compare",
  "backend",
  "threads",
  "json",
  "quiet",
  "progress",
]);

/**
 * Finds the run that a call means: a new one, one that replaces another, or one to go on with.
 *
 * @param given Names of the flags that were written.
 * @param name What a run without --output is called.
 * @throws {UsageError} If the folder is in use and neither --resume nor --overwrite was given, if it holds something else
 * than a run, or if a resumed run was started with other flags.
 */
export async function findRun<F extends RunFlags>(
  flags: F,
  given: ReadonlySet<string>,
  name: string,
): Promise<Run<F>> {
  const { output, resume, overwrite } = flags;
  if (resume && overwrite) throw new UsageError("Cannot use --resume with --overwrite: choose one");
  if (resume) return await resumedRun(flags, given, await placeOf(output ?? await latestRun(name)));
  if (output === undefined) return startable(flags, async () => started(await createRunFolder(name)));
  const place = await placeOf(output);
  if (overwrite) return await replacingRun(flags, place);
  await refuseOccupied(place);
  return startable(flags, async () => {
    await Deno.mkdir(place, { recursive: true });
    const run = started(place);
    await refuseOccupied(place); // another trainer may have been faster, and have ended meanwhile
    return run;
  });
}

async function refuseOccupied(place: string): Promise<void> {
  const entry = (await entriesOf(place)).find(({ name }) => name !== LOCK);
  const taken = entry
    ? `${place}: it already holds ${entry.name}`
    : `${newPlace(place)}: it is there already`;
  if (!entry && !await exists(newPlace(place))) return;
  throw new UsageError(
    `Cannot write to ${taken}; give another --output, --resume to go on, or --overwrite to replace it`,
  );
}

/** A run at work in `path`, be it the place of its own or beside the one that it replaces. */
function started(path: string, output: string = path): StartedRun {
  lockRun(path);
  return { path, output, finish: async () => path === output ? undefined : await replaceRun(output) };
}

async function replacingRun<F extends RunFlags>(flags: F, place: string): Promise<Run<F>> {
  await requireRun(place, "overwrite");
  const { train, eval: evaluation, test, from, compare } = flags;
  const inputs = { train, eval: evaluation, test, from, compare };
  await refuseToReplace(place, inputs);
  if ((await entriesOf(place)).length > 0) lockRun(place);
  return startable(flags, async () => {
    await finishReplacement(place);
    if ((await entriesOf(place)).every(({ name }) => name === LOCK)) {
      await Deno.mkdir(place, { recursive: true });
      return started(place);
    }
    const path = newPlace(place);
    if (await exists(path)) await Deno.remove(path, { recursive: true });
    await Deno.mkdir(path);
    return started(path, place);
  });
}

function startable<F extends RunFlags>(flags: F, open: () => Promise<StartedRun>): Run<F> {
  return {
    flags,
    async start(flags, tokenizerJson, data) {
      const run = await open();
      await writeFileAtomic(`${run.path}/training_args.json`, JSON.stringify(flags, null, 2) + "\n");
      await writeFileAtomic(`${run.path}/${DATA}`, JSON.stringify(fingerprints(data), null, 2) + "\n");
      await writeFileAtomic(`${run.path}/tokenizer.json`, tokenizerJson);
      return run;
    },
  };
}

async function resumedRun<F extends RunFlags>(
  flags: F,
  given: ReadonlySet<string>,
  place: string,
): Promise<Run<F>> {
  await requireRun(place, "resume");
  const replacing = await exists(newPlace(place));
  if (await exists(place) && (replacing || !await isFinished(place))) lockRun(place);
  if (replacing) lockRun(newPlace(place));
  await finishReplacement(place);
  const path = await exists(newPlace(place)) ? newPlace(place) : place;
  const saved = await readJson<F>(`${path}/training_args.json`);
  const merged = saved === undefined ? flags : merge(saved, flags, given, path);
  const data = await readJson<DataFingerprint>(`${path}/${DATA}`);
  return {
    ...startable(merged, async () => {
      await Deno.mkdir(path, { recursive: true });
      const run = started(path, place);
      await removeLeftovers(path);
      return run;
    }),
    tokenizer: await readIfPresent(`${path}/tokenizer.json`),
    resumed: {
      path,
      checkpoint: saved === undefined ? undefined : await latestCheckpoint(path),
      data,
      backend: saved && computedOn(saved),
    },
    ...(await isFinished(path) && { finished: path }),
  };
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readIfPresent(path);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read ${path}: ${(error as Error).message}`);
  }
}

function isFinished(path: string): Promise<boolean> {
  return exists(`${path}/all_results.json`);
}

/** The backend of a run; one from before it was noted says "auto". */
function computedOn({ backend }: RunFlags): string | undefined {
  return backend === "auto" ? undefined : backend;
}

/** The saved flags; one that is written again must agree with them, unless it says only where and how to compute. */
function merge<F extends RunFlags>(saved: F, flags: F, given: ReadonlySet<string>, path: string): F {
  const merged = { ...saved } as Record<string, unknown>;
  for (const [property, value] of Object.entries(flags)) {
    const before = saved[property as keyof F];
    if (property === "backend" && !given.has(property)) continue; // its bits are kept, unless another is asked for
    if (perCallFlags.has(property)) merged[property] = value;
    else if (given.has(property) && value !== before && !pins(before, value)) {
      throw new UsageError(
        `Cannot resume ${path} with --${flagName(property)} = ${value}: it was started with ${
          before ?? "none"
        }; leave the flag out`,
      );
    }
  }
  return merged as unknown as F;
}

/** Whether a saved `org/name@commit` is what `org/name` came to when the run was started. */
function pins(saved: unknown, given: unknown): boolean {
  return typeof saved === "string" && saved.startsWith(`${given}@`);
}

async function latestRun(name: string): Promise<string> {
  const latest = await largestRunNumber(name);
  if (latest === 0) {
    throw new UsageError(`Cannot resume: there is no run runs/${name}-<n>; name one with --output`);
  }
  return `runs/${name}-${latest}`;
}

/** Refuses a folder that holds anything but a run, or the beginnings of one that was killed. */
async function requireRun(path: string, purpose: string): Promise<void> {
  const names = (await entriesOf(path)).map(({ name }) => name).filter((name) =>
    name !== LOCK && !isLeftover(name)
  );
  if (names.length > 0 && !names.includes("training_args.json")) {
    throw new UsageError(`Cannot ${purpose} ${path}: it holds no run but ${names[0]}; give another --output`);
  }
}

/** Removes what a killed process had not finished writing. */
async function removeLeftovers(path: string): Promise<void> {
  for (const { name } of await entriesOf(path)) {
    if (isLeftover(name)) await Deno.remove(`${path}/${name}`, { recursive: true });
  }
}

import { flagName } from "./command.ts";
import { type DataFingerprint, describeChange, fingerprints, type ReadData } from "./data_fingerprint.ts";
import {
  createOutputFolder,
  createRunFolder,
  largestRunNumber,
  readIfPresent,
  refuseOccupied,
  removeAtomic,
  writeFileAtomic,
} from "./files.ts";
import { UsageError } from "./flags.ts";
import type { Log } from "./log.ts";
import { latestCheckpoint } from "./run_checkpoints.ts";

/** Flags that say which run is meant. */
export interface RunFlags {
  output?: string;
  resume: boolean;
  overwrite: boolean;
}

/** Which run a call means; nothing is written before `start`, so that a call that fails early leaves no trace. */
export interface Run<F extends RunFlags> {
  /** The flags given, or those the run was started with. */
  flags: F;
  /** Folder of a resumed run that has all its results already. */
  finished?: string;
  /** Text of tokenizer.json, if a resumed run got so far. */
  tokenizer?: string;
  /** Where a resumed run has got steps from, and what it keeps of the data that they were made with. */
  resumed?: { path: string; checkpoint?: string; data?: DataFingerprint };
  /** Makes the folder where there is none, notes in it what the run was started with, and returns its path. */
  start(flags: F, tokenizerJson: string, data: ReadData): Promise<string>;
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
  if (resume) return await resumedRun(flags, given, output ?? await latestRun(name));
  if (output === undefined) return startable(flags, () => createRunFolder(name));
  if (overwrite) {
    await requireRun(output, "overwrite");
    return startable(flags, () => emptyRun(output));
  }
  const remedy = "give another --output, --resume to go on, or --overwrite to replace it";
  await refuseOccupied(output, remedy);
  return startable(flags, () => createOutputFolder(output, remedy));
}

/**
 * Refuses to go on with other data than a run was started with.
 *
 * @throws {UsageError} If a row of a split has changed, naming the file.
 */
export function requireSameData({ resumed }: Run<RunFlags>, now: ReadData, log: Log): void {
  if (resumed === undefined) return;
  const { path, checkpoint, data } = resumed;
  if (data === undefined) {
    if (checkpoint === undefined) return; // nothing was learnt yet
    return log.warn(`${path} does not say what data it was started with: make sure that it is the same`);
  }
  const change = describeChange(data, now);
  if (change === undefined) return;
  throw new UsageError(
    `Cannot resume ${path}: ${change}; bring back what it was started with, or start anew with another --output`,
  );
}

function startable<F extends RunFlags>(flags: F, makeFolder: () => Promise<string>): Run<F> {
  return {
    flags,
    async start(flags, tokenizerJson, data) {
      const path = await makeFolder();
      await writeFileAtomic(`${path}/training_args.json`, JSON.stringify(flags, null, 2) + "\n");
      await writeFileAtomic(`${path}/${DATA}`, JSON.stringify(fingerprints(data), null, 2) + "\n");
      await writeFileAtomic(`${path}/tokenizer.json`, tokenizerJson);
      return path;
    },
  };
}

async function resumedRun<F extends RunFlags>(
  flags: F,
  given: ReadonlySet<string>,
  path: string,
): Promise<Run<F>> {
  await requireRun(path, "resume");
  const saved = await readIfPresent(`${path}/training_args.json`);
  const merged = saved === undefined ? flags : merge(JSON.parse(saved), flags, given, path);
  const finished = await readIfPresent(`${path}/all_results.json`) !== undefined;
  const data = await readIfPresent(`${path}/${DATA}`);
  return {
    ...startable(merged, async () => {
      await Deno.mkdir(path, { recursive: true });
      await removeLeftovers(path);
      return path;
    }),
    tokenizer: await readIfPresent(`${path}/tokenizer.json`),
    resumed: {
      path,
      checkpoint: saved === undefined ? undefined : await latestCheckpoint(path),
      ...(data !== undefined && { data: JSON.parse(data) }),
    },
    ...(finished && { finished: path }),
  };
}

/** The saved flags; one that is written again must agree with them, unless it says only where and how to compute. */
function merge<F extends RunFlags>(saved: F, flags: F, given: ReadonlySet<string>, path: string): F {
  const merged = { ...saved } as Record<string, unknown>;
  for (const [property, value] of Object.entries(flags)) {
    const before = saved[property as keyof F];
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
  const names = (await namesIn(path)).filter((name) => !name.endsWith(".tmp"));
  if (names.length > 0 && !names.includes("training_args.json")) {
    throw new UsageError(`Cannot ${purpose} ${path}: it holds no run but ${names[0]}; give another --output`);
  }
}

/** Empties a folder in an order that leaves a run to resume, or none, wherever it is stopped. */
async function emptyRun(path: string): Promise<string> {
  await Deno.mkdir(path, { recursive: true });
  const last = (name: string) => name === "training_args.json" ? 1 : name === "all_results.json" ? -1 : 0;
  for (const name of (await namesIn(path)).sort((a, b) => last(a) - last(b))) {
    await removeAtomic(`${path}/${name}`);
  }
  return path;
}

/** Removes what a killed process had not finished writing. */
async function removeLeftovers(path: string): Promise<void> {
  for (const name of await namesIn(path)) {
    if (name.endsWith(".tmp")) await Deno.remove(`${path}/${name}`, { recursive: true });
  }
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    if (error instanceof Deno.errors.NotADirectory) {
      throw new UsageError(`Cannot use ${path}: it is a file, not a folder; give another --output`);
    }
    throw error;
  }
}

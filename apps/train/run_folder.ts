import {
  createOutputFolder,
  createRunFolder,
  type Flag,
  UsageError,
  writeFileAtomic,
} from "@taxon/app-shared";
import { command, type TrainFlags } from "./command.ts";

/** A run's folder and what it was started with. */
export interface Run {
  path: string;
  /** The flags given, or those the run was started with. */
  flags: TrainFlags;
  /** Text of tokenizer.json, if the run got so far before. */
  tokenizer?: string;
  /** Whether all results are there. */
  finished: boolean;
  keepTokenizer(json: string): Promise<void>;
}

/** Flags that say where and how to compute and print, not what is trained. */
const PER_CALL = new Set([
  "output",
  "resume",
  "overwrite",
  "backend",
  "threads",
  "json",
  "quiet",
  "progress",
]);

/**
 * Makes the folder of a new run, or opens the one to resume.
 *
 * @throws {UsageError} If the folder holds a run and neither --resume nor --overwrite was given, or if a resumed run was
 * started with other flags.
 */
export async function openRun(flags: TrainFlags, name: string): Promise<Run> {
  if (flags.resume && flags.overwrite) {
    throw new UsageError("Cannot use --resume with --overwrite: choose one");
  }
  if (flags.resume) return await resume(flags, flags.output ?? await latestRun(name));
  let path = flags.output;
  if (path === undefined) path = await createRunFolder(name);
  else if (flags.overwrite) await emptyRun(path);
  else {await createOutputFolder(
      path,
      "give another --output, --resume to go on, or --overwrite to replace it",
    );}
  return await started(path, flags);
}

async function started(path: string, flags: TrainFlags): Promise<Run> {
  await writeFileAtomic(`${path}/training_args.json`, JSON.stringify(flags, null, 2) + "\n");
  return {
    path,
    flags,
    finished: false,
    keepTokenizer: (json) => writeFileAtomic(`${path}/tokenizer.json`, json),
  };
}

async function resume(flags: TrainFlags, path: string): Promise<Run> {
  const saved = await readIfPresent(`${path}/training_args.json`);
  if (saved === undefined) { // killed before anything was written, or never started
    await Deno.mkdir(path, { recursive: true });
    return await started(path, flags);
  }
  const run = await started(path, merge(JSON.parse(saved), flags, path));
  run.tokenizer = await readIfPresent(`${path}/tokenizer.json`);
  run.finished = await readIfPresent(`${path}/all_results.json`) !== undefined;
  return run;
}

/** The saved flags; a flag given now must agree with them, unless it says only where and how to compute. */
function merge(saved: TrainFlags, given: TrainFlags, path: string): TrainFlags {
  const merged: Record<string, unknown> = { ...saved };
  for (const [name, value] of Object.entries(given)) {
    const spec = command.flags[name as keyof TrainFlags] as Flag;
    const isDefault = value === undefined || value === ("default" in spec ? spec.default : undefined) ||
      value === false;
    const before = saved[name as keyof TrainFlags];
    if (PER_CALL.has(name)) merged[name] = value;
    else if (!isDefault && value !== before) {
      throw new UsageError(
        `Cannot resume ${path} with ${name} = ${value}: it was started with ${
          before ?? "none"
        }; leave the flag out`,
      );
    }
  }
  return merged as TrainFlags;
}

async function latestRun(name: string): Promise<string> {
  let latest = 0;
  try {
    for await (const entry of Deno.readDir("runs")) {
      const number = entry.name.startsWith(`${name}-`) ? Number(entry.name.slice(name.length + 1)) : NaN;
      if (Number.isInteger(number)) latest = Math.max(latest, number);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (latest === 0) {
    throw new UsageError(`Cannot resume: there is no run runs/${name}-<n>; name one with --output`);
  }
  return `runs/${name}-${latest}`;
}

/** Empties a folder that holds a run; refuses one that holds anything else. */
async function emptyRun(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true });
  const names = await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
  if (names.length > 0 && !names.includes("training_args.json")) {
    throw new UsageError(`Cannot overwrite ${path}: it holds no run but ${names[0]}; give another --output`);
  }
  for (const name of names) await Deno.remove(`${path}/${name}`, { recursive: true });
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

import { reasonOf } from "./data_files.ts";
import { exists } from "./files.ts";
import { UsageError } from "./flags.ts";
import { strangersIn } from "./run_files.ts";

const SEPARATOR = Deno.build.os === "windows" ? "\\" : "/";

/**
 * Where a run is written that replaces another: beside it, so that the old one stays whole until the new one is
 * finished and takes its place.
 */
export function newPlace(place: string): string {
  return `${place}.overwrite.tmp`;
}

function oldPlace(place: string): string {
  return `${place}.overwritten.tmp`;
}

/** The folder that `--output` means: where a link leads, and without slashes at the end. */
export async function placeOf(output: string): Promise<string> {
  const path = output.replace(/(?<=[^\\/])[\\/]+$/, "");
  if (!await exists(path)) return path;
  const hasName = /[^\\/.][^\\/]*$|\.{3,}$/.test(path); // unlike "." and ".."
  return hasName && !(await Deno.lstat(path)).isSymlink ? path : await Deno.realPath(path);
}

/**
 * Puts the finished run beside a folder in its place: two renames in a row, nothing between. A process that was
 * killed between them is made up for by the next call.
 *
 * @throws {Error} If the system refuses, naming where the new run is.
 */
export async function replaceRun(place: string): Promise<void> {
  const [fresh, old] = [newPlace(place), oldPlace(place)];
  if (await exists(place)) await removeOld(place);
  try {
    if (await exists(place)) Deno.renameSync(place, old);
    Deno.renameSync(fresh, place);
  } catch (error) {
    throw new Error(
      `Cannot put the new run in the place of ${place}: ${reasonOf(error)}; it is whole in ${fresh}`,
      { cause: error },
    );
  }
  await removeOld(place);
}

/** Finishes what a process was killed in: the replacement by a finished run, or the removal of the old one. */
export async function finishReplacement(place: string): Promise<void> {
  if (await exists(`${newPlace(place)}/all_results.json`)) await replaceRun(place);
  else if (await exists(place)) await removeOld(place);
}

/**
 * Refuses to replace a folder that holds more than a run of ours and what our commands made of it.
 *
 * @param inputs What the new run reads.
 * @throws {UsageError} Naming what is not ours, or is needed.
 */
export async function refuseToReplace(
  place: string,
  inputs: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const folder of [place, newPlace(place), oldPlace(place)]) {
    const strangers = await strangersIn(folder);
    if (strangers.length > 0) {
      const names = strangers.slice(0, 3).join(", ") +
        (strangers.length > 3 ? `, … (${strangers.length})` : "");
      throw new UsageError(
        `Cannot overwrite ${folder}: it holds what no run wrote: ${names}; move that away, or give another --output`,
      );
    }
  }
  if (!await exists(place)) return;
  const real = await Deno.realPath(place);
  for (const [flag, path] of Object.entries(inputs)) {
    const input = path === undefined || !await exists(path) ? undefined : await Deno.realPath(path);
    if (input !== undefined && `${input}${SEPARATOR}`.startsWith(`${real}${SEPARATOR}`)) {
      throw new UsageError(
        `Cannot overwrite ${place}: --${flag} ${path} lies in it; give another --output`,
      );
    }
  }
}

async function removeOld(place: string): Promise<void> {
  const old = oldPlace(place);
  // What others put into the folder while the new run was trained stays
  if (await exists(old) && (await strangersIn(old)).length === 0) await Deno.remove(old, { recursive: true });
}

import { systemReason } from "./system_error.ts";
import { UsageError } from "./flags.ts";

/**
 * Writes a file so that a reader, or a process killed at any moment, sees the old content or the new, never a part:
 * the bytes go to `PATH.tmp`, are forced to the disk, and then take the name.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await Deno.writeFile(temporary, bytes).catch((error) => { // Deno does not always name the path
    throw new Error(`Cannot write ${path}: ${systemReason(error) ?? error.message}`, { cause: error });
  });
  await sync(temporary);
  await Deno.rename(temporary, path);
}

/**
 * Makes a folder appear with all its files at once: `fill` writes into `PATH.tmp`, which then takes the name. An
 * older folder of that name is replaced.
 */
export async function writeFolderAtomic(
  path: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.tmp`;
  const replaced = `${path}.old.tmp`;
  await removeIfPresent(temporary);
  await Deno.mkdir(temporary, { recursive: true });
  await fill(temporary);
  await syncFiles(temporary);
  await removeIfPresent(replaced);
  if (await exists(path)) await Deno.rename(path, replaced); // a rename does not replace a folder that holds files
  await Deno.rename(temporary, path);
  await removeIfPresent(replaced);
}

/**
 * Makes the folder of a new run, `runs/NAME-1`, or with the next number above those that exist.
 *
 * @returns The folder's path.
 */
export async function createRunFolder(name: string, parent = "runs"): Promise<string> {
  await Deno.mkdir(parent, { recursive: true });
  for (let number = await largestRunNumber(name, parent);;) {
    const path = `${parent}/${name}-${++number}`;
    try {
      await Deno.mkdir(path);
      return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error; // another run was faster: take the next number
    }
  }
}

/** The largest n for which there is a run `runs/NAME-n`; 0 if there is none. */
export async function largestRunNumber(name: string, parent = "runs"): Promise<number> {
  if (!await exists(parent)) return 0;
  let largest = 0;
  for await (const entry of Deno.readDir(parent)) {
    const suffix = entry.name.startsWith(`${name}-`) ? entry.name.slice(name.length + 1) : "";
    if (/^[1-9]\d*$/.test(suffix)) largest = Math.max(largest, Number(suffix));
  }
  return largest;
}

/**
 * Makes a folder that the user named for new output.
 *
 * @param remedy What the user can do if it is there already, such as "pass --overwrite".
 * @returns The folder's path.
 * @throws {UsageError} If it exists and holds anything.
 */
export async function createOutputFolder(path: string, remedy: string): Promise<string> {
  await refuseOccupied(path, remedy);
  await Deno.mkdir(path, { recursive: true });
  return path;
}

/** Throws what {@linkcode createOutputFolder} would, without making the folder. */
export async function refuseOccupied(path: string, remedy: string): Promise<void> {
  if (!await exists(path)) return;
  if (!(await Deno.stat(path)).isDirectory) {
    throw new UsageError(`Cannot write to ${path}: it is a file, not a folder; ${remedy}`);
  }
  for await (const entry of Deno.readDir(path)) {
    throw new UsageError(`Cannot write to ${path}: it already holds ${entry.name}; ${remedy}`);
  }
}

/** Removes a file or folder so that it is never seen with only some of its files: it is renamed first. */
export async function removeAtomic(path: string): Promise<void> {
  const temporary = `${path}.tmp`;
  await removeIfPresent(temporary);
  await Deno.rename(path, temporary);
  await Deno.remove(temporary, { recursive: true });
}

/** The text of a file, or undefined if there is none. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function sync(path: string): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  await file.sync();
}

async function syncFiles(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    await (isDirectory ? syncFiles(`${folder}/${name}`) : sync(`${folder}/${name}`));
  }
}

/** Whether there is anything of that name, be it a link that leads nowhere. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function removeIfPresent(path: string): Promise<void> {
  if (await exists(path)) await Deno.remove(path, { recursive: true });
}

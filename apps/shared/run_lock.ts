import { UsageError } from "./flags.ts";
import { LOCK } from "./run_files.ts";

/** Kept open: the system releases a lock when its file is closed, also by `kill -9`. */
const held = new Map<string, Deno.FsFile>();

/**
 * Keeps other trainers out of a folder until this process ends, however it ends.
 *
 * @throws {UsageError} If another process is at work in it, naming the process.
 */
export function lockRun(folder: string): void {
  const path = `${folder}/${LOCK}`;
  if (held.has(path)) return;
  for (;;) {
    const file = Deno.openSync(path, { read: true, write: true, create: true });
    if (!file.tryLockSync(true)) {
      const owner = Deno.readTextFileSync(path).trim();
      throw new UsageError(
        `Cannot train in ${folder}: process ${
          owner || "unknown"
        } is at work there; wait until it has ended, or ` +
          `give another --output`,
      );
    }
    if (isAt(file, path)) {
      file.truncateSync();
      file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
      if (held.size === 0) addEventListener("unload", removeLocks);
      held.set(path, file);
      return;
    }
    file.close(); // its owner ended and removed it in this very moment
  }
}

function isAt(file: Deno.FsFile, path: string): boolean {
  try {
    return file.statSync().ino === Deno.statSync(path).ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function removeLocks(): void {
  for (const [path, file] of held) {
    try {
      Deno.removeSync(path);
    } catch {
      // a file that stays behind locks nobody out
    }
    file.close();
  }
  held.clear();
}

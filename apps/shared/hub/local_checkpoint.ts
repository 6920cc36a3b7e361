import { UsageError } from "../flags.ts";
import type { Log } from "../log.ts";
import { Progress } from "../progress.ts";
import { downloadModel } from "./download_model.ts";
import { parseModelId } from "./model_id.ts";
import { hubSettings } from "./settings.ts";

/** A pretrained model on this machine. */
export interface LocalCheckpoint {
  readonly folder: string;
  /** What means the same files for good: the folder, or `org/name@commit`. */
  readonly from: string;
}

/** How a model is brought here. */
export interface LocalCheckpointOptions {
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Draw a bar. */
  readonly progress: boolean;
}

/**
 * Finds what `--from` names: a folder, else a model of the Hugging Face Hub, which is downloaded unless it is in the cache.
 *
 * @throws {UsageError} If it is neither.
 * @throws {Error} If it cannot be downloaded.
 */
export async function localCheckpoint(
  from: string,
  { log, signal, progress }: LocalCheckpointOptions,
): Promise<LocalCheckpoint> {
  if (await isFolder(from)) return { folder: from, from };
  const id = parseModelId(from);
  const settings = await hubSettings();
  if (!settings.offline) log.note(`there is no folder ${from}: asking ${settings.endpoint} for the model`);
  const bars = new DownloadBars(`downloading ${id.name}`);
  const { folder, commit } = await downloadModel(id, settings, {
    signal,
    note: (text) => {
      bars.clear();
      log.note(text);
    },
    ...(progress && { progress: (total: number) => bars.start(total) }),
  });
  log.note(`checkpoint: ${id.name}@${commit}, in ${folder}`);
  return { folder, from: `${id.name}@${commit}` };
}

/** Bars in megabytes, one behind the other. */
class DownloadBars {
  readonly #label: string;
  #bar: Progress | undefined;

  constructor(label: string) {
    this.#label = label;
  }

  start(totalBytes: number): (bytes: number) => void {
    const total = Math.ceil(totalBytes / 1e6);
    const bar = new Progress({ label: this.#label, total, unit: "MB" });
    this.#bar = bar;
    let shown = -1;
    return (bytes) => {
      const done = bytes === totalBytes ? total : Math.floor(bytes / 1e6);
      if (done !== shown) bar.update(shown = done);
      if (done === total) this.#bar = undefined;
    };
  }

  /** Makes room for a line of text. */
  clear(): void {
    this.#bar?.clear();
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    if ((await Deno.stat(path)).isDirectory) return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
  throw new UsageError(`Cannot start from ${path}: it is a file; give the folder of a model, or org/name`);
}

import { setTimeout as delay } from "node:timers/promises";
import { readIfPresent, writeFileAtomic } from "../files.ts";
import type { HubFile } from "./listing.ts";
import { isCommit, type ModelId } from "./model_id.ts";
import { missingFile } from "./wanted_files.ts";

/**
 * One model in the cache that all programs of Hugging Face share: `blobs/HASH` holds contents, `snapshots/COMMIT/PATH`
 * links to them, `refs/REVISION` holds a commit. Nothing there is ever partly written, apart from `blobs/*.incomplete`.
 */
export class HubCache {
  readonly #folder: string;
  readonly #locks: string;
  readonly #link: typeof Deno.symlink;

  /** @param link Makes symbolic links; where that fails, files are copied. */
  constructor(cache: string, name: string, link: typeof Deno.symlink = Deno.symlink) {
    const folder = `models--${name.replace("/", "--")}`;
    this.#folder = `${cache}/${folder}`;
    this.#locks = `${cache}/.locks/${folder}`;
    this.#link = link;
  }

  snapshot(commit: string): string {
    return `${this.#folder}/snapshots/${commit}`;
  }

  blob({ hash }: HubFile): string {
    return `${this.#folder}/blobs/${hash}`;
  }

  /**
   * The commit that a revision named when it was last downloaded.
   *
   * @returns Undefined if the cache does not have it with all files of a model.
   */
  async find({ revision }: ModelId): Promise<string | undefined> {
    const commit = isCommit(revision) ? revision : await readIfPresent(`${this.#folder}/refs/${revision}`);
    if (commit === undefined || !isCommit(commit)) return undefined;
    return await missingFile(this.snapshot(commit)) === undefined ? commit : undefined;
  }

  /**
   * Makes the folders, and keeps other processes, Python's included, from the blob of this hash until the result is
   * disposed; a process that is killed loses its hold by itself.
   *
   * @param onWait Called if another process has it now.
   */
  async lock(name: string, signal: AbortSignal, onWait = () => {}): Promise<Disposable> {
    await Deno.mkdir(this.#locks, { recursive: true });
    await Deno.mkdir(`${this.#folder}/blobs`, { recursive: true });
    using stack = new DisposableStack();
    const file = stack.use(await Deno.open(`${this.#locks}/${name}.lock`, { write: true, create: true }));
    for (let attempt = 0; !await file.tryLock(true); attempt++) {
      if (attempt === 0) onWait();
      await delay(100, undefined, { signal }); // waiting in the system could not be stopped
    }
    return stack.move();
  }

  /** Whether the content of a file is there. Blobs get their names when they are whole, so a size is enough to look at. */
  async hasBlob(file: HubFile): Promise<boolean> {
    const { size } = await Deno.stat(this.blob(file)).catch(absent);
    return size === file.size;
  }

  /** Shows a blob as a file of a commit; the caller holds the blob's lock. */
  async place(commit: string, file: HubFile): Promise<void> {
    const path = `${this.snapshot(commit)}/${file.path}`;
    const temporary = `${path}.tmp`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.remove(temporary).catch(absent);
    const up = "../".repeat(file.path.split("/").length + 1);
    try {
      await this.#link(`${up}blobs/${file.hash}`, temporary, { type: "file" });
    } catch {
      await Deno.copyFile(this.blob(file), temporary); // on file systems and systems that do not let us link
    }
    await Deno.rename(temporary, path);
  }

  /** Notes which commit a revision names. */
  async writeRef({ revision }: ModelId, commit: string, signal: AbortSignal): Promise<void> {
    if (isCommit(revision)) return;
    const path = `${this.#folder}/refs/${revision}`;
    using _lock = await this.lock("refs", signal);
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await writeFileAtomic(path, commit);
  }
}

function absent(error: unknown): { size?: undefined } {
  if (error instanceof Deno.errors.NotFound) return {};
  throw error;
}

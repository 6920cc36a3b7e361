import { reasonOf } from "./data_files.ts";

/** Largest text file of a model: a tokenizer.json of 250,000 tokens has about 17 MB. */
const MAX_TEXT_BYTES = 64 * 2 ** 20;

/** A file opened for reading, and its size. */
export interface OpenedFile extends Disposable {
  readonly file: Deno.FsFile;
  readonly size: number;
}

/**
 * The files of a model's folder, which may come from anyone: only regular files are opened, a link may not lead out
 * of the folder, and texts have a largest size.
 */
export class FolderFiles {
  readonly #roots: readonly string[];

  /** @throws {Error} If the folder is not there. */
  constructor(readonly directory: string) {
    try {
      this.#roots = readableRoots(directory);
    } catch (error) {
      throw this.#refuse(
        "config.json",
        `${reasonOf(error)}; give a folder that "deno task train" wrote, or one of Hugging Face transformers`,
      );
    }
  }

  /** Whether there is anything of this name. */
  has(name: string): boolean {
    try {
      Deno.lstatSync(`${this.directory}/${name}`);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
      throw error;
    }
  }

  /**
   * The content of a text file.
   *
   * @throws {Error} If it is missing, no regular file, outside the folder, too large, or not UTF-8.
   */
  text(name: string): string {
    using opened = this.open(name);
    const { file, size } = opened;
    if (size > MAX_TEXT_BYTES) {
      throw this.#refuse(name, `it has ${size} bytes; at most ${MAX_TEXT_BYTES} are read`);
    }
    const bytes = new Uint8Array(size);
    readFully(file, bytes);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      throw this.#refuse(name, "it is not UTF-8");
    }
  }

  /** The content of a text file, or undefined if there is none. */
  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  /**
   * Opens a regular file of the folder.
   *
   * @throws {Error} As `text`.
   */
  open(name: string): OpenedFile {
    let path: string;
    let info: Deno.FileInfo;
    try {
      path = Deno.realPathSync(`${this.directory}/${name}`);
      info = Deno.statSync(path); // before it is opened: opening a pipe waits for its other end
    } catch (error) {
      throw this.#refuse(name, reasonOf(error));
    }
    if (!this.#roots.some((root) => path.startsWith(`${root}/`))) {
      throw this.#refuse(name, `it is a link to ${path}, outside the folder; copy the file`);
    }
    if (!info.isFile) throw this.#refuse(name, `it is ${kindOf(info)}, not a file`);
    try {
      const file = Deno.openSync(path, { read: true });
      return { file, size: info.size, [Symbol.dispose]: () => file.close() };
    } catch (error) {
      throw this.#refuse(name, reasonOf(error));
    }
  }

  #refuse(name: string, reason: string): Error {
    return new Error(`Cannot load ${this.directory}/${name}: ${reason}`);
  }
}

/**
 * Where the files of a model's folder may lie: in it, and in the cache of Hugging Face, whose folders
 * `snapshots/<revision>` hold links to `blobs` beside them.
 */
export function readableRoots(directory: string): string[] {
  const real = Deno.realPathSync(directory);
  const cache = /^(.*)\/snapshots\/[^/]+$/.exec(real)?.[1];
  return cache === undefined ? [real] : [real, `${cache}/blobs`];
}

/**
 * Fills `bytes` from a file's current place.
 *
 * @throws {RangeError} If the file ends before.
 */
export function readFully(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    const count = file.readSync(bytes.subarray(at));
    if (count === null) throw new RangeError(`Cannot read ${bytes.length} bytes: the file ends after ${at}`);
    at += count;
  }
}

function kindOf({ isDirectory, isFifo, isSocket }: Deno.FileInfo): string {
  return isDirectory ? "a folder" : isFifo ? "a pipe" : isSocket ? "a socket" : "a device";
}

import type * as NodeFiles from "node:fs";
import { reasonOf } from "./reason.ts";

/** Largest text file of a model: a tokenizer.json of 250,000 tokens has about 17 MB. */
const MAX_TEXT_BYTES = 64 * 2 ** 20;

/** A file opened for reading, and its size. */
export interface OpenedFile extends Disposable {
  /** Bytes. */
  readonly size: number;
  /**
   * So many bytes from a place on.
   *
   * @throws {RangeError} If the file ends before.
   */
  read(start: number, length: number): Uint8Array<ArrayBuffer>;
}

/**
 * The files of a model's folder, which may come from anyone: only regular files are opened, a link may not lead out
 * of the folder, and texts have a largest size.
 */
export class FolderFiles {
  readonly #fs: typeof NodeFiles = fileSystem();
  readonly #roots: readonly string[];

  /**
   * Finds where the folder really lies, links followed; opens nothing yet.
   *
   * @throws {Error} If the folder is not there.
   */
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
      this.#fs.lstatSync(`${this.directory}/${name}`);
      return true;
    } catch (error) {
      if (["ENOENT", "ENOTDIR"].includes((error as { code?: string }).code!)) return false;
      throw error;
    }
  }

  /**
   * The content of a text file.
   *
   * @throws {Error} If it is missing, no regular file, outside the folder, too large, or not UTF-8.
   */
  text(name: string): string {
    using file = this.open(name);
    const { size } = file;
    if (size > MAX_TEXT_BYTES) {
      throw this.#refuse(name, `it has ${size} bytes; at most ${MAX_TEXT_BYTES} are read`);
    }
    const bytes = file.read(0, size);
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
    let info: NodeFiles.Stats;
    try {
      path = this.#fs.realpathSync.native(`${this.directory}/${name}`);
      info = this.#fs.statSync(path); // before it is opened: opening a pipe waits for its other end
    } catch (error) {
      throw this.#refuse(name, reasonOf(error));
    }
    if (!this.#roots.some((root) => path.startsWith(`${root}/`))) {
      throw this.#refuse(name, `it is a link to ${path}, outside the folder; copy the file`);
    }
    if (!info.isFile()) throw this.#refuse(name, `it is ${kindOf(info)}, not a file`);
    try {
      const fs = this.#fs;
      const file = fs.openSync(path, "r");
      return {
        size: info.size,
        read: (start, length) => readFully(fs, file, start, length),
        [Symbol.dispose]: () => fs.closeSync(file),
      };
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
  const real = fileSystem().realpathSync.native(directory);
  const cache = /^(.*)\/snapshots\/[^/]+$/.exec(real)?.[1];
  return cache === undefined ? [real] : [real, `${cache}/blobs`];
}

/**
 * The file system of Deno, Node or Bun; asked for when a folder is opened, so that a page, which opens none, can be
 * bundled.
 */
function fileSystem(): typeof NodeFiles {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): typeof NodeFiles } };
  const fs = process?.getBuiltinModule?.("node:fs");
  if (fs !== undefined) return fs;
  throw new Error("Cannot open a folder here: give the contents of its files to TextClassifier.fromFiles");
}

function readFully(
  fs: typeof NodeFiles,
  file: number,
  start: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = fs.readSync(file, bytes, at, length - at, start + at);
    if (count === 0) throw new RangeError(`Cannot read ${length} bytes: the file ends after ${at}`);
    at += count;
  }
  return bytes;
}

function kindOf(info: NodeFiles.Stats): string {
  return info.isDirectory()
    ? "a folder"
    : info.isFIFO()
    ? "a pipe"
    : info.isSocket()
    ? "a socket"
    : "a device";
}

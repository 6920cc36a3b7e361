import type { ModelFiles } from "../questions.ts";

/** The files of a model, in the order in which a missing one is named. */
export const MODEL_FILES = ["config.json", "tokenizer.json", "model.safetensors"] as const;

/** A file that the reader chose, and where it lies in what was chosen: `my-run/checkpoint-80/config.json`. */
export interface ChosenFile {
  readonly path: string;
  readonly content: Blob;
}

/**
 * The model among chosen files. A run folder holds checkpoints with files of the same names: those nearest to the top
 * count.
 *
 * @throws {Error} If a file is missing, naming what was chosen.
 */
export async function readModel(chosen: readonly ChosenFile[]): Promise<ModelFiles> {
  const depth = ({ path }: ChosenFile) => path.split("/").length;
  const sorted = [...chosen].sort((a, b) => depth(a) - depth(b));
  const [config, tokenizer, weights] = MODEL_FILES.map((name) => {
    const found = sorted.find(({ path }) => path.split("/").at(-1) === name);
    if (found) return found.content;
    const names = sorted.slice(0, 5).map(({ path }) => path).join(", ") || "no file";
    throw new Error(`Cannot open the model: ${name} is missing among ${names}; choose the folder of a run`);
  });
  return {
    config: await config.text(),
    tokenizer: await tokenizer.text(),
    weights: new Uint8Array(await weights.arrayBuffer()),
  };
}

/** Files of an input element; with paths where a folder was chosen. */
export function filesOfInput({ files }: HTMLInputElement): ChosenFile[] {
  return Array.from(
    files ?? [],
    (content) => ({ path: content.webkitRelativePath || content.name, content }),
  );
}

/** Files that were dropped, and those directly in folders that were. */
export async function droppedFiles({ items }: DataTransfer): Promise<ChosenFile[]> {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry()); // before any wait: the list empties itself
  const chosen: ChosenFile[] = [];
  for (const entry of entries) {
    if (entry === null) continue; // a dragged text
    for (const file of isFolder(entry) ? await entriesOf(entry) : [entry]) {
      if (file.isFile) chosen.push({ path: file.fullPath.slice(1), content: await contentOf(file) });
    }
  }
  return chosen;
}

/**
 * The model of a folder on the server that the page comes from.
 *
 * @param folder Relative to the page.
 * @throws {Error} If a file cannot be fetched.
 */
export async function fetchModel(folder: string): Promise<ModelFiles> {
  const base = new URL(folder.endsWith("/") ? folder : `${folder}/`, location.href);
  return await readModel(
    await Promise.all(MODEL_FILES.map(async (path) => {
      const { href } = new URL(path, base);
      const response = await fetch(href).catch(() => undefined); // its error says nothing more
      if (response === undefined) {
        throw new Error(
          `Cannot fetch ${href}: the page may read only from its own server; choose the folder instead`,
        );
      }
      if (!response.ok) throw new Error(`Cannot fetch ${href}: the server answered ${response.status}`);
      return { path, content: await response.blob() };
    })),
  );
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) { // it gives some at a time, none at the end
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject)
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function contentOf(entry: FileSystemEntry): Promise<File> {
  return new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
}

import { UsageError } from "./flags.ts";

/** What locks a folder while a run is at work in it; see `lockRun`. */
export const LOCK = ".lock";

const MODEL = "config\\.json|model\\.safetensors|tokenizer\\.json|tokenizer_config\\.json";
const REPORT = "classification_report\\.txt|predictions\\.csv|confusion_matrix\\.json";

/** Files that `train`, `pretrain` and `visualize` write into a run folder. */
const FILES = whole(
  `${MODEL}|training_args\\.json|recipe_answers\\.json|training_data\\.json|trainer_state\\.json|` +
    "(train|eval|test|all)_results\\.json|README\\.md|report\\.html|metrics\\.jsonl|attention\\.html",
);

/** Folders that our commands write into one: a folder with all `marks` holds `files`, whatever it is called. */
const FOLDERS: readonly { name?: RegExp; marks?: readonly string[]; files: RegExp }[] = [
  {
    name: /^checkpoint-\d+(\.old)?(\.tmp)?$/,
    files: whole(`${MODEL}|trainer_state\\.json|(adapter|optimizer|state)\\.safetensors`),
  },
  { name: /^eval$/, files: whole(`${REPORT}|calibration\\.json`) },
  { name: /^runs$/, files: whole("events\\.out\\.tfevents\\.\\d+\\.taxon") },
  { marks: ["results.json", "predictions.csv"], files: whole(`${REPORT}|results\\.json`) }, // evaluate --output
  { marks: ["model.onnx"], files: whole(`${MODEL}|model\\.onnx`) }, // export
];

/** Names, also of files that a killed process had not finished writing. */
function whole(names: string): RegExp {
  return new RegExp(`^(${names})(\\.tmp)?$`);
}

/** Whether a file or folder of a run is what a killed process had not finished writing or removing. */
export function isLeftover(name: string): boolean {
  return name.endsWith(".tmp") && (FILES.test(name) || /^checkpoint-\d+\./.test(name));
}

/** Paths in a folder that no command of ours writes into the folder of a run, sorted; links are among them. */
export async function strangersIn(folder: string): Promise<string[]> {
  const strangers: string[] = [];
  for (const { name, isFile, isDirectory } of await entriesOf(folder)) {
    if (isFile && (name === LOCK || FILES.test(name))) continue;
    if (!isDirectory) {
      strangers.push(name);
      continue;
    }
    const inner = await entriesOf(`${folder}/${name}`);
    const names = new Set(inner.map(({ name }) => name));
    const kinds = FOLDERS.filter((kind) =>
      kind.name?.test(name) ?? kind.marks!.every((mark) => names.has(mark))
    );
    const own = (file: Deno.DirEntry) => file.isFile && kinds.some(({ files }) => files.test(file.name));
    strangers.push(...inner.filter((entry) => !own(entry)).map((entry) => `${name}/${entry.name}`));
  }
  return strangers.sort();
}

/**
 * Entries of a folder; none if it does not exist.
 *
 * @throws {UsageError} If it is a file.
 */
export async function entriesOf(path: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    if (error instanceof Deno.errors.NotADirectory) {
      throw new UsageError(`Cannot use ${path}: it is a file, not a folder; give another --output`);
    }
    throw error;
  }
}

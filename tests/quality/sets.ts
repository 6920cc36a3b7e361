import { type LabelledRow, type ParseOptions, parseRows, sortLabels } from "@taxon/data";
import { readIfPresent, UsageError } from "@taxon/app-shared";
import { keyFromSeed, permutation } from "@taxon/tensor";

/** The data sets; `r8-long`, three articles of R8 in one text, is only for time. */
export const SETS = ["trec", "sst2", "banking77", "embedded", "r8-long"] as const;
export type SetName = typeof SETS[number];

/** Labels a class. */
export const SIZES = ["8", "16", "64", "all"] as const;
export type Size = typeof SIZES[number];

/** Most rows that a model is measured on. */
const MOST_TEST_ROWS = 1000;

/** Rows that every system gets, as files of {"text", "label"} a line. */
export interface DrawnSet {
  name: SetName;
  size: Size;
  seed: number;
  train: string;
  test: string;
  /** Rows in `train`. */
  rows: number;
  /** True labels of the rows in `test`. */
  truth: string[];
  /** In the order of sortLabels. */
  labels: string[];
  /** Of the contents of both files. */
  hash: string;
}

type Split = "train" | "test";
type Rows = Pick<LabelledRow, "text"> & { label: string };

/**
 * Draws `size` training rows of each class (all where a class has fewer) and up to 1,000 test rows, and writes both into
 * a folder. The rows of 8 a class are among those of 16, and so on; the test rows are the same for all seeds.
 *
 * @param data Folder with trec, sst2, banking77 and r8 as their authors publish them.
 */
export async function drawSet(
  name: SetName,
  size: Size,
  seed: number,
  { data, folder }: { data: string | undefined; folder: string },
): Promise<DrawnSet> {
  const train = drawTraining(await readSplit(name, "train", data), size, seed);
  const test = drawTest(await readSplit(name, "test", data));
  const files = {
    train: `${folder}/${name}-${size}${size === "all" ? "" : `-${seed}`}.train.jsonl`,
    test: `${folder}/${name}.test.jsonl`,
  };
  const [trainText, testText] = [train, test].map((rows) =>
    rows.map(({ text, label }) => JSON.stringify({ text, label }) + "\n").join("")
  );
  await Deno.mkdir(folder, { recursive: true });
  await provide(files.train, trainText);
  await provide(files.test, testText);
  return {
    name,
    size,
    seed,
    ...files,
    rows: train.length,
    truth: test.map(({ label }) => label),
    labels: sortLabels(new Set(train.map(({ label }) => label))),
    hash: await shortHash(trainText + testText),
  };
}

/** `size` rows of each class by a seed, all classes mixed; all rows as they stand for "all". */
export function drawTraining(rows: readonly Rows[], size: Size, seed: number): Rows[] {
  if (size === "all") return [...rows];
  const drawn = [...Map.groupBy(rows, ({ label }) => label).values()].flatMap((own) =>
    pick(own, permutation(keyFromSeed(seed), own.length).subarray(0, Number(size)))
  );
  return pick(drawn, permutation(keyFromSeed(seed), drawn.length));
}

function drawTest(rows: readonly Rows[]): Rows[] {
  return pick(rows, permutation(keyFromSeed(0), rows.length).subarray(0, MOST_TEST_ROWS).toSorted());
}

/** Sees to it that a file has this content, though others that measure into the same cache may do so at the same time. */
async function provide(path: string, content: string): Promise<void> {
  if (await readIfPresent(path) === content) return;
  const temporary = await Deno.makeTempFile({ dir: path.slice(0, path.lastIndexOf("/")) });
  await Deno.writeTextFile(temporary, content);
  await Deno.rename(temporary, path);
}

/** The first 16 digits of the SHA-256 of a text. */
export async function shortHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex().slice(0, 16);
}

const formats: Record<Exclude<SetName, "embedded" | "banking77">, Partial<ParseOptions>> = {
  trec: { header: false, labelColumn: 1, textColumn: 3 },
  sst2: { header: false, labelColumn: 1, textColumn: 2 },
  "r8-long": { header: false, labelColumn: 1, textColumn: 2 },
};

async function readSplit(name: SetName, split: Split, data: string | undefined): Promise<Rows[]> {
  if (name === "embedded") return await read(`${import.meta.dirname}/../../apps/train/data/${split}.tsv`);
  if (data === undefined) throw new UsageError(`Cannot read ${name}: give its folder with --data`);
  if (name === "banking77") {
    return everyFourthClass(await read(`${data}/banking77/${split}.csv`, { labelColumn: "category" }));
  }
  const folder = name === "r8-long" ? "r8" : name;
  const rows = await read(`${data}/${folder}/${split}.tsv`, formats[name]);
  return name === "r8-long" ? threeInOne(rows).slice(0, 1800) : rows;
}

async function read(file: string, options: Partial<ParseOptions> = {}): Promise<Rows[]> {
  const rows = parseRows(await Deno.readFile(file), { file, ...options });
  return rows.map(({ text, label }) => ({ text, label: String(label) }));
}

/** 20 of Banking77's classes, by name. */
function everyFourthClass(rows: readonly Rows[]): Rows[] {
  const names = sortLabels(new Set(rows.map(({ label }) => label)));
  const kept = new Set(names.filter((_, i) => i % 4 === 0));
  return rows.filter(({ label }) => kept.has(label));
}

/** Three texts of a class after each other make one; what is left of a class stays out. */
function threeInOne(rows: readonly Rows[]): Rows[] {
  const waiting: Record<string, string[]> = {};
  return rows.flatMap(({ text, label }) => {
    const texts = waiting[label] ??= [];
    if (texts.push(text) < 3) return [];
    delete waiting[label];
    return [{ text: texts.join(" "), label }];
  });
}

function pick<T>(items: readonly T[], ids: Int32Array): T[] {
  return Array.from(ids, (id) => items[id]);
}

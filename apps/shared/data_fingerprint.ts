import type { LabelledRow } from "@taxon/data";
import { createHash } from "node:crypto";

/** Parts of a file that are told apart: enough to say where it changed, few enough for a million rows. */
const MAX_BLOCKS = 1024;

type Split = "train" | "eval" | "test";

/** The rows of a file as they were read: of each what the result of a run depends on, in JSON. */
export interface ReadRows {
  file: string;
  rows: readonly string[];
  /** Where each row stands, for messages. */
  places?: readonly string[];
}

/** What tells the rows of a file from those of another: their number, and the hash of each block of rows. */
export interface Fingerprint {
  file: string;
  rows: number;
  rows_per_block: number;
  /** The first 8 digits of the SHA-256 of each block. */
  blocks: string[];
  /** SHA-256 of all rows. */
  sha256: string;
}

/** What was read for each split that has a file. */
export type ReadData = Readonly<Partial<Record<Split, ReadRows>>>;

/** The same as a run keeps it. */
export type DataFingerprint = Readonly<Partial<Record<Split, Fingerprint>>>;

/** Labelled rows as the content of a fingerprint; `files` names what they were read from. */
export function readData(
  rows: Readonly<Partial<Record<Split, readonly LabelledRow[]>>>,
  files: Readonly<Partial<Record<Split, string>>>,
): ReadData {
  return mapSplits(rows, (read, split) => ({
    file: files[split] ?? read[0]?.file ?? split,
    rows: read.map(({ text, textPair, label }) => JSON.stringify([text, textPair, label])),
    places: read.map(({ file, row }) => `${file}:${row}`),
  }));
}

/** What a run keeps of its data. */
export function fingerprints(data: ReadData): DataFingerprint {
  return mapSplits(data, (read) => fingerprint(read));
}

/** Says which file differs from what it was, and where; undefined if none does. */
export function describeChange(before: DataFingerprint, now: ReadData): string | undefined {
  for (const split of ["train", "eval", "test"] as const) {
    const [old, read] = [before[split], now[split]];
    if (old === undefined && read === undefined) continue;
    const name = `${read?.file ?? old!.file} (${split})`;
    if (old === undefined) return `${name} was not there`;
    if (read === undefined) return `${name} is not there any more`;
    const difference = describeDifference(old, fingerprint(read, old.rows_per_block), read.places);
    if (difference !== undefined) return `${name} is not what it was: ${difference}`;
  }
}

function fingerprint(
  { file, rows }: ReadRows,
  rowsPerBlock: number = Math.max(1, Math.ceil(rows.length / MAX_BLOCKS)),
): Fingerprint {
  const all = createHash("sha256");
  const blocks: string[] = [];
  for (let from = 0; from < rows.length; from += rowsPerBlock) {
    const block = createHash("sha256").update(rows.slice(from, from + rowsPerBlock).join("\n")).digest("hex");
    all.update(block);
    blocks.push(block.slice(0, 8));
  }
  return { file, rows: rows.length, rows_per_block: rowsPerBlock, blocks, sha256: all.digest("hex") };
}

function describeDifference(before: Fingerprint, now: Fingerprint, places?: readonly string[]) {
  if (before.sha256 === now.sha256) return undefined;
  const counts = before.rows === now.rows
    ? `${now.rows} rows as before`
    : `${before.rows} rows before, ${now.rows} now`;
  const shared = Math.min(before.blocks.length, now.blocks.length);
  let same = 0;
  while (same < shared && before.blocks[same] === now.blocks[same]) same++;
  const [first, size] = [same * before.rows_per_block, before.rows_per_block];
  if (same === shared) return `${counts}, the first ${Math.min(before.rows, now.rows)} are the same`;
  const place = places?.[first];
  const where = size === 1
    ? `in row ${first + 1}${place === undefined ? "" : ` (${place})`}`
    : `within rows ${first + 1} to ${Math.min(first + size, Math.max(before.rows, now.rows))}`;
  return `${counts}, the first difference ${where}`;
}

function mapSplits<A, B>(
  splits: Readonly<Partial<Record<Split, A>>>,
  map: (value: A, split: Split) => B,
): Partial<Record<Split, B>> {
  const entries = Object.entries(splits) as [Split, A | undefined][];
  return Object.fromEntries(
    entries.flatMap(([split, value]) => value === undefined ? [] : [[split, map(value, split)]]),
  );
}

import { foldIn, keyFromSeed, uniformAt } from "@taxon/tensor";

/** Token ids of a batch, without padding. */
export interface Input {
  readonly sequences: readonly Int32Array[];
  /** Class of each sequence; empty where nothing is trained. */
  readonly labels: Int32Array;
  /** Tokens of all sequences together. */
  readonly tokens: number;
}

/** The entry of a workload in workloads.json; rows of `ids` are padded to equal length. */
interface StoredInput {
  lengths: number[];
  ids: number[][];
  labels?: number[];
}

/**
 * Reads workloads.json.
 *
 * @throws {SyntaxError} If the entry is missing or incomplete.
 */
export function storedInput(json: string, name: string): Input {
  const entry: StoredInput | undefined = JSON.parse(json)[name];
  if (!Array.isArray(entry?.ids) || !Array.isArray(entry.lengths)) {
    throw new SyntaxError(`Cannot read workloads.json: "${name}" with ids and lengths is missing`);
  }
  return input(entry.ids.map((row, i) => Int32Array.from(row.slice(0, entry.lengths[i]))), entry.labels);
}

/** Seeded ids in the shape that the name tells. */
export function seededInput(name: string, vocabSize: number, seed: number): Input {
  const key = foldIn(keyFromSeed(seed), name);
  const sequences = lengthsOf(name).map((length, row) =>
    Int32Array.from({ length }, (_, column) => Math.floor(uniformAt(key, row, column) * vocabSize))
  );
  return input(sequences, sequences.map((_, row) => row % 2));
}

function lengthsOf(name: string): number[] {
  if (name === "mixed") { // 8 … 128, more short ones than long, 1141 tokens in all
    return Array.from({ length: 32 }, (_, i) => Math.round(8 * 16 ** ((i / 31) ** 1.5)));
  }
  const [count, length] = name.split("x").map(Number);
  return new Array(count).fill(length);
}

function input(sequences: Int32Array[], labels: ArrayLike<number> = []): Input {
  const tokens = sequences.reduce((total, { length }) => total + length, 0);
  return { sequences, labels: Int32Array.from(labels), tokens };
}

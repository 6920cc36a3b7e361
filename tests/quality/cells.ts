import { readIfPresent, writeFileAtomic } from "@taxon/app-shared";
import {
  argmaxRows,
  classificationMetrics,
  expectedCalibrationError,
  logLoss,
  topLabelBins,
} from "@taxon/train";
import { type DrawnSet, type SetName, shortHash, type Size } from "./sets.ts";
import type { System } from "./systems.ts";

/** One system on the rows of one set, as it is kept in the cache. */
export interface Cell {
  system: string;
  version: string;
  set: SetName;
  size: Size;
  seed: number;
  /** Hash of the training and test rows. */
  data: string;
  trainRows: number;
  testRows: number;
  accuracy: number;
  macroF1: number;
  /** Expected calibration error of the most probable class, 15 bins. */
  ece: number;
  /** Nats a row. */
  logLoss: number;
  /** Time of the processor that training took. */
  seconds: number;
  details: unknown;
}

/** The cell of a system in the cache, if it is there. */
export async function cachedCell(cache: string, system: System, set: DrawnSet): Promise<Cell | undefined> {
  const text = await readIfPresent(await fileOf(cache, system, set));
  return text === undefined ? undefined : JSON.parse(text);
}

/** Trains a system on the rows of a set, measures its answers, and keeps the cell in the cache. */
export async function computeCell(cache: string, system: System, set: DrawnSet): Promise<Cell> {
  const { probabilities, seconds, details } = await system.answer(set);
  const cell = {
    system: system.name,
    version: system.version,
    set: set.name,
    size: set.size,
    seed: set.seed,
    data: set.hash,
    trainRows: set.rows,
    testRows: set.truth.length,
    ...measure(probabilities, set),
    seconds,
    details,
  };
  await Deno.mkdir(`${cache}/cells`, { recursive: true });
  await writeFileAtomic(await fileOf(cache, system, set), JSON.stringify(cell, null, 2) + "\n");
  return cell;
}

async function fileOf(cache: string, { name, version }: System, set: DrawnSet): Promise<string> {
  const key = await shortHash(JSON.stringify([name, version, set.hash, set.size, set.seed]));
  return `${cache}/cells/${name}-${set.name}-${set.size}-${set.seed}-${key}.json`;
}

/** @throws {RangeError} If there are not as many probabilities as rows and classes, or one is no number. */
function measure(
  probabilities: readonly (readonly number[])[],
  { truth: names, labels }: Pick<DrawnSet, "truth" | "labels">,
): Pick<Cell, "accuracy" | "macroF1" | "ece" | "logLoss"> {
  const classes = labels.length;
  const flat = Float64Array.from(probabilities.flat());
  if (
    probabilities.length !== names.length || flat.length !== names.length * classes || flat.some(Number.isNaN)
  ) {
    throw new RangeError(
      `Cannot measure ${flat.length} probabilities of ${probabilities.length} rows: expected ${names.length} rows ` +
        `of ${classes} numbers`,
    );
  }
  const truth = names.map((name) => labels.indexOf(name));
  const { accuracy, macro } = classificationMetrics(truth, argmaxRows(flat, classes), classes);
  return {
    accuracy,
    macroF1: macro.f1,
    ece: expectedCalibrationError(topLabelBins(flat, truth, classes)),
    logLoss: logLoss(flat, truth, classes),
  };
}

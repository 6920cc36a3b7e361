import type { OnProgress } from "../progress.ts";

import type { ProblemType } from "@taxon/decision";

/** What a baseline is to predict. */
export interface BaselineOptions {
  /** Decides what targets and predictions are: probabilities, or numbers for regression. */
  problemType: ProblemType;
  /** Number of classes or labels; 1 for regression. */
  classes: number;
  /** Decides the order of rows and the dev part; default 42. */
  seed?: number;
}

/** A simple model that every trained one is compared with. */
export interface Baseline {
  /**
   * Scores of any number of texts.
   *
   * @param texts Pairs joined by `joinPair` of `@taxon/text`.
   * @returns Probabilities, [texts, classes]; for regression numbers, [texts, 1].
   */
  predict(texts: readonly string[], onProgress?: OnProgress): Float32Array;
}

/**
 * Targets as rows of numbers: one-hot for class ids, as they are otherwise.
 *
 * @throws {RangeError} If there are no rows, not one row of targets a text, or a class id is not below `classes`.
 */
export function targetRows(rows: number, targets: ArrayLike<number>, options: BaselineOptions): Float32Array {
  const { problemType, classes } = options;
  const width = problemType === "multi_label_classification" ? classes : 1;
  if (rows === 0 || targets.length !== rows * width) {
    throw new RangeError(
      `Cannot train a baseline on ${rows} texts and ${targets.length} targets: it needs texts and ${width} target(s) each`,
    );
  }
  if (problemType !== "single_label_classification") return Float32Array.from(targets);
  const oneHot = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    if (!(targets[row] >= 0 && targets[row] < classes)) {
      throw new RangeError(
        `Cannot train on class ${targets[row]} in row ${row}: ids go from 0 to ${classes - 1}`,
      );
    }
    oneHot[row * classes + targets[row]] = 1;
  }
  return oneHot;
}

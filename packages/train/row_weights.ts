import type { ProblemType } from "@taxon/decision";

/**
 * What weights of classes mean for rows, as fits of linear models, temperatures and shares take it.
 *
 * @param classWeights [classes]; for multi-label how much a label counts where it is right, as in PyTorch's
 * `BCEWithLogitsLoss`.
 * @param targets Class ids, [rows]; for multi-label 0 or 1, [rows, classes].
 * @returns [rows]; for multi-label [rows, classes].
 * @throws {RangeError} For regression, which has no classes.
 */
export function rowWeights(
  classWeights: ArrayLike<number>,
  targets: ArrayLike<number>,
  problemType: ProblemType,
): Float32Array {
  switch (problemType) {
    case "single_label_classification":
      return Float32Array.from(targets, (id) => classWeights[id]);
    case "multi_label_classification":
      return Float32Array.from(
        targets,
        (target, i) => target === 1 ? classWeights[i % classWeights.length] : 1,
      );
    case "regression":
      throw new RangeError("Cannot weigh the classes of a regression problem: it has none");
  }
}

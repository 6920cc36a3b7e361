/** Linear models that are fitted to the end: logistic and ridge regression, and their strength by cross-validation. */
export { fitLinearModel, type FitOptions, fitPath, type LinearProblem, type PathFit } from "./fit.ts";
export { linearLogits, type LinearModel, type Link, predictLinear } from "./linear_model.ts";
export type { DenseRows, FeatureRows, SparseRows } from "./rows.ts";
export { crossValidateLinearModel, type CrossValidation, type Folds } from "./cross_validation.ts";

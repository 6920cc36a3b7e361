/**
 * A point or a gradient, in the coordinates that a space chose for it: the inner product of two is the sum over
 * `primal` of one · `dual` of the other. L-BFGS in a space whose metric resembles the curvature needs few steps.
 */
export interface Vector {
  primal: Float64Array;
  dual: Float64Array;
}

/** Where the weights and biases of a linear model live while they are fitted: C · loss(logits) + ½ · |weights|². */
export interface ParameterSpace {
  /** Length of both halves of a vector. */
  size: number;
  /** The point with these biases and without weights. */
  start(bias: Float64Array): Vector;
  /** Logits of a point or change of logits by a step, [rows, outputs]; linear. */
  logits(vector: Vector, out: Float64Array): void;
  /**
   * Gradient of the whole objective.
   *
   * @param residuals Gradient of the loss by the logits at the point, [rows, outputs].
   */
  gradient(point: Vector, residuals: Float64Array, out: Vector): void;
  /** Inner product of the weights of two vectors, which the penalty is made of. */
  penalty(a: Vector, b: Vector): number;
  /** Length of a gradient by weights and biases. */
  norm(gradient: Vector): number;
  /** Weights, [columns, outputs], and biases, [outputs], of a point. */
  parameters(point: Vector): { weight: Float32Array; bias: Float32Array };
}

export function zeroVector(size: number): Vector {
  return { primal: new Float64Array(size), dual: new Float64Array(size) };
}

/**
 * Replaces the lower triangle of a symmetric positive definite matrix, [size, size], by its Cholesky factor L.
 *
 * @throws {RangeError} If the matrix is not positive definite.
 */
export function factorize(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j];
      for (let k = 0, a = i * size, b = j * size; k < j; k++) sum -= matrix[a + k] * matrix[b + k];
      if (i !== j) {
        matrix[i * size + j] = sum / matrix[j * size + j];
      } else if (sum > 0) {
        matrix[i * size + i] = Math.sqrt(sum);
      } else {
        throw new RangeError(`Cannot factorize a matrix of ${size} rows: pivot ${i} is ${sum}, not positive`);
      }
    }
  }
}

/** Replaces the right side b by x with L · Lᵀ · x = b. */
export function solveFactorized(factor: Float64Array, size: number, b: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = b[i];
    for (let k = 0, a = i * size; k < i; k++) sum -= factor[a + k] * b[k];
    b[i] = sum / factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    const a = i * size;
    const x = b[i] /= factor[a + i];
    for (let k = 0; k < i; k++) b[k] -= factor[a + k] * x;
  }
}

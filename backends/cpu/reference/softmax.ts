/** Softmax of each row of `size` elements; a row of all −∞ gives NaN. */
export function softmaxInto(y: Float32Array, x: Float32Array, size: number): void {
  for (let start = 0; start < x.length; start += size) {
    const weights = Float64Array.from(x.subarray(start, start + size));
    softmaxInPlace(weights);
    y.set(weights, start);
  }
}

/** Softmax of one row in float64. */
export function softmaxInPlace(row: Float64Array): void {
  let max = -Infinity;
  for (let c = 0; c < row.length; c++) max = Math.max(max, row[c]);
  let total = 0;
  for (let c = 0; c < row.length; c++) total += row[c] = Math.exp(row[c] - max);
  for (let c = 0; c < row.length; c++) row[c] /= total;
}

/** dx = y · (dy − Σ y·dy). */
export function softmaxGradInto(dx: Float32Array, dy: Float32Array, y: Float32Array, size: number): void {
  for (let start = 0; start < y.length; start += size) {
    let dot = 0;
    for (let i = start; i < start + size; i++) dot += y[i] * dy[i];
    for (let i = start; i < start + size; i++) dx[i] = y[i] * (dy[i] - dot);
  }
}

/** Mean and 1/√(variance + eps) of `size` elements from `start`, in two passes. */
function moments(x: Float32Array, start: number, size: number, eps: number): [mean: number, scale: number] {
  let mean = 0;
  for (let c = 0; c < size; c++) mean += x[start + c] / size;
  let variance = 0;
  for (let c = 0; c < size; c++) variance += (x[start + c] - mean) ** 2 / size;
  return [mean, 1 / Math.sqrt(variance + eps)];
}

/** Layer normalisation (Ba et al. 2016) of each row of `size` elements. */
export function layerNormInto(
  y: Float32Array,
  x: Float32Array,
  weight: Float32Array | undefined,
  bias: Float32Array | undefined,
  size: number,
  eps: number,
): void {
  for (let start = 0; start < x.length; start += size) {
    const [mean, scale] = moments(x, start, size, eps);
    for (let c = 0; c < size; c++) {
      y[start + c] = (x[start + c] - mean) * scale * (weight ? weight[c] : 1) + (bias ? bias[c] : 0);
    }
  }
}

/** Targets of the gradient; absent ones are not wanted. */
export interface LayerNormGradients {
  readonly x?: Float32Array;
  readonly weight?: Float32Array;
  readonly bias?: Float32Array;
}

/** With g = dy · weight and n = normalised x: dx = scale · (g − mean(g) − n · mean(g · n)). */
export function layerNormGradInto(
  gradients: LayerNormGradients,
  dy: Float32Array,
  x: Float32Array,
  weight: Float32Array | undefined,
  size: number,
  eps: number,
): void {
  const dx = gradients.x;
  const dweight = new Float64Array(size);
  const dbias = new Float64Array(size);
  for (let start = 0; start < x.length; start += size) {
    const [mean, scale] = moments(x, start, size, eps);
    let meanG = 0;
    let meanGN = 0;
    for (let c = 0; c < size; c++) {
      const normalised = (x[start + c] - mean) * scale;
      const g = dy[start + c] * (weight ? weight[c] : 1);
      meanG += g / size;
      meanGN += g * normalised / size;
      dweight[c] += dy[start + c] * normalised;
      dbias[c] += dy[start + c];
    }
    if (!dx) continue;
    for (let c = 0; c < size; c++) {
      const normalised = (x[start + c] - mean) * scale;
      dx[start + c] = scale * (dy[start + c] * (weight ? weight[c] : 1) - meanG - normalised * meanGN);
    }
  }
  gradients.weight?.set(dweight);
  gradients.bias?.set(dbias);
}

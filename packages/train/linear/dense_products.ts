/**
 * Products of dense rows with few outputs, which is all the time of a fit. Blocks of two rows and four outputs keep
 * the sums in registers.
 */

/**
 * Logits of two rows, `row` and the next: x · weightsᵀ with the bias last in each row of weights.
 *
 * @param x [rows, columns]
 * @param weights [outputs, columns + 1]
 * @param out [rows, outputs]
 */
export function logitsOfTwo(
  x: Float64Array,
  row: number,
  columns: number,
  weights: Float64Array,
  outputs: number,
  out: Float64Array,
): void {
  const [u, v] = [row * columns, (row + 1) * columns];
  const [first, second] = [row * outputs, (row + 1) * outputs];
  const width = columns + 1;
  let k = 0;
  for (; k + 4 <= outputs; k += 4) {
    const a = k * width, b = a + width, c = b + width, d = c + width;
    let ua = weights[a + columns],
      ub = weights[b + columns],
      uc = weights[c + columns],
      ud = weights[d + columns];
    let va = ua, vb = ub, vc = uc, vd = ud;
    for (let j = 0; j < columns; j++) {
      const p = x[u + j], q = x[v + j];
      const wa = weights[a + j], wb = weights[b + j], wc = weights[c + j], wd = weights[d + j];
      ua += p * wa;
      va += q * wa;
      ub += p * wb;
      vb += q * wb;
      uc += p * wc;
      vc += q * wc;
      ud += p * wd;
      vd += q * wd;
    }
    out[first + k] = ua;
    out[first + k + 1] = ub;
    out[first + k + 2] = uc;
    out[first + k + 3] = ud;
    out[second + k] = va;
    out[second + k + 1] = vb;
    out[second + k + 2] = vc;
    out[second + k + 3] = vd;
  }
  for (; k < outputs; k++) {
    const a = k * width;
    let p = weights[a + columns], q = p;
    for (let j = 0; j < columns; j++) {
      p += x[u + j] * weights[a + j];
      q += x[v + j] * weights[a + j];
    }
    out[first + k] = p;
    out[second + k] = q;
  }
}

/**
 * Adds residualsᵀ · [x, 1] of four rows from `row` on.
 *
 * @param x [rows, columns]
 * @param residuals [rows, outputs]
 * @param sums [outputs, columns + 1]
 */
export function addOuterOfFour(
  x: Float64Array,
  row: number,
  columns: number,
  residuals: Float64Array,
  outputs: number,
  sums: Float64Array,
): void {
  const a = row * columns, b = a + columns, c = b + columns, d = c + columns;
  const ra = row * outputs, rb = ra + outputs, rc = rb + outputs, rd = rc + outputs;
  const width = columns + 1;
  let k = 0;
  for (; k + 2 <= outputs; k += 2) {
    const s = k * width, t = s + width;
    const pa = residuals[ra + k], pb = residuals[rb + k], pc = residuals[rc + k], pd = residuals[rd + k];
    const qa = residuals[ra + k + 1],
      qb = residuals[rb + k + 1],
      qc = residuals[rc + k + 1],
      qd = residuals[rd + k + 1];
    for (let j = 0; j < columns; j++) {
      const xa = x[a + j], xb = x[b + j], xc = x[c + j], xd = x[d + j];
      sums[s + j] += pa * xa + pb * xb + pc * xc + pd * xd;
      sums[t + j] += qa * xa + qb * xb + qc * xc + qd * xd;
    }
    sums[s + columns] += pa + pb + pc + pd;
    sums[t + columns] += qa + qb + qc + qd;
  }
  for (; k < outputs; k++) {
    const s = k * width;
    const pa = residuals[ra + k], pb = residuals[rb + k], pc = residuals[rc + k], pd = residuals[rd + k];
    for (let j = 0; j < columns; j++) {
      sums[s + j] += pa * x[a + j] + pb * x[b + j] + pc * x[c + j] + pd * x[d + j];
    }
    sums[s + columns] += pa + pb + pc + pd;
  }
}

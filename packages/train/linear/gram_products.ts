import type { SparseRows } from "./rows.ts";

/** Most inner products that are kept, 128 MiB. */
const MOST_PRODUCTS = 2 ** 24;

/** Whether inner products of all pairs of rows, kept, are less work for each step than the rows: with few or long texts. */
export function prefersGram({ rows, values }: SparseRows, outputs: number): boolean {
  return rows * rows <= 2 * values.length && rows * rows * outputs <= MOST_PRODUCTS;
}

/**
 * Inner products of all pairs of rows under the variances of each output, [rows, rows, outputs].
 *
 * @param variances [columns, outputs]; 1 for all if not given.
 * @param visit Told each time a row is done.
 */
export function gramProducts(
  x: SparseRows,
  outputs: number,
  variances: Float32Array | undefined,
  visit: () => void,
): Float64Array {
  const { rows, offsets, features, values } = x;
  const products = new Float64Array(rows * rows * outputs);
  const { starts, owners, amounts } = byColumn(x);
  const own = new Float64Array(outputs);
  for (let row = 0; row < rows; row++) {
    visit();
    const at = row * rows * outputs;
    for (let i = offsets[row]; i < offsets[row + 1]; i++) {
      const feature = features[i];
      for (let k = 0; k < outputs; k++) own[k] = values[i] * (variances?.[feature * outputs + k] ?? 1);
      addColumn(own, { owners, amounts, from: starts[feature], end: starts[feature + 1] }, row, products, at);
    }
    for (let other = 0; other < row; other++) {
      const mirrored = (other * rows + row) * outputs;
      for (let k = 0; k < outputs; k++) products[mirrored + k] = products[at + other * outputs + k];
    }
  }
  return products;
}

/**
 * out = products · residuals for each output by itself.
 *
 * @param residuals [rows, outputs]; so is `out`, which may be longer.
 */
export function multiplyGram(
  products: Float64Array,
  residuals: Float64Array,
  outputs: number,
  out: Float64Array,
  visit: () => void,
): void {
  const cells = residuals.length;
  const sums = new Float64Array(outputs);
  for (let at = 0, row = 0; at < products.length; at += cells, row++) {
    if (row % 16 === 0) visit();
    if (outputs === 1) {
      let sum = 0;
      for (let j = 0; j < cells; j++) sum += products[at + j] * residuals[j];
      out[row] = sum;
      continue;
    }
    sums.fill(0);
    for (let j = 0; j < cells; j += outputs) {
      for (let k = 0; k < outputs; k++) sums[k] += products[at + j + k] * residuals[j + k];
    }
    out.set(sums, row * outputs);
  }
}

/** Adds what a row has in common with others in one column; four outputs at a time, so that they stay in registers. */
function addColumn(
  own: Float64Array,
  { owners, amounts, from, end }: { owners: Int32Array; amounts: Float32Array; from: number; end: number },
  row: number,
  products: Float64Array,
  at: number,
): void {
  const outputs = own.length;
  let k = 0;
  for (; k + 3 < outputs; k += 4) {
    const a = own[k], b = own[k + 1], c = own[k + 2], d = own[k + 3];
    for (let j = from; j < end; j++) {
      const owner = owners[j];
      if (owner > row) break;
      const to = at + owner * outputs + k;
      const amount = amounts[j];
      products[to] += a * amount;
      products[to + 1] += b * amount;
      products[to + 2] += c * amount;
      products[to + 3] += d * amount;
    }
  }
  for (; k < outputs; k++) {
    const a = own[k];
    for (let j = from; j < end && owners[j] <= row; j++) {
      products[at + owners[j] * outputs + k] += a * amounts[j];
    }
  }
}

/** The entries of each column, rows rising. */
function byColumn(
  { rows, columns, offsets, features, values }: SparseRows,
): { starts: Int32Array; owners: Int32Array; amounts: Float32Array } {
  const starts = new Int32Array(columns + 1);
  for (const feature of features) starts[feature + 1]++;
  for (let column = 0; column < columns; column++) starts[column + 1] += starts[column];
  const next = starts.slice(0, columns);
  const owners = new Int32Array(features.length);
  const amounts = new Float32Array(features.length);
  for (let row = 0; row < rows; row++) {
    for (let i = offsets[row]; i < offsets[row + 1]; i++) {
      const place = next[features[i]]++;
      owners[place] = row;
      amounts[place] = values[i];
    }
  }
  return { starts, owners, amounts };
}

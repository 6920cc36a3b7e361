/** Rows and columns of a register tile: 16 float64 accumulators are what V8 keeps in registers. */
const TILE = 4;

/** One product of an [m, k] and a [k, n] matrix; each may be stored transposed. */
export interface MatmulSizes {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * c = a · b with float64 accumulators. An element adds its products in ascending order of k, whatever m and n are,
 * so a row has the same bits alone and in a batch.
 */
export function matmulInto(c: Float32Array, a: Float32Array, b: Float32Array, sizes: MatmulSizes): void {
  const { m, k, n, transposeA = false, transposeB = false } = sizes;
  const panelsA = packPanels(a, m, k, transposeA);
  const panelsB = packPanels(b, n, k, !transposeB);
  for (let i = 0; i < m; i += TILE) {
    for (let j = 0; j < n; j += TILE) {
      multiplyTile(c, i, j, m, n, panelsA.subarray(i * k), panelsB.subarray(j * k), k);
    }
  }
}

/**
 * Regroups `count` vectors of length k into panels of four, [⌈count / 4⌉, k, 4], zeros in the last one's gaps.
 * Vector r, element p lies at `r · k + p`, or at `p · count + r` if `interleaved`.
 */
function packPanels(x: Float32Array, count: number, k: number, interleaved: boolean): Float32Array {
  const panels = new Float32Array(Math.ceil(count / TILE) * TILE * k);
  const vectorStep = interleaved ? 1 : k;
  const elementStep = interleaved ? count : 1;
  for (let r = 0; r < count; r++) {
    let o = (r - r % TILE) * k + r % TILE;
    for (let p = 0, i = r * vectorStep; p < k; p++, i += elementStep, o += TILE) panels[o] = x[i];
  }
  return panels;
}

/** A function of its own, called once a tile: V8 optimises it reliably, unlike one function with all the loops. */
function multiplyTile(
  c: Float32Array,
  row: number,
  column: number,
  m: number,
  n: number,
  a: Float32Array,
  b: Float32Array,
  k: number,
): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0;
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0;
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0;
  let c30 = 0, c31 = 0, c32 = 0, c33 = 0;
  for (let p = 0; p < k * TILE; p += TILE) {
    const b0 = b[p], b1 = b[p + 1], b2 = b[p + 2], b3 = b[p + 3];
    const a0 = a[p], a1 = a[p + 1], a2 = a[p + 2], a3 = a[p + 3];
    c00 += a0 * b0, c01 += a0 * b1, c02 += a0 * b2, c03 += a0 * b3;
    c10 += a1 * b0, c11 += a1 * b1, c12 += a1 * b2, c13 += a1 * b3;
    c20 += a2 * b0, c21 += a2 * b1, c22 += a2 * b2, c23 += a2 * b3;
    c30 += a3 * b0, c31 += a3 * b1, c32 += a3 * b2, c33 += a3 * b3;
  }
  const tile = [c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23, c30, c31, c32, c33];
  for (let i = 0; i < TILE && row + i < m; i++) {
    for (let j = 0; j < TILE && column + j < n; j++) c[(row + i) * n + column + j] = tile[i * TILE + j];
  }
}

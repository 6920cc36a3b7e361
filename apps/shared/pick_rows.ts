/** Some rows of a matrix, one behind the other, [rows, width]. */
export function pickRows(matrix: Float32Array, rows: Int32Array, width: number): Float32Array {
  const picked = new Float32Array(rows.length * width);
  rows.forEach((row, i) => picked.set(matrix.subarray(row * width, (row + 1) * width), i * width));
  return picked;
}

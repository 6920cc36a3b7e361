import { numel, type Operand } from "@taxon/tensor";

/** Invocations that share one row. */
export const ROW_THREADS = 64;

/** Rows of an operand: all axes but the last. */
export function rowsOf(x: Operand): number {
  return numel(x.shape.slice(0, -1));
}

/** Elements of a row. */
export function rowSize(x: Operand): number {
  return x.shape[x.shape.length - 1];
}

/**
 * WGSL functions by which the invocations of a workgroup combine one value each into a total that all of them get.
 * The tree has the same form for every row, so a row's bits do not depend on its neighbours. Needs `MATH`.
 */
export const ROW_TOTALS = /* wgsl */ `
var<workgroup> shared_values: array<f32, ${ROW_THREADS}>;

fn rowSum(value: f32, lane: u32) -> f32 {
  workgroupBarrier(); // everyone has read the total before this one
  shared_values[lane] = value;
  workgroupBarrier();
  for (var step = ${ROW_THREADS / 2}u; step > 0u; step >>= 1u) {
    if (lane < step) { shared_values[lane] += shared_values[lane + step]; }
    workgroupBarrier();
  }
  return shared_values[0];
}

fn rowMax(value: f32, lane: u32) -> f32 {
  workgroupBarrier();
  shared_values[lane] = value;
  workgroupBarrier();
  for (var step = ${ROW_THREADS / 2}u; step > 0u; step >>= 1u) {
    if (lane < step) { shared_values[lane] = maxOf(shared_values[lane], shared_values[lane + step]); }
    workgroupBarrier();
  }
  return shared_values[0];
}
`;

//! The product of a matrix and a packed one, both rounded.

use super::finish::Finish;
use super::left::Left;
use super::{COLUMNS, NarrowPacked, ROW_STEP, ROWS, Sums, Tile, groups};
use crate::gemm::matrix::Matrix;
use crate::gemm::multiply::{Epilogue, SharedPointer};
use crate::gemm::plan::part;
use crate::threads::Threads;

/// Bytes of the left operand that stay in the second cache while panels pass by.
const UNIT_BYTES: usize = 1 << 20;
/// Units a thread, so that a busy neighbour on the machine delays little.
const UNITS_A_THREAD: usize = 4;
/// Below this many multiply-adds one thread is done before another has woken.
const WORTH_SHARING: usize = 1 << 20;

/// Memory for left operands, kept for the next product.
#[derive(Default)]
pub struct NarrowWorkspace {
    left: Left,
}

/// C = activation(left · right + bias), both operands rounded to the format of `right`; `out` is
/// [left.rows, right.columns()], contiguous.
///
/// # Panics
/// If sizes do not fit each other, or `left` is stored transposed for int8.
pub fn multiply_narrow(
    threads: &mut Threads,
    workspace: &mut NarrowWorkspace,
    left: Matrix<'_>,
    right: &NarrowPacked,
    epilogue: Epilogue<'_>,
    out: &mut [f32],
) {
    let left = left.checked();
    let (rows, inner, columns) = (left.rows, left.columns, right.columns());
    assert_eq!(inner, right.inner(), "columns of the left operand are rows of the right one");
    assert_eq!(out.len(), rows * columns, "the result is [rows, columns]");
    assert!(
        epilogue.bias.is_none_or(|bias| bias.len() == columns),
        "the bias has one number for each column"
    );
    if out.is_empty() {
        return;
    }
    let engine = right.engine();
    workspace.left.fill(threads, left, engine);
    let left = &workspace.left;
    let stride = left.stride();
    let (tiles, panels) = (rows.div_ceil(ROWS), columns.div_ceil(COLUMNS));
    let shared = threads.count() > 1 && rows * inner * columns >= WORTH_SHARING;
    let wanted = if shared { UNITS_A_THREAD * threads.count() } else { 1 };
    let row_blocks = tiles.div_ceil((UNIT_BYTES / (ROWS * stride)).max(1));
    let panel_blocks = wanted.div_ceil(row_blocks).min(panels);
    let to = SharedPointer(out.as_mut_ptr());
    threads.run(row_blocks * panel_blocks, &|unit, _| {
        engine.with(|| {
            let mut sums = Sums([0; ROWS * COLUMNS]);
            for panel in part(panels, panel_blocks, unit % panel_blocks) {
                let column = panel * COLUMNS;
                let count = COLUMNS.min(columns - column);
                let mut bias = [0f32; COLUMNS];
                if let Some(all) = epilogue.bias {
                    bias[..count].copy_from_slice(&all[column..column + count]);
                }
                let (bytes, scales, offsets) = right.panel(panel);
                for tile in part(tiles, row_blocks, unit / panel_blocks) {
                    let first = tile * ROWS;
                    let tile_rows = ROWS.min(rows - first);
                    let (left, row_scales) = left.rows(first);
                    let task = Tile {
                        rows: tile_rows.next_multiple_of(ROW_STEP),
                        groups: groups(inner, engine.format()),
                        left: left.as_ptr(),
                        left_stride: stride,
                        panel: bytes.as_ptr(),
                        offsets: offsets.as_ptr(),
                        sums: sums.0.as_mut_ptr(),
                    };
                    // SAFETY: the operands are filled up to whole tiles; each unit writes elements of `out` of its own.
                    unsafe {
                        engine.multiply(&task);
                        engine.isa().run(Finish {
                            format: engine.format(),
                            activation: epilogue.activation,
                            sums: &sums,
                            rows: &row_scales[..tile_rows],
                            columns: scales,
                            bias: &bias,
                            count,
                            out: to.at(first * columns + column),
                            out_stride: columns,
                        });
                    }
                }
            }
        });
    });
}

//! The product of a matrix and a packed one, both rounded.

use super::finish::{Finish, Out};
use super::{COLUMNS, Format, NarrowPacked, ROW_STEP, ROWS, Rounded, Sums, Tile, groups};
use crate::gemm::multiply::{Epilogue, SharedPointer};
use crate::gemm::plan::part;
use crate::threads::Threads;

/// Bytes of the left operand that stay in the second cache while panels pass by.
const UNIT_BYTES: usize = 1 << 20;
/// Units a thread, so that a busy neighbour on the machine delays little.
const UNITS_A_THREAD: usize = 4;
/// Below this many multiply-adds one thread is done before another has woken.
const WORTH_SHARING: usize = 1 << 20;

/// Where a product goes, [rows, columns].
pub enum NarrowOut<'a> {
    /// Row by row.
    Floats(&'a mut [f32]),
    /// Rounded to bf16, as the left operand of a product of the same engine.
    Rounded(&'a mut Rounded),
}

/// activation(left · right + bias), where `left` was rounded for the engine of `right`.
///
/// # Panics
/// If sizes do not fit each other, or int8 shall be rounded without scales.
pub fn multiply_narrow(
    threads: &mut Threads,
    left: &Rounded,
    right: &NarrowPacked,
    epilogue: Epilogue<'_>,
    out: NarrowOut<'_>,
) {
    let (rows, inner, columns) = (left.rows(), left.columns(), right.columns());
    let engine = right.engine();
    assert_eq!(inner, right.inner(), "columns of the left operand are rows of the right one");
    assert!(
        epilogue.bias.is_none_or(|bias| bias.len() == columns),
        "the bias has one number for each column"
    );
    let out = match out {
        NarrowOut::Floats(out) => {
            assert_eq!(out.len(), rows * columns, "the result is [rows, columns]");
            Out::Floats(SharedPointer(out.as_mut_ptr()), columns)
        }
        NarrowOut::Rounded(out) => {
            assert_eq!(engine.format(), Format::Bf16, "int8 needs the scale of a whole row");
            let to = out.reserve(rows, columns, engine);
            Out::Rounded(to, out.layout())
        }
    };
    if rows * columns == 0 {
        return;
    }
    let mut bias = vec![0.0; columns.next_multiple_of(COLUMNS)];
    if let Some(all) = epilogue.bias {
        bias[..columns].copy_from_slice(all);
    }
    let stride = left.stride();
    let (tiles, panels) = (rows.div_ceil(ROWS), columns.div_ceil(COLUMNS));
    let shared = threads.count() > 1 && rows * inner * columns >= WORTH_SHARING;
    let wanted = if shared { UNITS_A_THREAD * threads.count() } else { 1 };
    let row_blocks = tiles.div_ceil((UNIT_BYTES / (ROWS * stride)).max(1));
    let panel_blocks = wanted.div_ceil(row_blocks).min(panels);
    threads.run(row_blocks * panel_blocks, &|unit, _| {
        engine.with(|| {
            let mut sums = [const { Sums([0; ROWS * COLUMNS]) }; 2];
            let mut sums = sums.each_mut().map(|sums| sums.0.as_mut_ptr());
            let mut before: Option<Finish<'_>> = None;
            for panel in part(panels, panel_blocks, unit % panel_blocks) {
                let column = panel * COLUMNS;
                let count = COLUMNS.min(columns - column);
                let bias = bias[column..].first_chunk().expect("a bias of whole panels");
                let (bytes, scales, offsets) = right.panel(panel);
                let unit_tiles = part(tiles, row_blocks, unit / panel_blocks);
                for tile in unit_tiles.clone() {
                    let first = tile * ROWS;
                    let tile_rows = ROWS.min(rows - first);
                    let (left, row_scales) = left.tail(first);
                    let task = Tile {
                        rows: tile_rows.next_multiple_of(ROW_STEP),
                        groups: groups(inner, engine.format()),
                        left: left.as_ptr(),
                        left_stride: stride,
                        panel: bytes.as_ptr(),
                        far: tile == unit_tiles.start,
                        offsets: offsets.as_ptr(),
                        sums: sums[0],
                    };
                    // SAFETY: the operands are filled up to whole tiles; each unit writes elements of `out` of its own.
                    unsafe { engine.multiply(&task, before.as_ref()) };
                    before = Some(Finish {
                        format: engine.format(),
                        activation: epilogue.activation,
                        sums: sums[0],
                        rows: &row_scales[..tile_rows],
                        columns: scales,
                        bias,
                        count,
                        out: &out,
                        first,
                        column,
                    });
                    sums.reverse();
                }
            }
            if let Some(last) = &before {
                engine.isa().run(last);
            }
        });
    });
}

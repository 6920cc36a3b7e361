//! Products of a few rows with packed panels, on one thread.

use super::balanced;
use crate::gemm::{Ahead, Start, Tile, TileSize, tile};
use crate::isa::Isa;

/// A right operand as panels, [inner, columns].
#[derive(Clone, Copy)]
pub(super) struct Panels<'a> {
    pub data: &'a [f32],
    pub inner: usize,
    pub columns: usize,
}

/// The left operand, in place.
#[derive(Clone, Copy)]
pub(super) struct Left {
    pub start: *const f32,
    pub stride: usize,
    /// Whether its columns lie contiguously rather than its rows.
    pub columns: bool,
}

/// Where the product goes.
#[derive(Clone, Copy)]
pub(super) struct Out {
    pub start: *mut f32,
    pub stride: usize,
    /// Whether to add to what is there.
    pub add: bool,
}

/// out[rows, columns] (+)= left[rows, inner] · right, where `inner` is the panels' lines `lines`.
///
/// # Safety
/// `left` is readable and `out` writable for these sizes, and `out` overlaps nothing that is read.
pub(super) unsafe fn multiply(
    isa: Isa,
    rows: usize,
    left: Left,
    right: Panels<'_>,
    lines: std::ops::Range<usize>,
    out: Out,
) {
    let size = TileSize::of(isa);
    for column in (0..right.columns).step_by(size.columns) {
        let panel = &right.data[column * right.inner + lines.start * size.columns..];
        assert!(panel.len() >= lines.len() * size.columns);
        for rows in balanced(rows, size.rows) {
            let left_step = if left.columns { 1 } else { left.stride };
            // SAFETY: the caller's promise, and the panel was checked above.
            unsafe {
                tile(
                    isa,
                    &Tile {
                        rows: rows.len(),
                        columns: size.columns.min(right.columns - column),
                        inner: lines.len(),
                        left: left.start.add(rows.start * left_step),
                        left_stride: left.stride,
                        left_columns: left.columns,
                        panel: panel.as_ptr(),
                        start: if out.add { Start::Add } else { Start::Zero },
                        out: out.start.add(rows.start * out.stride + column),
                        out_stride: out.stride,
                        ahead: Ahead::NONE,
                    },
                );
            }
        }
    }
}

//! The left operand as the tiles want to read it.

use super::matrix::Matrix;
use super::plan::Rows;
use super::storage::Storage;
use super::tile::TileSize;
use crate::isa::{Isa, Kernel};
use crate::simd::Simd;
use std::ops::Range;

/// Columns that are copied for all tiles before the next: their cache lines and pages stay near meanwhile.
const COLUMNS: usize = 16;
/// Elements between the copies of two tiles: with a whole power of two all would fall into the same sets of a cache.
const PADDING: usize = 16;

/// Rows × inner of the left operand, with contiguous rows where it lies, or else copied.
pub(super) struct Block {
    base: *const f32,
    stride: usize,
    columns: bool,
    /// Elements between tiles where they were copied one by one.
    tile: Option<usize>,
}

impl Block {
    /// The block of `rows` and the `inner` columns from `start`, for tiles of `size`.
    pub fn new(
        isa: Isa,
        matrix: Matrix<'_>,
        rows: &Rows,
        size: TileSize,
        start: usize,
        inner: usize,
        copy: &mut Storage,
    ) -> Self {
        if !matrix.transposed {
            let base = matrix.data[rows.first() * matrix.stride + start..].as_ptr();
            return Self { base, stride: matrix.stride, columns: false, tile: None };
        }
        let (stride, tile_size) = (size.rows, inner * size.rows + PADDING);
        let to = copy.reserve::<f32>(rows.tiles() * tile_size);
        isa.run(CopyColumns { matrix, rows, stride, columns: start..start + inner, tile_size, to });
        Self { base: to.as_ptr(), stride, columns: true, tile: Some(tile_size) }
    }

    /// Where tile `tile`, whose first row is row `row` of the block, begins; the stride; whether columns are contiguous.
    pub fn tile(&self, tile: usize, row: usize) -> (*const f32, usize, bool) {
        let offset = self.tile.map_or(row * self.stride, |size| tile * size);
        // Inside the block or its copy, or at their end if the block is empty.
        (self.base.wrapping_add(offset), self.stride, self.columns)
    }
}

/// Copies columns of a transposed matrix, where each lies contiguously: tile by tile, in each column by column.
struct CopyColumns<'a> {
    matrix: Matrix<'a>,
    rows: &'a Rows,
    columns: Range<usize>,
    /// Elements from one column of a tile to the next.
    stride: usize,
    tile_size: usize,
    to: &'a mut [f32],
}

impl Kernel for CopyColumns<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let Self { matrix, rows, columns, stride, tile_size, to } = self;
        for first in columns.clone().step_by(COLUMNS) {
            for (tile, to) in to.chunks_exact_mut(tile_size).enumerate() {
                let (row, count) = rows.tile(tile);
                for column in first..columns.end.min(first + COLUMNS) {
                    let from = matrix.data.as_ptr().wrapping_add(column * matrix.stride + row);
                    let to = to.as_mut_ptr().wrapping_add((column - columns.start) * stride);
                    S::prefetch(from.wrapping_add(COLUMNS * matrix.stride));
                    for lane in (0..count).step_by(S::LANES) {
                        let lanes = S::LANES.min(count - lane);
                        // SAFETY: the matrix was checked to have these rows of the column; a copy of a tile has
                        // `stride` elements for each column, at least as many as the tile has rows.
                        unsafe { S::store_first(to.add(lane), lanes, S::load_first(from.add(lane), lanes)) };
                    }
                }
            }
        }
    }
}

//! The left operand as the tiles want to read it.

use super::matrix::Matrix;
use super::plan::Rows;
use super::storage::Storage;
use super::tile::MAX_ROWS;

/// Strides that are a multiple of this many elements put the rows of a tile into one set of the first cache, where
/// they drive each other out.
const BAD_STRIDE: usize = 512;
/// Elements between rows of a copy: one cache line more than their length.
const PADDING: usize = 16;

/// Rows × inner of the left operand, near and well laid out.
pub(super) struct Block {
    base: *const f32,
    stride: usize,
    columns: bool,
    /// Elements between tiles where they were copied one by one.
    tile: Option<usize>,
}

impl Block {
    /// The block of `rows` and the `inner` columns from `start`: in place if its rows can be read there, else copied.
    pub fn new(matrix: Matrix<'_>, rows: &Rows, start: usize, inner: usize, copy: &mut Storage) -> Self {
        let first = rows.first();
        if matrix.transposed {
            let to = copy.reserve::<f32>(rows.tiles() * inner * MAX_ROWS);
            for (tile, to) in to.chunks_exact_mut((inner * MAX_ROWS).max(1)).enumerate() {
                let (row, count) = rows.tile(tile);
                for (p, line) in to.chunks_exact_mut(MAX_ROWS).enumerate() {
                    let at = (start + p) * matrix.stride + row;
                    line[..count].copy_from_slice(&matrix.data[at..at + count]);
                }
            }
            let tile = Some(inner * MAX_ROWS);
            return Self { base: to.as_ptr(), stride: MAX_ROWS, columns: true, tile };
        }
        if matrix.stride.is_multiple_of(BAD_STRIDE) && rows.count() > 4 {
            let stride = inner + PADDING;
            let to = copy.reserve::<f32>(rows.count() * stride);
            for (row, line) in to.chunks_exact_mut(stride).enumerate() {
                let at = (first + row) * matrix.stride + start;
                line[..inner].copy_from_slice(&matrix.data[at..at + inner]);
            }
            return Self { base: to.as_ptr(), stride, columns: false, tile: None };
        }
        let base = matrix.data[first * matrix.stride + start..].as_ptr();
        Self { base, stride: matrix.stride, columns: false, tile: None }
    }

    /// Where tile `tile`, whose first row is row `row` of the block, begins; the stride; whether columns are contiguous.
    pub fn tile(&self, tile: usize, row: usize) -> (*const f32, usize, bool) {
        let offset = self.tile.map_or(row * self.stride, |size| tile * size);
        // Inside the block or its copy, or at their end if the block is empty.
        (self.base.wrapping_add(offset), self.stride, self.columns)
    }
}

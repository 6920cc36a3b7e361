//! The left operand as the tiles want to read it.

use super::matrix::Matrix;
use super::plan::Rows;
use super::storage::Storage;

/// Strides that are a multiple of this many elements put the rows of a tile into one set of the first cache, where
/// they drive each other out.
const BAD_STRIDE: usize = 512;
/// Elements between rows of a copy: one cache line more than their length.
const PADDING: usize = 16;
/// Elements of a column of a tile in a copy: most rows of a tile, filled up to a cache line.
const COLUMN: usize = 16;

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
            let size = inner * COLUMN;
            let to = copy.reserve::<f32>(rows.tiles() * size);
            for p in 0..inner {
                for tile in 0..rows.tiles() {
                    let (row, count) = rows.tile(tile);
                    let at = (start + p) * matrix.stride + row;
                    let to = &mut to[tile * size + p * COLUMN..][..COLUMN];
                    // A copy of fixed length is two instructions; what it takes too much is never read.
                    match matrix.data.get(at..at + COLUMN) {
                        Some(from) => to.copy_from_slice(from),
                        None => to[..count].copy_from_slice(&matrix.data[at..at + count]),
                    }
                }
            }
            return Self { base: to.as_ptr(), stride: COLUMN, columns: true, tile: Some(size) };
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

//! Rows of one head as panels of the tile kernel: 2 · LANES columns, row behind row.

use crate::isa::{Isa, Kernel};
use crate::simd::Simd;

/// Most lanes of any instruction set.
const MAX_LANES: usize = 16;

/// Rows of `columns` floats each, `stride` apart.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    /// From the first element of the first row to the last of the last.
    pub data: &'a [f32],
    pub rows: usize,
    pub columns: usize,
    pub stride: usize,
}

impl<'a> Rows<'a> {
    /// Rows from `offset` of `data`.
    pub fn new(data: &'a [f32], offset: usize, rows: usize, columns: usize, stride: usize) -> Self {
        let length = if rows == 0 { 0 } else { (rows - 1) * stride + columns };
        Self { data: &data[offset..offset + length], rows, columns, stride }
    }
}

/// Floats of the panels of a [rows, columns] matrix.
pub(super) fn panel_floats(rows: usize, columns: usize, width: usize) -> usize {
    rows * columns.next_multiple_of(width)
}

/// Writes factor · x as panels of a [rows, columns] matrix.
pub(super) fn pack(isa: Isa, x: Rows<'_>, factor: f32, to: &mut [f32]) {
    isa.run(Pack { x, factor, to });
}

/// Writes factor · xᵀ as panels of a [columns, rows] matrix.
pub(super) fn pack_transposed(isa: Isa, x: Rows<'_>, factor: f32, to: &mut [f32]) {
    isa.run(PackTransposed { x, factor, to });
}

struct Pack<'a> {
    x: Rows<'a>,
    factor: f32,
    to: &'a mut [f32],
}

impl Kernel for Pack<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let Rows { data, rows, columns, stride } = self.x;
        let width = S::TILE_VECTORS * S::LANES;
        assert_eq!(self.to.len(), panel_floats(rows, columns, width));
        let (from, to) = (data.as_ptr(), self.to.as_mut_ptr());
        // SAFETY: `data` covers all rows; `to` has a line of `width` for each row and panel.
        unsafe {
            let factor = S::splat(self.factor);
            for column in (0..columns).step_by(width) {
                let count = (columns - column).min(width);
                for row in 0..rows {
                    let (from, to) = (from.add(row * stride + column), to.add(column * rows + row * width));
                    for lane in (0..width).step_by(S::LANES) {
                        let count = count.saturating_sub(lane).min(S::LANES);
                        let from = from.wrapping_add(lane);
                        let x = if count == S::LANES { S::load(from) } else { S::load_first(from, count) };
                        S::store(to.add(lane), S::mul(x, factor));
                    }
                }
            }
        }
    }
}

struct PackTransposed<'a> {
    x: Rows<'a>,
    factor: f32,
    to: &'a mut [f32],
}

impl Kernel for PackTransposed<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let Rows { data, rows, columns, stride } = self.x;
        let (lanes, width) = (S::LANES, S::TILE_VECTORS * S::LANES);
        assert_eq!(self.to.len(), panel_floats(columns, rows, width));
        let (from, to) = (data.as_ptr(), self.to.as_mut_ptr());
        // SAFETY: only the rows and columns that exist are read; `to` has a line of `width` for each column and for
        // each panel of rows.
        unsafe {
            let factor = S::splat(self.factor);
            for row in (0..rows.next_multiple_of(width)).step_by(lanes) {
                let to = to.add(row / width * width * columns + row % width);
                for column in (0..columns).step_by(lanes) {
                    let count = (columns - column).min(lanes);
                    let mut block = [S::splat(0.0); MAX_LANES];
                    for (i, line) in block.iter_mut().enumerate().take(lanes) {
                        if row + i < rows {
                            let from = from.add((row + i) * stride + column);
                            let x = if count == lanes { S::load(from) } else { S::load_first(from, count) };
                            *line = S::mul(x, factor);
                        }
                    }
                    transpose::<S>(&mut block);
                    for (i, &line) in block.iter().enumerate().take(lanes) {
                        if i < count {
                            S::store(to.add((column + i) * width), line);
                        }
                    }
                }
            }
        }
    }
}

/// Transposes the first LANES vectors: each round shuffles the first half of the lines perfectly into the second.
#[inline(always)]
unsafe fn transpose<S: Simd>(block: &mut [S::F; MAX_LANES]) {
    for _ in 0..S::LANES.trailing_zeros() {
        let before = *block;
        for i in 0..S::LANES / 2 {
            // SAFETY: the caller's promise that the machine has the instructions.
            let (low, high) = unsafe { S::interleave(before[i], before[i + S::LANES / 2]) };
            block[2 * i] = low;
            block[2 * i + 1] = high;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gemm::TileSize;
    use crate::testing::noise;

    #[test]
    fn panels_hold_the_matrix_and_zeros() {
        let stride = 80;
        for isa in Isa::available() {
            let width = TileSize::of(isa).columns;
            for (rows, columns) in [(1, 1), (5, 64), (16, 16), (33, 7), (40, 70), (0, 8)] {
                let data = noise(1, rows * stride + 3);
                let x = Rows::new(&data, 3, rows, columns, stride);
                let at = |r: usize, c: usize| {
                    if r < rows && c < columns { 2.0 * data[3 + r * stride + c] } else { 0.0 }
                };
                let mut plain = vec![f32::NAN; panel_floats(rows, columns, width)];
                pack(isa, x, 2.0, &mut plain);
                for (i, &value) in plain.iter().enumerate() {
                    let (panel, row, column) = (i / (rows * width), i / width % rows, i % width);
                    assert_eq!(value, at(row, panel * width + column), "{} {rows}x{columns}", isa.name());
                }
                let mut turned = vec![f32::NAN; panel_floats(columns, rows, width)];
                pack_transposed(isa, x, 2.0, &mut turned);
                for (i, &value) in turned.iter().enumerate() {
                    let (panel, column, row) = (i / (columns * width), i / width % columns, i % width);
                    assert_eq!(value, at(panel * width + row, column), "{} {rows}x{columns}", isa.name());
                }
            }
        }
    }
}

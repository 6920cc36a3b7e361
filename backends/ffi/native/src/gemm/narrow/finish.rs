//! From the sums of a tile to the result.

use super::round::bf16;
use super::rounded::Layout;
use super::{COLUMNS, Format};
use crate::gemm::activation::{Activation, Elements};
use crate::gemm::multiply::SharedPointer;
use crate::isa::Kernel;
use crate::math::Function;
use crate::simd::Simd;

/// Writes activation(sums + bias) of a tile.
pub(super) struct Finish<'a> {
    pub format: Format,
    pub activation: Activation,
    /// A line of [`COLUMNS`] for each row.
    pub sums: *const u32,
    /// Scales of the rows of the tile, for int8.
    pub rows: &'a [f32],
    /// Scales of its columns, for int8.
    pub columns: &'a [f32; COLUMNS],
    pub bias: &'a [f32; COLUMNS],
    /// Columns that are written.
    pub count: usize,
    pub out: &'a Out,
    /// First row and column of the tile in the result.
    pub first: usize,
    pub column: usize,
}

/// The whole result.
pub(super) enum Out {
    /// Floats, and how many lie from one row to the next.
    Floats(SharedPointer<f32>, usize),
    /// Numbers of bf16: a tile is as wide as a step.
    Rounded(SharedPointer<u32>, Layout),
}

impl Kernel for &Finish<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        // SAFETY: whoever made this promises that the sums are there and the tile's part of the result may be written.
        unsafe { self.activation.of::<S>(self) }
    }
}

impl Elements for &Finish<'_> {
    #[inline(always)]
    unsafe fn each<S: Simd>(self, function: impl Function) {
        for index in 0..self.rows.len() {
            // SAFETY: as `run`.
            unsafe { self.row::<S>(index, function) };
        }
    }
}

impl Finish<'_> {
    /// Row `index` of the tile.
    ///
    /// # Safety
    /// The machine has the instructions of `S`; the sums are there, and the row may be written.
    #[inline(always)]
    pub unsafe fn row<S: Simd>(&self, index: usize, function: impl Function) {
        for column in (0..self.count).step_by(S::LANES) {
            let count = S::LANES.min(self.count - column);
            // SAFETY: COLUMNS is a multiple of LANES, so a vector lies within sums, scales and bias; only `count`
            // floats are written, or whole steps of what was reserved for them.
            unsafe {
                let sum = S::load_i(self.sums.add(index * COLUMNS + column).cast());
                let sum = match self.format {
                    Format::Bf16 => S::as_float(sum),
                    // No fused multiply-add: int8 gives the same bits everywhere.
                    Format::Int8 => {
                        let scaled = S::mul(S::to_float(sum), S::load(self.columns.as_ptr().add(column)));
                        S::mul(scaled, S::splat(self.rows[index]))
                    }
                };
                let y = function.apply::<S>(S::add(sum, S::load(self.bias.as_ptr().add(column))));
                match *self.out {
                    Out::Floats(out, stride) => {
                        let to = out.at((self.first + index) * stride + self.column + column);
                        if count == S::LANES { S::store(to, y) } else { S::store_first(to, count, y) }
                    }
                    Out::Rounded(out, layout) => {
                        let line = out.at(layout.at(self.first + index, self.column / COLUMNS));
                        let y = S::select(S::first_lanes(count), y, S::splat(0.0));
                        S::store_upper(line.cast::<u16>().add(column), bf16::<S>(y));
                    }
                }
            }
        }
    }
}

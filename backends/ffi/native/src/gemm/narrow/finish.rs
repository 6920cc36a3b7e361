//! From the sums of a tile to the result.

use super::{COLUMNS, Format, Sums};
use crate::isa::Kernel;
use crate::simd::Simd;

/// Writes the sums of a tile as f32.
pub(super) struct Finish<'a> {
    pub format: Format,
    pub sums: &'a Sums,
    /// Scales of the rows of the tile, for int8.
    pub rows: &'a [f32],
    /// Scales of its columns, for int8.
    pub columns: &'a [f32],
    pub bias: &'a [f32; COLUMNS],
    /// Columns that are written.
    pub count: usize,
    /// First element of the tile in the result.
    pub out: *mut f32,
    /// Elements from one row of the result to the next.
    pub out_stride: usize,
}

impl Kernel for Finish<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let columns: &[f32; COLUMNS] = self.columns.try_into().expect("a scale for each column of the panel");
        for (index, (sums, &row)) in self.sums.0.chunks_exact(COLUMNS).zip(self.rows).enumerate() {
            let sums: &[u32; COLUMNS] = sums.try_into().expect("a line of sums");
            // No fused multiply-adds: int8 gives the same bits everywhere.
            let line: [f32; COLUMNS] = match self.format {
                Format::Bf16 => std::array::from_fn(|i| f32::from_bits(sums[i]) + self.bias[i]),
                Format::Int8 => {
                    std::array::from_fn(|i| sums[i] as i32 as f32 * columns[i] * row + self.bias[i])
                }
            };
            // SAFETY: whoever made this promises that `count` elements of the rows of the tile may be written.
            let to =
                unsafe { std::slice::from_raw_parts_mut(self.out.add(index * self.out_stride), self.count) };
            match <&mut [f32; COLUMNS]>::try_from(&mut *to) {
                Ok(whole) => *whole = line,
                Err(_) => to.copy_from_slice(&line[..self.count]),
            }
        }
    }
}

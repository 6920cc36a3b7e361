//! Sums of products of bf16 without tiles.

use super::{COLUMNS, GROUP, Tile};
use crate::isa::Kernel;
use crate::simd::Simd;
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

/// Each lane of a vector multiplies the two numbers of its group and adds both products to its sum.
///
/// # Safety
/// The machine has AVX512-BF16; the pointers are valid for the sizes.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bf16")]
pub(super) unsafe fn multiply_avx512(tile: &Tile) {
    /// Rows whose sums hide the latency of each other, two vectors each.
    const ROWS: usize = 8;
    for first in (0..tile.rows).step_by(ROWS) {
        // SAFETY: `tile` has a multiple of 8 rows; all addresses lie in what the caller promises.
        unsafe {
            let left = tile.left.add(first * tile.left_stride);
            let mut sums = [[_mm512_setzero_ps(); 2]; ROWS];
            for group in 0..tile.groups {
                let line = tile.panel.add(group * COLUMNS * GROUP);
                let b0 = std::mem::transmute::<__m512i, __m512bh>(_mm512_loadu_si512(line.cast()));
                let b1 = std::mem::transmute::<__m512i, __m512bh>(_mm512_loadu_si512(line.add(64).cast()));
                for (row, sum) in sums.iter_mut().enumerate() {
                    let a = left.add(row * tile.left_stride + group * GROUP).cast::<i32>().read_unaligned();
                    let a = std::mem::transmute::<__m512i, __m512bh>(_mm512_set1_epi32(a));
                    *sum = [_mm512_dpbf16_ps(sum[0], a, b0), _mm512_dpbf16_ps(sum[1], a, b1)];
                }
            }
            for (row, sum) in sums.iter().enumerate() {
                let to = tile.sums.add((first + row) * COLUMNS).cast::<f32>();
                _mm512_storeu_ps(to, sum[0]);
                _mm512_storeu_ps(to.add(16), sum[1]);
            }
        }
    }
}

/// The same with multiply-adds of f32.
pub(super) struct Emulated<'a>(pub &'a Tile);

impl Kernel for Emulated<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        /// Rows whose sums fit 16 registers, two vectors each, beside two lines of the panel, widened.
        const ROWS: usize = 4;
        let tile = self.0;
        for first in (0..tile.rows).step_by(ROWS) {
            for column in (0..COLUMNS).step_by(2 * S::LANES) {
                // SAFETY: `Engine::multiply`, the only way here, promises what the pointers are valid for.
                unsafe {
                    let left = tile.left.add(first * tile.left_stride);
                    let mut sums = [[S::splat(0.0); 2]; ROWS];
                    for group in 0..tile.groups {
                        let line = tile.panel.add((group * COLUMNS + column) * GROUP).cast::<i32>();
                        let [low0, high0] = widen::<S>(S::load_i(line));
                        let [low1, high1] = widen::<S>(S::load_i(line.add(S::LANES)));
                        for (row, sum) in sums.iter_mut().enumerate() {
                            let at = left.add(row * tile.left_stride + group * GROUP);
                            let a = at.cast::<u32>().read_unaligned();
                            let low = S::splat(f32::from_bits(a << 16));
                            let high = S::splat(f32::from_bits(a & 0xffff_0000));
                            *sum = [
                                S::fma(high, high0, S::fma(low, low0, sum[0])),
                                S::fma(high, high1, S::fma(low, low1, sum[1])),
                            ];
                        }
                    }
                    for (row, sum) in sums.iter().enumerate() {
                        let to = tile.sums.add((first + row) * COLUMNS + column).cast::<f32>();
                        S::store(to, sum[0]);
                        S::store(to.add(S::LANES), sum[1]);
                    }
                }
            }
        }
    }
}

/// Both numbers of each group as f32.
#[inline(always)]
unsafe fn widen<S: Simd>(groups: S::I) -> [S::F; 2] {
    // SAFETY: the caller's promise of instructions.
    unsafe {
        let low = S::shift_left::<16>(groups);
        let high = S::shift_left::<16>(S::shift_right::<16>(groups));
        [S::as_float(low), S::as_float(high)]
    }
}

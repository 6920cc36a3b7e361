//! Sums of products of int8 without tiles; exact, whichever instructions are used.

use super::{COLUMNS, GROUP, Tile};
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

/// Each lane adds the four products of its group to its sum. The left numbers are 128 too large, to be unsigned, which
/// the sums take back at their beginning.
///
/// # Safety
/// The machine has AVX512-VNNI; the pointers are valid for the sizes.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vnni")]
pub(super) unsafe fn multiply_avx512(tile: &Tile) {
    /// Rows whose sums hide the latency of each other, two vectors each.
    const ROWS: usize = 8;
    for first in (0..tile.rows).step_by(ROWS) {
        // SAFETY: `tile` has a multiple of 8 rows; all addresses lie in what the caller promises.
        unsafe {
            let left = tile.left.add(first * tile.left_stride);
            let begin =
                [_mm512_loadu_si512(tile.offsets.cast()), _mm512_loadu_si512(tile.offsets.add(16).cast())];
            let mut sums = [begin; ROWS];
            for group in 0..tile.groups {
                let line = tile.panel.add(group * COLUMNS * GROUP);
                let b = [_mm512_loadu_si512(line.cast()), _mm512_loadu_si512(line.add(64).cast())];
                for (row, sum) in sums.iter_mut().enumerate() {
                    let a = left.add(row * tile.left_stride + group * GROUP).cast::<i32>().read_unaligned();
                    let a = _mm512_set1_epi32(a);
                    *sum = [_mm512_dpbusd_epi32(sum[0], a, b[0]), _mm512_dpbusd_epi32(sum[1], a, b[1])];
                }
            }
            for (row, sum) in sums.iter().enumerate() {
                let to = tile.sums.add((first + row) * COLUMNS);
                _mm512_storeu_si512(to.cast(), sum[0]);
                _mm512_storeu_si512(to.add(16).cast(), sum[1]);
            }
        }
    }
}

/// With |a| unsigned and b of the sign of a·b two products are at most 2 · 127², which 16 bits hold.
///
/// # Safety
/// The machine has AVX2; the pointers are valid for the sizes.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
pub(super) unsafe fn multiply_avx2(tile: &Tile) {
    /// Rows whose sums fit the registers, two vectors each, beside a line of the panel.
    const ROWS: usize = 4;
    for first in (0..tile.rows).step_by(ROWS) {
        for column in (0..COLUMNS).step_by(16) {
            // SAFETY: `tile` has a multiple of 4 rows; all addresses lie in what the caller promises.
            unsafe {
                let left = tile.left.add(first * tile.left_stride);
                let ones = _mm256_set1_epi16(1);
                let mut sums = [[_mm256_setzero_si256(); 2]; ROWS];
                for group in 0..tile.groups {
                    let line = tile.panel.add((group * COLUMNS + column) * GROUP).cast::<__m256i>();
                    let b = [_mm256_loadu_si256(line), _mm256_loadu_si256(line.add(1))];
                    for (row, sum) in sums.iter_mut().enumerate() {
                        let at = left.add(row * tile.left_stride + group * GROUP);
                        let a = _mm256_set1_epi32(at.cast::<i32>().read_unaligned());
                        let size = _mm256_abs_epi8(a);
                        let add = |sum, b| {
                            let pairs = _mm256_maddubs_epi16(size, _mm256_sign_epi8(b, a));
                            _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones))
                        };
                        *sum = [add(sum[0], b[0]), add(sum[1], b[1])];
                    }
                }
                for (row, sum) in sums.iter().enumerate() {
                    let to = tile.sums.add((first + row) * COLUMNS + column).cast::<__m256i>();
                    _mm256_storeu_si256(to, sum[0]);
                    _mm256_storeu_si256(to.add(1), sum[1]);
                }
            }
        }
    }
}

/// One row after the other.
///
/// # Safety
/// The pointers are valid for the sizes.
pub(super) unsafe fn multiply_portable(tile: &Tile) {
    for row in 0..tile.rows {
        // SAFETY: as promised by the caller; int8 have no alignment.
        let (left, panel) = unsafe {
            let left = tile.left.add(row * tile.left_stride).cast::<[i8; GROUP]>();
            let panel = tile.panel.cast::<[[i8; GROUP]; COLUMNS]>();
            (std::slice::from_raw_parts(left, tile.groups), std::slice::from_raw_parts(panel, tile.groups))
        };
        let mut sums = [0i32; COLUMNS];
        for (a, line) in left.iter().zip(panel) {
            for (sum, b) in sums.iter_mut().zip(line) {
                *sum += (0..GROUP).map(|i| i32::from(a[i]) * i32::from(b[i])).sum::<i32>();
            }
        }
        // SAFETY: as promised by the caller; u32 and i32 have one layout.
        unsafe { tile.sums.add(row * COLUMNS).cast::<[i32; COLUMNS]>().write(sums) };
    }
}

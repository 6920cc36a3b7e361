//! Rounding of f32 to groups.

use super::{Format, GROUP_STEP};
use crate::simd::Simd;

/// Numbers of bf16 in [`GROUP_STEP`] groups.
const BF16: usize = 2 * GROUP_STEP;
/// Numbers of int8 in them.
const INT8: usize = 4 * GROUP_STEP;
/// The largest int8; −128 stays unused, so that a number and its opposite have the same size.
const LARGEST: f32 = 127.0;
/// 1.5 · 2²³: a float of this size has steps of 1, and the low byte of its bits is 0.
const INTEGERS: f32 = 12_582_912.0;

/// What int8 numbers are multiplied by to give back `values`: the largest becomes ±127. NaN or ∞ if there is one.
#[inline(always)]
pub(super) fn scale(values: &[f32]) -> f32 {
    // Bits of floats without sign are in the order of the floats, NaN last.
    let largest = values.iter().fold(0, |largest, value| largest.max(value.to_bits() & 0x7fff_ffff));
    f32::from_bits(largest) / LARGEST
}

/// What values are multiplied by to become int8; 0 where nothing finite and normal would.
#[inline(always)]
pub(super) fn inverse(scale: f32) -> f32 {
    if (f32::MIN_POSITIVE..f32::INFINITY).contains(&scale) { 1.0 / scale } else { 0.0 }
}

/// How values become groups.
#[derive(Clone, Copy)]
pub(super) struct Rounding {
    /// Format of the groups.
    pub format: Format,
    /// Factor of int8, [`inverse`].
    pub inverse: f32,
    /// Added to int8, modulo 256.
    pub offset: u8,
}

impl Rounding {
    /// Numbers of [`GROUP_STEP`] groups.
    #[inline(always)]
    pub fn step(self) -> usize {
        match self.format {
            Format::Bf16 => BF16,
            Format::Int8 => INT8,
        }
    }

    /// The groups of at most `step` values, filled up with zeros.
    ///
    /// # Safety
    /// The machine has the instructions of `S`.
    #[inline(always)]
    pub unsafe fn groups<S: Simd>(self, values: &[f32]) -> [u32; GROUP_STEP] {
        match self.format {
            Format::Bf16 => {
                let values: [f32; BF16] = filled(values);
                let mut groups = [0; GROUP_STEP];
                for at in (0..BF16).step_by(S::LANES) {
                    // SAFETY: BF16 is a multiple of LANES, and that many numbers of 16 bits are the groups.
                    unsafe {
                        let rounded = bf16::<S>(S::load(values.as_ptr().add(at)));
                        S::store_upper(groups.as_mut_ptr().cast::<u16>().add(at), rounded);
                    }
                }
                groups
            }
            Format::Int8 => {
                let round =
                    |x: f32| ((x * self.inverse + INTEGERS).to_bits() as u8).wrapping_add(self.offset);
                let numbers: [u8; INT8] = filled(values).map(round);
                // SAFETY: plain numbers, as many bytes.
                unsafe { std::mem::transmute::<[u8; INT8], [u32; GROUP_STEP]>(numbers) }
            }
        }
    }
}

/// Groups of bf16 whose first numbers lie in one row and whose second ones in another, at most [`GROUP_STEP`] each.
///
/// # Safety
/// The machine has the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn pairs<S: Simd>(first: &[f32], second: &[f32]) -> [u32; GROUP_STEP] {
    let (first, second): ([f32; GROUP_STEP], _) = (filled(first), filled::<GROUP_STEP>(second));
    let mut groups = [0u32; GROUP_STEP];
    for at in (0..GROUP_STEP).step_by(S::LANES) {
        // SAFETY: GROUP_STEP is a multiple of LANES.
        unsafe {
            let low = S::shift_right::<16>(bf16::<S>(S::load(first.as_ptr().add(at))));
            let high = bf16::<S>(S::load(second.as_ptr().add(at)));
            let high = S::shift_left::<16>(S::shift_right::<16>(high));
            S::store(groups.as_mut_ptr().cast::<f32>().add(at), S::as_float(S::xor_i(low, high)));
        }
    }
    groups
}

/// The bits of `x` of which the upper half is the nearest bf16, ties to even; NaN stays a quiet NaN.
///
/// # Safety
/// The machine has the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn bf16<S: Simd>(x: S::F) -> S::I {
    // SAFETY: the caller's promise.
    unsafe {
        let bits = S::as_int(x);
        let odd = S::shift_right::<31>(S::shift_left::<15>(bits)); // the last bit that stays
        let rounded = S::add_i(bits, S::add_i(odd, S::splat_i(0x7fff)));
        // Added to itself a NaN becomes quiet.
        S::as_int(S::select(S::is_nan(x), S::add(x, x), S::as_float(rounded)))
    }
}

/// `values` and zeros.
#[inline(always)]
fn filled<const N: usize>(values: &[f32]) -> [f32; N] {
    values.try_into().unwrap_or_else(|_| {
        let mut all = [0.0; N];
        all[..values.len()].copy_from_slice(values);
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::bf16_from_f32;
    use crate::isa::{Isa, Kernel};

    /// Numbers as a row and as columns that are equal.
    struct Both<'a>(&'a [f32; GROUP_STEP]);

    impl Kernel for Both<'_> {
        type Output = [[u32; GROUP_STEP]; 2];

        #[inline(always)]
        unsafe fn run<S: Simd>(self) -> Self::Output {
            let rounding = Rounding { format: Format::Bf16, inverse: 0.0, offset: 0 };
            // SAFETY: `Isa::run` calls this only where the machine has the instructions of `S`.
            unsafe { [rounding.groups::<S>(self.0), pairs::<S>(self.0, self.0)] }
        }
    }

    #[test]
    fn numbers_become_the_nearest_bf16_ties_to_even() {
        let bits = [
            0x3f80_0000,
            0x3f80_7fff,
            0x3f80_8000,
            0x3f80_8001,
            0x3f81_8000,
            0xbf81_8000,
            0x0000_8001,
            0x8000_0000,
            0x7f7f_ffff,
            0x7f80_0000,
            0xff80_0000,
            0x7fc0_0000,
            0xffff_ffff,
            0x7f80_0001,
            0x0001_8000,
            0x7fff_8000,
        ];
        let values: [f32; GROUP_STEP] = bits.map(f32::from_bits);
        for isa in Isa::available() {
            let [row, columns] = isa.run(Both(&values));
            for (i, value) in values.into_iter().enumerate() {
                let expected = u32::from(bf16_from_f32(value));
                assert_eq!(row[i / 2] >> (16 * (i % 2)) & 0xffff, expected, "{} {:#x}", isa.name(), bits[i]);
                assert_eq!(columns[i], expected << 16 | expected, "{} {:#x}", isa.name(), bits[i]);
            }
        }
    }
}

//! Rounding of f32 to groups.

use super::{Format, GROUP_STEP};
use crate::dtype::bf16_from_f32;

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
    #[inline(always)]
    pub fn groups(self, values: &[f32]) -> [u32; GROUP_STEP] {
        match self.format {
            Format::Bf16 => {
                let numbers: [u16; BF16] = filled(values).map(bf16_from_f32);
                // SAFETY: plain numbers, as many bytes.
                unsafe { std::mem::transmute::<[u16; BF16], [u32; GROUP_STEP]>(numbers) }
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
#[inline(always)]
pub(super) fn pairs(first: &[f32], second: &[f32]) -> [u32; GROUP_STEP] {
    let (first, second): ([f32; GROUP_STEP], _) = (filled(first), filled::<GROUP_STEP>(second));
    std::array::from_fn(|i| u32::from(bf16_from_f32(first[i])) | u32::from(bf16_from_f32(second[i])) << 16)
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

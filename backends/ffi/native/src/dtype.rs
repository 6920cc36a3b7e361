//! Element types, and conversions of 16-bit floats.

use crate::error::{Fault, Outcome};

/// Type of the elements of a buffer; the number is its code in calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DType {
    /// IEEE single.
    F32 = 0,
    /// Signed, wraps.
    I32 = 1,
    /// IEEE half, for storage.
    F16 = 2,
    /// Upper half of an f32, for storage.
    Bf16 = 3,
}

impl DType {
    /// The type of a code.
    pub fn from_code(code: u32) -> Outcome<Self> {
        match code {
            0 => Ok(Self::F32),
            1 => Ok(Self::I32),
            2 => Ok(Self::F16),
            3 => Ok(Self::Bf16),
            _ => Err(Fault::dtype(format!("there is no dtype {code}: 0 … 3 are f32, i32, f16 and bf16"))),
        }
    }

    /// Bytes of an element.
    pub fn bytes(self) -> usize {
        match self {
            Self::F32 | Self::I32 => 4,
            Self::F16 | Self::Bf16 => 2,
        }
    }

    /// Bits of `value` in this type; an integer keeps the low 32 bits, as when JavaScript stores it.
    pub fn encode(self, value: f64) -> u32 {
        match self {
            Self::F32 => (value as f32).to_bits(),
            Self::I32 => value as i64 as u32,
            Self::F16 => f16_from_f32(value as f32).into(),
            Self::Bf16 => bf16_from_f32(value as f32).into(),
        }
    }
}

/// The f32 of bf16 bits; exact.
#[inline(always)]
pub fn bf16_to_f32(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// To nearest, ties to even; NaN stays a quiet NaN.
#[inline(always)]
pub fn bf16_from_f32(value: f32) -> u16 {
    let bits = value.to_bits();
    let rounded = (bits.wrapping_add(0x7fff + (bits >> 16 & 1)) >> 16) as u16;
    if value.is_nan() { (bits >> 16) as u16 | 0x40 } else { rounded }
}

/// The f32 of f16 bits; exact.
#[inline(always)]
pub fn f16_to_f32(bits: u16) -> f32 {
    let magnitude = u32::from(bits & 0x7fff);
    let sign = u32::from(bits & 0x8000) << 16;
    // Moved to f32's places the exponent is 112 too small: a product with 2¹¹² mends that for subnormals, too.
    let scaled = f32::from_bits(magnitude << 13) * f32::from_bits((112 + 127) << 23);
    let special = f32::from_bits(0x7f80_0000 | (magnitude & 0x3ff) << 13); // ±∞ and NaN
    f32::from_bits(sign | if magnitude >= 0x7c00 { special } else { scaled }.to_bits())
}

/// To nearest, ties to even; beyond the range ±∞; NaN stays a quiet NaN.
#[inline(always)]
pub fn f16_from_f32(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 16 & 0x8000) as u16;
    let magnitude = bits & 0x7fff_ffff;
    let normal = (magnitude.wrapping_sub(112 << 23).wrapping_add(0xfff + (magnitude >> 13 & 1)) >> 13) as u16;
    // A float of exponent 2⁻¹ has steps of 2⁻²⁴, those of subnormal halves: adding it rounds to them.
    let subnormal = ((f32::from_bits(magnitude) + 0.5).to_bits() - 0.5f32.to_bits()) as u16;
    let rounded = if magnitude < 113 << 23 { subnormal } else { normal };
    let finite = if magnitude >= 0x477f_f000 { 0x7c00 } else { rounded }; // from 65520 on
    sign | if magnitude > 0x7f80_0000 { 0x7e00 } else { finite }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value that IEEE 754 gives f16 bits.
    fn half(bits: u16) -> f64 {
        let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
        let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 0x3ff));
        sign * match exponent {
            0 => fraction * 2f64.powi(-24),
            31 if fraction == 0.0 => f64::INFINITY,
            31 => f64::NAN,
            _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
        }
    }

    #[test]
    fn every_half_is_widened_and_narrowed_exactly() {
        for bits in 0..=u16::MAX {
            let (wide, value) = (f16_to_f32(bits), half(bits));
            assert!(f64::from(wide) == value || wide.is_nan() && value.is_nan(), "{bits:#x}");
            if !value.is_nan() {
                assert_eq!(f16_from_f32(wide), bits);
            }
        }
        assert_eq!(f16_from_f32(f32::NAN) & 0x7e00, 0x7e00);
    }

    #[test]
    fn numbers_between_halves_go_to_the_nearest_and_ties_to_even() {
        for bits in 0..0x7bffu16 {
            let (low, high) = (half(bits), half(bits + 1));
            let middle = (low + high) / 2.0;
            let even = if bits & 1 == 0 { bits } else { bits + 1 };
            assert_eq!(f16_from_f32(middle as f32), even, "between {bits:#x} and the next");
            assert_eq!(f16_from_f32((middle as f32).next_down()), bits);
            assert_eq!(f16_from_f32((middle as f32).next_up()), bits + 1);
        }
        assert_eq!(f16_from_f32(65519.0), 0x7bff);
        assert_eq!(f16_from_f32(65520.0), 0x7c00);
    }

    #[test]
    fn bf16_rounds_to_even() {
        assert_eq!(bf16_from_f32(1.0 + 1.0 / 256.0), 0x3f80);
        assert_eq!(bf16_from_f32(1.0 + 3.0 / 256.0), 0x3f82);
        assert!(bf16_to_f32(bf16_from_f32(f32::NAN)).is_nan());
        assert_eq!(bf16_to_f32(bf16_from_f32(f32::NEG_INFINITY)), f32::NEG_INFINITY);
    }
}

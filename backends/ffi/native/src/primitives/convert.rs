//! Conversions between element types.

use super::elementwise::Compute;
use crate::dtype::{DType, bf16_from_f32, bf16_to_f32, f16_from_f32, f16_to_f32};
use crate::memory::Block;

/// Calls `$body` with the slice of `$block` as the type of `$dtype`, and a function that widens its elements.
macro_rules! widened {
    ($block:expr, $dtype:expr, |$x:ident, $wide:ident| $body:expr) => {
        match $dtype {
            DType::F32 => {
                let ($x, $wide) = ($block.get::<f32>(), |x: f32| x);
                $body
            }
            DType::I32 => {
                let ($x, $wide) = ($block.get::<i32>(), |x: i32| x as f32);
                $body
            }
            DType::F16 => {
                let ($x, $wide) = ($block.get::<u16>(), f16_to_f32);
                $body
            }
            DType::Bf16 => {
                let ($x, $wide) = ($block.get::<u16>(), bf16_to_f32);
                $body
            }
        }
    };
}

/// y = x as another type. f32 becomes i32 without its fraction, saturated, and NaN 0; 16-bit floats are rounded to
/// nearest, ties to even.
pub fn convert(compute: &mut Compute<'_>, x: &Block, from: DType, y: &mut Block, to: DType) {
    if from == to {
        return y.get_mut::<u8>().copy_from_slice(x.get());
    }
    widened!(x, from, |x, wide| match to {
        DType::F32 => compute.map(x, y.get_mut::<f32>(), wide),
        DType::I32 => compute.map(x, y.get_mut::<i32>(), |x| wide(x) as i32),
        DType::F16 => compute.map(x, y.get_mut::<u16>(), |x| f16_from_f32(wide(x))),
        DType::Bf16 => compute.map(x, y.get_mut::<u16>(), |x| bf16_from_f32(wide(x))),
    });
}

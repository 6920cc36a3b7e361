//! The function applied to a tile while it is still in the first cache.

use crate::gelu::{Gelu, GeluTanh};
use crate::isa::{Isa, Kernel};
use crate::math::{Function, Tanh};
use crate::simd::Simd;

/// Activation of a linear layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// The sums as they are.
    #[default]
    None,
    /// max(x, 0); NaN stays.
    Relu,
    /// tanh x.
    Tanh,
    /// GELU with the error function.
    Gelu,
    /// GELU with tanh.
    GeluTanh,
}

#[derive(Clone, Copy)]
struct Relu;

impl Function for Relu {
    #[inline(always)]
    unsafe fn apply<S: Simd>(self, x: S::F) -> S::F {
        // SAFETY: the caller's promise.
        unsafe { S::select(S::less(x, S::splat(0.0)), S::splat(0.0), x) }
    }
}

/// A part of C.
pub(super) struct Target {
    /// First element.
    pub out: *mut f32,
    /// Elements from one row to the next.
    pub stride: usize,
    pub rows: usize,
    pub columns: usize,
}

/// Applies `activation` to a part of C.
///
/// # Safety
/// The elements may be read and written.
#[inline]
pub(super) unsafe fn apply(isa: Isa, activation: Activation, target: &Target) {
    if activation != Activation::None {
        isa.run(Apply(activation, target));
    }
}

struct Apply<'a>(Activation, &'a Target);

impl Kernel for Apply<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let Self(activation, target) = self;
        // SAFETY: `apply`, the only way here, promises that the elements may be read and written.
        unsafe {
            match activation {
                Activation::None => {}
                Activation::Relu => each::<S>(target, Relu),
                Activation::Tanh => each::<S>(target, Tanh),
                Activation::Gelu => each::<S>(target, Gelu),
                Activation::GeluTanh => each::<S>(target, GeluTanh),
            }
        }
    }
}

/// Replaces each x by `function(x)`.
#[inline(always)]
unsafe fn each<S: Simd>(target: &Target, function: impl Function) {
    for row in 0..target.rows {
        for column in (0..target.columns).step_by(S::LANES) {
            let count = S::LANES.min(target.columns - column);
            // SAFETY: inside of what the caller may read and write.
            unsafe {
                let at = target.out.add(row * target.stride + column);
                if count == S::LANES {
                    S::store(at, function.apply::<S>(S::load(at)));
                } else {
                    S::store_first(at, count, function.apply::<S>(S::load_first(at, count)));
                }
            }
        }
    }
}

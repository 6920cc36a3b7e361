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
struct Identity;

impl Function for Identity {
    #[inline(always)]
    unsafe fn apply<S: Simd>(self, x: S::F) -> S::F {
        x
    }
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
        // SAFETY: `apply`, the only way here, promises that the elements may be read and written.
        unsafe { self.0.of::<S>(self.1) }
    }
}

/// Elements that wait for a function.
pub(super) trait Elements {
    /// Replaces each x by `function(x)`.
    ///
    /// # Safety
    /// The machine has the instructions of S; what else, the type says.
    unsafe fn each<S: Simd>(self, function: impl Function);
}

impl Activation {
    /// Calls `each` with the function.
    ///
    /// # Safety
    /// As `each`.
    #[inline(always)]
    pub(super) unsafe fn of<S: Simd>(self, elements: impl Elements) {
        // SAFETY: the caller's promise.
        unsafe {
            match self {
                Activation::None => elements.each::<S>(Identity),
                Activation::Relu => elements.each::<S>(Relu),
                Activation::Tanh => elements.each::<S>(Tanh),
                Activation::Gelu => elements.each::<S>(Gelu),
                Activation::GeluTanh => elements.each::<S>(GeluTanh),
            }
        }
    }
}

impl Elements for &Target {
    #[inline(always)]
    unsafe fn each<S: Simd>(self, function: impl Function) {
        for row in 0..self.rows {
            for column in (0..self.columns).step_by(S::LANES) {
                let count = S::LANES.min(self.columns - column);
                // SAFETY: inside of what may be read and written.
                unsafe {
                    let at = self.out.add(row * self.stride + column);
                    if count == S::LANES {
                        S::store(at, function.apply::<S>(S::load(at)));
                    } else {
                        S::store_first(at, count, function.apply::<S>(S::load_first(at, count)));
                    }
                }
            }
        }
    }
}

//! The function applied to a tile while it is still in the first cache.

use super::tile::Tile;
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

/// Applies `activation` to the elements of C that `tile` has written.
///
/// # Safety
/// As [`super::tile()`].
#[inline]
pub(super) unsafe fn apply(isa: Isa, activation: Activation, tile: &Tile) {
    if activation != Activation::None {
        isa.run(Apply(activation, tile));
    }
}

struct Apply<'a>(Activation, &'a Tile);

impl Kernel for Apply<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let Self(activation, tile) = self;
        // SAFETY: `apply`, the only way here, promises that the tile may be read and written.
        unsafe {
            match activation {
                Activation::None => {}
                Activation::Relu => each::<S>(tile, Relu),
                Activation::Tanh => each::<S>(tile, Tanh),
                Activation::Gelu => each::<S>(tile, Gelu),
                Activation::GeluTanh => each::<S>(tile, GeluTanh),
            }
        }
    }
}

/// Replaces each x of a tile by `function(x)`.
#[inline(always)]
unsafe fn each<S: Simd>(tile: &Tile, function: impl Function) {
    for row in 0..tile.rows {
        for column in (0..tile.columns).step_by(S::LANES) {
            let count = S::LANES.min(tile.columns - column);
            // SAFETY: inside the tile, which the caller may read and write.
            unsafe {
                let at = tile.out.add(row * tile.out_stride + column);
                if count == S::LANES {
                    S::store(at, function.apply::<S>(S::load(at)));
                } else {
                    S::store_first(at, count, function.apply::<S>(S::load_first(at, count)));
                }
            }
        }
    }
}

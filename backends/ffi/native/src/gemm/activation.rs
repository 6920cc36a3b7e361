//! The function applied to a tile while it is still in the first cache.

use super::tile::Tile;
use crate::isa::{Isa, Kernel};
use crate::simd::Simd;

/// Activation of a linear layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// The sums as they are.
    #[default]
    None,
    /// max(x, 0); NaN stays.
    Relu,
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
                Activation::Relu => {
                    each::<S>(tile, |x| S::select(S::less(x, S::splat(0.0)), S::splat(0.0), x))
                }
            }
        }
    }
}

/// Replaces each x of a tile by `function(x)`.
#[inline(always)]
unsafe fn each<S: Simd>(tile: &Tile, function: impl Fn(S::F) -> S::F) {
    for row in 0..tile.rows {
        for column in (0..tile.columns).step_by(S::LANES) {
            let count = S::LANES.min(tile.columns - column);
            // SAFETY: inside the tile, which the caller may read and write.
            unsafe {
                let at = tile.out.add(row * tile.out_stride + column);
                if count == S::LANES {
                    S::store(at, function(S::load(at)));
                } else {
                    S::store_first(at, count, function(S::load_first(at, count)));
                }
            }
        }
    }
}

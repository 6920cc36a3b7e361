//! Softmax and dropout of a strip of scores, and their gradient.

use crate::isa::Kernel;
use crate::random::{Dropout, Stream, dropout_row, each_uniform};
use crate::rows::{Lanes, fold_row, map_row};
use crate::simd::Simd;
use crate::softmax::exp_row;

/// A strip of scores, `rows` lines of `keys` floats, `stride` apart.
pub(super) struct Strip<'a> {
    pub scores: &'a mut [f32],
    pub stride: usize,
    pub keys: usize,
    pub rows: usize,
    /// What to drop, and the row id of each query.
    pub dropout: Option<(Dropout, &'a [i32])>,
}

/// Turns scores into dropped exponentials: the weights but for the factor that is left in `factors` for each row.
pub(super) struct Exponentials<'a> {
    pub strip: Strip<'a>,
    pub factors: &'a mut [f32],
}

impl Kernel for Exponentials<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let Strip { scores, stride, keys, rows, dropout } = self.strip;
        for (row, factor) in self.factors[..rows].iter_mut().enumerate() {
            let line = scores[row * stride..][..keys].as_mut_ptr();
            // SAFETY: the line has `keys` elements.
            unsafe {
                *factor = 1.0 / exp_row::<S>(line, line, keys);
                if let Some((dropout, ids)) = dropout {
                    dropout_row::<S>(dropout, ids[row], line, line, keys);
                }
            }
        }
    }
}

/// y ← factor · y for each row.
pub(super) struct ScaleRows<'a> {
    pub y: *mut f32,
    pub stride: usize,
    pub size: usize,
    pub factors: &'a [f32],
}

impl Kernel for ScaleRows<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        for (row, &factor) in self.factors.iter().enumerate() {
            // SAFETY: whoever makes this says that `y` has as many rows as factors.
            unsafe {
                let y = self.y.add(row * self.stride);
                map_row!(S, self.size, |at, lanes| {
                    lanes.store::<S>(y.add(at), S::mul(lanes.load::<S>(y.add(at)), S::splat(factor)));
                });
            }
        }
    }
}

/// From scores and the gradient of the dropped weights: `strip` becomes the dropped weights, `gradient` that of the
/// scores, P ∘ (dP − Σ P·dP) with the gradient dP of the weights P before dropout.
pub(super) struct Gradients<'a> {
    pub strip: Strip<'a>,
    /// Lines of the same stride.
    pub gradient: &'a mut [f32],
}

impl Kernel for Gradients<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let Strip { scores, stride, keys, rows, dropout } = self.strip;
        for row in 0..rows {
            let p = scores[row * stride..][..keys].as_mut_ptr();
            let d = self.gradient[row * stride..][..keys].as_mut_ptr();
            // SAFETY: both lines have `keys` elements.
            unsafe {
                let inverse = S::splat(1.0 / exp_row::<S>(p, p, keys));
                match dropout {
                    None => plain::<S>(p, d, keys, inverse),
                    Some((dropout, ids)) => dropped::<S>(p, d, keys, inverse, dropout, ids[row]),
                }
            }
        }
    }
}

/// Without dropout; the line p holds exponentials, `inverse` one over their sum.
#[inline(always)]
unsafe fn plain<S: Simd>(p: *mut f32, d: *mut f32, keys: usize, inverse: S::F) {
    // SAFETY: the caller's promise that both lines have `keys` elements.
    unsafe {
        let sum = fold_row!(S, keys, 0.0, S::add, |at, lanes| {
            let weight = S::mul(lanes.load::<S>(p.add(at)), inverse);
            lanes.store::<S>(p.add(at), weight);
            S::mul(weight, lanes.load::<S>(d.add(at)))
        });
        let sum = S::splat(S::sum(sum));
        map_row!(S, keys, |at, lanes| {
            let centred = S::sub(lanes.load::<S>(d.add(at)), sum);
            lanes.store::<S>(d.add(at), S::mul(lanes.load::<S>(p.add(at)), centred));
        });
    }
}

/// With dropout. The mask is drawn once: a weight that is dropped is kept as its negative until the second pass.
#[inline(always)]
unsafe fn dropped<S: Simd>(p: *mut f32, d: *mut f32, keys: usize, inverse: S::F, dropout: Dropout, id: i32) {
    // SAFETY: the caller's promise that both lines have `keys` elements.
    unsafe {
        let stream = Stream::<S>::new(dropout.key, id);
        let (threshold, scale, zero) = (S::splat(dropout.threshold), S::splat(dropout.scale), S::splat(0.0));
        let mut sum = zero;
        each_uniform!(S, stream, keys, |at, lanes, uniform| {
            let drop = S::less(uniform, threshold);
            let weight = S::mul(lanes.load::<S>(p.add(at)), inverse);
            let gradient = S::mul(lanes.load::<S>(d.add(at)), S::select(drop, zero, scale));
            lanes.store::<S>(p.add(at), S::select(drop, S::sub(zero, weight), weight));
            lanes.store::<S>(d.add(at), gradient);
            sum = S::fma(weight, gradient, sum);
        });
        let sum = S::splat(S::sum(sum));
        map_row!(S, keys, |at, lanes| {
            let signed = lanes.load::<S>(p.add(at));
            let centred = S::sub(lanes.load::<S>(d.add(at)), sum);
            lanes.store::<S>(d.add(at), S::mul(S::abs(signed), centred));
            let kept = S::select(S::less(signed, zero), zero, signed);
            lanes.store::<S>(p.add(at), S::mul(kept, scale));
        });
    }
}

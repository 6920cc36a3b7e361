//! Softmax of each row, and its gradient.

use crate::isa::{Isa, Kernel};
use crate::math::exp;
use crate::rows::{Lanes, fold_row, map_row};
use crate::simd::Simd;
use crate::split::{Parts, elements, for_rows, row_count};
use crate::threads::Threads;

/// y = softmax(x) over rows of `size`, after subtracting the row's maximum; a row of all −∞ gives NaN.
///
/// # Panics
/// If the lengths differ or are not whole rows.
pub fn softmax(isa: Isa, threads: &mut Threads, x: &[f32], size: usize, y: &mut [f32]) {
    assert_eq!(x.len(), y.len());
    let parts = Parts::new(y);
    for_rows(threads, row_count(x.len(), size), size, &|rows| {
        let range = elements(&rows, size);
        // SAFETY: ranges are disjoint.
        let y = unsafe { parts.part(range.clone()) };
        isa.run(Forward { x: &x[range], size, y });
    });
}

/// dx = y · (dy − Σ dy·y) over rows of `size`.
///
/// # Panics
/// If the lengths differ or are not whole rows.
pub fn softmax_grad(isa: Isa, threads: &mut Threads, dy: &[f32], y: &[f32], size: usize, dx: &mut [f32]) {
    assert!(dy.len() == dx.len() && y.len() == dx.len());
    let parts = Parts::new(dx);
    for_rows(threads, row_count(y.len(), size), size, &|rows| {
        let range = elements(&rows, size);
        // SAFETY: ranges are disjoint.
        let dx = unsafe { parts.part(range.clone()) };
        isa.run(Backward { dy: &dy[range.clone()], y: &y[range], size, dx });
    });
}

struct Forward<'a> {
    x: &'a [f32],
    size: usize,
    y: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        for start in (0..self.x.len()).step_by(self.size) {
            // SAFETY: both slices consist of rows of `size`.
            unsafe {
                let y = self.y.as_mut_ptr().add(start);
                let sum = exp_row::<S>(self.x.as_ptr().add(start), y, self.size);
                let inverse = S::splat(1.0 / sum);
                map_row!(S, self.size, |at, lanes| {
                    lanes.store::<S>(y.add(at), S::mul(lanes.load::<S>(y.add(at)), inverse));
                });
            }
        }
    }
}

/// y = eˣ⁻ᵐᵃˣ for the `size` elements at `x`; returns their sum. `x` and `y` may be the same row.
///
/// # Safety
/// Both rows have `size` elements, and the machine has the instructions of `S`.
#[inline(always)]
pub unsafe fn exp_row<S: Simd>(x: *const f32, y: *mut f32, size: usize) -> f32 {
    // SAFETY: the caller's promise.
    unsafe {
        let max = fold_row!(S, size, f32::NEG_INFINITY, S::max, |at, lanes| lanes.load::<S>(x.add(at)));
        let max = S::splat(S::largest(max));
        let sum = fold_row!(S, size, 0.0, S::add, |at, lanes| {
            let value = exp::<S>(S::sub(lanes.load::<S>(x.add(at)), max));
            lanes.store::<S>(y.add(at), value);
            value
        });
        S::sum(sum)
    }
}

struct Backward<'a> {
    dy: &'a [f32],
    y: &'a [f32],
    size: usize,
    dx: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        for start in (0..self.y.len()).step_by(self.size) {
            // SAFETY: the three slices consist of rows of `size`.
            unsafe {
                let (dy, y) = (self.dy.as_ptr().add(start), self.y.as_ptr().add(start));
                let dx = self.dx.as_mut_ptr().add(start);
                let product = fold_row!(S, self.size, 0.0, S::add, |at, lanes| {
                    S::mul(lanes.load::<S>(dy.add(at)), lanes.load::<S>(y.add(at)))
                });
                let product = S::splat(S::sum(product));
                map_row!(S, self.size, |at, lanes| {
                    let centred = S::sub(lanes.load::<S>(dy.add(at)), product);
                    lanes.store::<S>(dx.add(at), S::mul(lanes.load::<S>(y.add(at)), centred));
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_close, noise};

    const SIZES: [usize; 8] = [1, 3, 4, 15, 16, 17, 67, 515];

    fn softmax64(row: &[f32]) -> Vec<f64> {
        let max = row.iter().fold(f64::NEG_INFINITY, |m, &x| m.max(x.into()));
        let e: Vec<f64> = row.iter().map(|&x| (f64::from(x) - max).exp()).collect();
        let sum: f64 = e.iter().sum();
        e.into_iter().map(|e| e / sum).collect()
    }

    fn forward(isa: Isa, x: &[f32], size: usize) -> Vec<f32> {
        let mut y = vec![0.0; x.len()];
        softmax(isa, &mut Threads::new(2), x, size, &mut y);
        y
    }

    #[test]
    fn rows_agree_with_the_formula() {
        for (isa, size) in Isa::available().into_iter().flat_map(|isa| SIZES.map(|size| (isa, size))) {
            let x: Vec<f32> = noise(3, 40 * size).into_iter().map(|x| 20.0 * x).collect();
            let expected: Vec<f64> = x.chunks(size).flat_map(softmax64).collect();
            assert_close(&format!("{} {size}", isa.name()), &forward(isa, &x, size), &expected, 5e-7);
        }
    }

    #[test]
    fn gradients_agree_with_the_formula() {
        for (isa, size) in Isa::available().into_iter().flat_map(|isa| SIZES.map(|size| (isa, size))) {
            let (dy, y) = (noise(4, 40 * size), noise(5, 40 * size));
            let mut dx = vec![0.0; y.len()];
            softmax_grad(isa, &mut Threads::new(2), &dy, &y, size, &mut dx);
            let expected: Vec<f64> = (dy.chunks(size).zip(y.chunks(size)))
                .flat_map(|(dy, y)| {
                    let product: f64 = dy.iter().zip(y).map(|(&d, &y)| f64::from(d) * f64::from(y)).sum();
                    dy.iter().zip(y).map(move |(&d, &y)| f64::from(y) * (f64::from(d) - product))
                })
                .collect();
            assert_close(&format!("{} {size}", isa.name()), &dx, &expected, 1e-5);
        }
    }

    #[test]
    fn a_masked_element_is_zero_and_a_row_of_them_nan() {
        let low = f32::NEG_INFINITY;
        for isa in Isa::available() {
            assert_eq!(forward(isa, &[low, 1.0, low, 1.0], 4), [0.0, 0.5, 0.0, 0.5]);
            assert!(forward(isa, &[low; 5], 5).iter().all(|y| y.is_nan()));
            assert!(forward(isa, &[0.0, f32::NAN, 1.0], 3).iter().all(|y| y.is_nan()));
            assert!(forward(isa, &[], 7).is_empty());
        }
    }
}

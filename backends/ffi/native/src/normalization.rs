//! Layer normalisation of each row (Ba et al. 2016).

use crate::isa::{Isa, Kernel};
use crate::rows::{Lanes, fold_row, map_row};
use crate::simd::Simd;
use crate::split::{Parts, elements, for_rows, row_count};
use crate::threads::Threads;

/// What rows are normalised with.
#[derive(Clone, Copy)]
pub struct LayerNorm<'a> {
    /// Elements of a row.
    pub size: usize,
    /// Added to the variance.
    pub eps: f32,
    /// One row that multiplies each.
    pub weight: Option<&'a [f32]>,
    /// One row that is added to each.
    pub bias: Option<&'a [f32]>,
}

/// y = (x − mean) / √(variance + eps) · weight + bias, row by row, with the biased variance.
///
/// # Panics
/// If the lengths do not fit each other.
pub fn layer_norm(isa: Isa, threads: &mut Threads, norm: LayerNorm<'_>, x: &[f32], y: &mut [f32]) {
    assert_eq!(x.len(), y.len());
    let LayerNorm { size, weight, bias, .. } = norm;
    assert!([weight, bias].into_iter().flatten().all(|affine| affine.len() == size));
    let parts = Parts::new(y);
    for_rows(threads, row_count(x.len(), size), size, &|rows| {
        let range = elements(&rows, size);
        // SAFETY: ranges are disjoint.
        let y = unsafe { parts.part(range.clone()) };
        isa.run(Forward { norm, x: &x[range], y });
    });
}

struct Forward<'a> {
    norm: LayerNorm<'a>,
    x: &'a [f32],
    y: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let LayerNorm { size, eps, weight, bias } = self.norm;
        for start in (0..self.x.len()).step_by(size) {
            // SAFETY: `x` and `y` consist of rows of `size`, `weight` and `bias` are one.
            unsafe {
                let x = self.x.as_ptr().add(start);
                let y = self.y.as_mut_ptr().add(start);
                let (mean, rstd) = moments::<S>(x, size, eps);
                let (mean, rstd) = (S::splat(mean), S::splat(rstd));
                map_row!(S, size, |at, lanes| {
                    let mut value = S::mul(S::sub(lanes.load::<S>(x.add(at)), mean), rstd);
                    if let Some(weight) = weight {
                        value = S::mul(value, lanes.load::<S>(weight.as_ptr().add(at)));
                    }
                    if let Some(bias) = bias {
                        value = S::add(value, lanes.load::<S>(bias.as_ptr().add(at)));
                    }
                    lanes.store::<S>(y.add(at), value);
                });
            }
        }
    }
}

/// Mean and 1 / √(variance + eps) of a row; the variance in a second pass, so that it cannot cancel, and the mean as a
/// distance from the first element, so that a sum of large numbers does not round it.
///
/// # Safety
/// The row has `size` ≥ 1 elements, and the machine has the instructions of `S`.
#[inline(always)]
pub(crate) unsafe fn moments<S: Simd>(x: *const f32, size: usize, eps: f32) -> (f32, f32) {
    // SAFETY: the caller's promise.
    unsafe {
        let first = S::splat(*x);
        let sum = fold_row!(S, size, 0.0, S::add, |at, lanes| S::sub(lanes.load::<S>(x.add(at)), first));
        let mean = *x + S::sum(sum) / size as f32;
        let centre = S::splat(mean);
        let squares = fold_row!(S, size, 0.0, S::add, |at, lanes| {
            let centred = S::sub(lanes.load::<S>(x.add(at)), centre);
            S::mul(centred, centred)
        });
        (mean, 1.0 / (S::sum(squares) / size as f32 + eps).sqrt())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::testing::{assert_close, noise};

    pub const SIZES: [usize; 7] = [1, 5, 16, 19, 64, 130, 768];
    pub const EPS: f32 = 1e-5;

    /// (x − mean) · rstd of each element, and rstd of each row.
    pub fn normalised(x: &[f32], size: usize) -> (Vec<f64>, Vec<f64>) {
        let (mut values, mut rstds) = (Vec::new(), Vec::new());
        for row in x.chunks(size) {
            let count = size as f64;
            let mean = row.iter().map(|&x| f64::from(x)).sum::<f64>() / count;
            let variance = row.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / count;
            let rstd = 1.0 / (variance + f64::from(EPS)).sqrt();
            values.extend(row.iter().map(|&x| (f64::from(x) - mean) * rstd));
            rstds.push(rstd);
        }
        (values, rstds)
    }

    #[test]
    fn rows_agree_with_the_formula() {
        for (isa, size) in Isa::available().into_iter().flat_map(|isa| SIZES.map(|size| (isa, size))) {
            let x: Vec<f32> = noise(1, 33 * size).into_iter().map(|x| 3.0 * x + 2.0).collect();
            let (weight, bias) = (noise(2, size), noise(3, size));
            let (mut expected, _) = normalised(&x, size);
            let name = format!("{} {size}", isa.name());
            let threads = &mut Threads::new(2);
            let mut y = vec![0.0; x.len()];
            layer_norm(isa, threads, LayerNorm { size, eps: EPS, weight: None, bias: None }, &x, &mut y);
            assert_close(&name, &y, &expected, 5e-6);
            for (i, value) in expected.iter_mut().enumerate() {
                *value = *value * f64::from(weight[i % size]) + f64::from(bias[i % size]);
            }
            let norm = LayerNorm { size, eps: EPS, weight: Some(&weight), bias: Some(&bias) };
            layer_norm(isa, threads, norm, &x, &mut y);
            assert_close(&name, &y, &expected, 5e-6);
        }
    }

    #[test]
    fn a_constant_row_becomes_the_bias() {
        for isa in Isa::available() {
            let mut y = vec![9.0; 37];
            let norm = LayerNorm { size: 37, eps: EPS, weight: None, bias: Some(&[0.5; 37]) };
            layer_norm(isa, &mut Threads::new(1), norm, &[4.0; 37], &mut y);
            assert_eq!(y, vec![0.5; 37]);
        }
    }
}

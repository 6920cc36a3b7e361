//! Gradients of layer normalisation.

use crate::isa::{Isa, Kernel};
use crate::normalization::{LayerNorm, moments};
use crate::rows::{Lanes, fold_row, map_row};
use crate::simd::Simd;
use crate::split::{Parts, elements, for_rows, row_count};
use crate::threads::Threads;

/// Rows whose contributions to dweight and dbias are summed first, so that threads share the rows and the order of
/// summation is the same for any number of them.
const CHUNK: usize = 32;

/// Where the gradients go; those that are absent are not computed.
#[derive(Default)]
pub struct LayerNormGradients<'a> {
    /// Of x, as long as x.
    pub x: Option<&'a mut [f32]>,
    /// Of the weight, one row.
    pub weight: Option<&'a mut [f32]>,
    /// Of the bias, one row.
    pub bias: Option<&'a mut [f32]>,
}

/// Floats of scratch memory that [`layer_norm_grad`] needs for `rows` rows.
pub fn layer_norm_grad_scratch(rows: usize, size: usize) -> usize {
    2 * rows.div_ceil(CHUNK) * size
}

/// With g = dy · weight and x̂ = (x − mean) · rstd: dx = rstd · (g − mean(g) − x̂ · mean(g · x̂)), dweight = Σ dy · x̂
/// and dbias = Σ dy over the rows. The bias itself does
/// not matter.
///
/// # Panics
/// If the lengths do not fit each other or `scratch` is shorter than [`layer_norm_grad_scratch`] says.
pub fn layer_norm_grad(
    isa: Isa,
    threads: &mut Threads,
    norm: LayerNorm<'_>,
    dy: &[f32],
    x: &[f32],
    gradients: LayerNormGradients<'_>,
    scratch: &mut [f32],
) {
    assert_eq!(x.len(), dy.len());
    let LayerNorm { size, weight, .. } = norm;
    assert!(weight.is_none_or(|weight| weight.len() == size));
    assert!(gradients.x.as_ref().is_none_or(|dx| dx.len() == x.len()));
    let rows = row_count(x.len(), size);
    let partial = Parts::new(&mut scratch[..layer_norm_grad_scratch(rows, size)]);
    let wants_sums = gradients.weight.is_some() || gradients.bias.is_some();
    let dx = gradients.x.map(Parts::new);
    threads.run(rows.div_ceil(CHUNK), &|chunk, _| {
        let range = elements(&(chunk * CHUNK..((chunk + 1) * CHUNK).min(rows)), size);
        // SAFETY: each chunk has rows and sums of its own.
        let (dx, sums) = unsafe {
            (
                dx.as_ref().map(|dx| dx.part(range.clone())),
                partial.part(elements(&(2 * chunk..2 * chunk + 2), size)),
            )
        };
        let sums = wants_sums.then(|| sums.split_at_mut(size));
        isa.run(Backward { dy: &dy[range.clone()], x: &x[range], norm, dx, sums });
    });
    for (row, target) in [gradients.weight, gradients.bias].into_iter().enumerate() {
        if let Some(target) = target {
            assert_eq!(target.len(), size);
            sum_chunks(isa, threads, scratch, row, rows.div_ceil(CHUNK), target);
        }
    }
}

/// target = the sum of row `row` of each chunk's two, chunk after chunk.
fn sum_chunks(
    isa: Isa,
    threads: &mut Threads,
    scratch: &[f32],
    row: usize,
    chunks: usize,
    target: &mut [f32],
) {
    let size = target.len();
    let target = Parts::new(target);
    for_rows(threads, size, chunks, &|columns| {
        // SAFETY: ranges are disjoint.
        let target = unsafe { target.part(columns.clone()) };
        target.fill(0.0);
        for chunk in 0..chunks {
            let from = (2 * chunk + row) * size;
            isa.run(Add { x: &scratch[from + columns.start..from + columns.end], to: target });
        }
    });
}

struct Add<'a> {
    x: &'a [f32],
    to: &'a mut [f32],
}

impl Kernel for Add<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let (x, to) = (self.x.as_ptr(), self.to.as_mut_ptr());
        // SAFETY: both slices have the elements that are visited.
        unsafe {
            map_row!(S, self.to.len(), |at, lanes| {
                lanes.store::<S>(to.add(at), S::add(lanes.load::<S>(to.add(at)), lanes.load::<S>(x.add(at))));
            });
        }
    }
}

struct Backward<'a> {
    dy: &'a [f32],
    x: &'a [f32],
    norm: LayerNorm<'a>,
    dx: Option<&'a mut [f32]>,
    /// Of dy · x̂ and of dy over these rows.
    sums: Option<(&'a mut [f32], &'a mut [f32])>,
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(mut self) {
        let LayerNorm { size, eps, weight, .. } = self.norm;
        if let Some((dweight, dbias)) = &mut self.sums {
            dweight.fill(0.0);
            dbias.fill(0.0);
        }
        for start in (0..self.x.len()).step_by(size) {
            // SAFETY: `dy`, `x` and `dx` consist of rows of `size`; `weight` and the sums are one.
            unsafe {
                let (dy, x) = (self.dy.as_ptr().add(start), self.x.as_ptr().add(start));
                let (mean, rstd) = moments::<S>(x, size, eps);
                let (mean, rstd) = (S::splat(mean), S::splat(rstd));
                if let Some((dweight, dbias)) = &mut self.sums {
                    let (dweight, dbias) = (dweight.as_mut_ptr(), dbias.as_mut_ptr());
                    map_row!(S, size, |at, lanes| {
                        let g = lanes.load::<S>(dy.add(at));
                        let normalised = S::mul(S::sub(lanes.load::<S>(x.add(at)), mean), rstd);
                        let (w, b) = (dweight.add(at), dbias.add(at));
                        lanes.store::<S>(w, S::fma(g, normalised, lanes.load::<S>(w)));
                        lanes.store::<S>(b, S::add(g, lanes.load::<S>(b)));
                    });
                }
                if let Some(dx) = &mut self.dx {
                    let row = Row { dy, x, weight: weight.map(<[f32]>::as_ptr), size };
                    row.gradient::<S>(mean, rstd, dx.as_mut_ptr().add(start));
                }
            }
        }
    }
}

/// A row of dy and x, and the weight.
struct Row {
    dy: *const f32,
    x: *const f32,
    weight: Option<*const f32>,
    size: usize,
}

impl Row {
    /// Writes dx.
    ///
    /// # Safety
    /// All rows have `size` elements, and the machine has the instructions of `S`.
    #[inline(always)]
    unsafe fn gradient<S: Simd>(&self, mean: S::F, rstd: S::F, dx: *mut f32) {
        let &Row { x, size, .. } = self;
        // SAFETY: the caller's promise.
        unsafe {
            let inverse = 1.0 / size as f32;
            let sum = fold_row!(S, size, 0.0, S::add, |at, lanes| self.weighted::<S, _>(at, lanes));
            let mean_g = S::splat(S::sum(sum) * inverse);
            let product = fold_row!(S, size, 0.0, S::add, |at, lanes| {
                let normalised = S::mul(S::sub(lanes.load::<S>(x.add(at)), mean), rstd);
                S::mul(self.weighted::<S, _>(at, lanes), normalised)
            });
            let mean_gx = S::splat(S::sum(product) * inverse);
            map_row!(S, size, |at, lanes| {
                let normalised = S::mul(S::sub(lanes.load::<S>(x.add(at)), mean), rstd);
                let centred = S::sub(self.weighted::<S, _>(at, lanes), mean_g);
                let value = S::mul(S::sub(centred, S::mul(normalised, mean_gx)), rstd);
                lanes.store::<S>(dx.add(at), value);
            });
        }
    }

    /// dy · weight.
    ///
    /// # Safety
    /// As above, and `at` lies within the row.
    #[inline(always)]
    unsafe fn weighted<S: Simd, L: Lanes>(&self, at: usize, lanes: L) -> S::F {
        // SAFETY: the caller's promise.
        unsafe {
            let dy = lanes.load::<S>(self.dy.add(at));
            match self.weight {
                Some(weight) => S::mul(dy, lanes.load::<S>(weight.add(at))),
                None => dy,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalization::tests::{EPS, SIZES, normalised};
    use crate::testing::{assert_close, noise};

    const ROWS: usize = 71;

    struct Case {
        dy: Vec<f32>,
        x: Vec<f32>,
        weight: Vec<f32>,
    }

    fn case(size: usize) -> Case {
        let x = noise(1, ROWS * size).into_iter().map(|x| 3.0 * x + 2.0).collect();
        Case { dy: noise(2, ROWS * size), x, weight: noise(3, size) }
    }

    /// dx, dweight and dbias.
    fn gradients(isa: Isa, count: usize, case: &Case, weight: Option<&[f32]>) -> [Vec<f32>; 3] {
        let size = case.weight.len();
        let mut results = [vec![0.0; case.x.len()], vec![0.0; size], vec![0.0; size]];
        let [dx, dweight, dbias] = &mut results;
        let targets = LayerNormGradients { x: Some(dx), weight: Some(dweight), bias: Some(dbias) };
        let mut scratch = vec![f32::NAN; layer_norm_grad_scratch(ROWS, size)];
        let threads = &mut Threads::new(count);
        let norm = LayerNorm { size, eps: EPS, weight, bias: None };
        layer_norm_grad(isa, threads, norm, &case.dy, &case.x, targets, &mut scratch);
        results
    }

    #[test]
    fn gradients_agree_with_the_formulas() {
        for (isa, size) in Isa::available().into_iter().flat_map(|isa| SIZES.map(|size| (isa, size))) {
            let case = case(size);
            let (normalised, rstds) = normalised(&case.x, size);
            for weight in [None, Some(case.weight.as_slice())] {
                let mut expected = [vec![0.0; case.x.len()], vec![0.0; size], vec![0.0; size]];
                for (r, rstd) in rstds.iter().enumerate() {
                    let g =
                        |c: usize| f64::from(case.dy[r * size + c]) * weight.map_or(1.0, |w| f64::from(w[c]));
                    let n = |c: usize| normalised[r * size + c];
                    let mean_g = (0..size).map(g).sum::<f64>() / size as f64;
                    let mean_gn = (0..size).map(|c| g(c) * n(c)).sum::<f64>() / size as f64;
                    for c in 0..size {
                        expected[0][r * size + c] = rstd * (g(c) - mean_g - n(c) * mean_gn);
                        expected[1][c] += f64::from(case.dy[r * size + c]) * n(c);
                        expected[2][c] += f64::from(case.dy[r * size + c]);
                    }
                }
                // A row of one element is all rounding error, multiplied by 1 / √eps.
                let allowed = if size == 1 { 1e-3 } else { 2e-5 };
                for (got, expected) in gradients(isa, 2, &case, weight).iter().zip(&expected) {
                    assert_close(&format!("{} {size}", isa.name()), got, expected, allowed);
                }
            }
        }
    }

    #[test]
    fn the_number_of_threads_leaves_the_bits_alone() {
        for isa in Isa::available() {
            let case = case(130);
            assert_eq!(gradients(isa, 1, &case, None), gradients(isa, 3, &case, None));
        }
    }

    #[test]
    fn the_sums_alone_can_be_wanted() {
        for isa in Isa::available() {
            let case = case(19);
            let mut dbias = vec![0.0; 19];
            let targets = LayerNormGradients { bias: Some(&mut dbias), ..Default::default() };
            let mut scratch = vec![0.0; layer_norm_grad_scratch(ROWS, 19)];
            let norm = LayerNorm { size: 19, eps: EPS, weight: None, bias: None };
            layer_norm_grad(isa, &mut Threads::new(2), norm, &case.dy, &case.x, targets, &mut scratch);
            assert_eq!(dbias, gradients(isa, 1, &case, None)[2]);
        }
    }
}

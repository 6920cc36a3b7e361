//! AdamW and the sum of squares that clipping needs.

use crate::isa::{Isa, Kernel};
use crate::rows::{Lanes, fold_row, map_row};
use crate::simd::Simd;
use crate::split::{Parts, elements, for_rows, row_count};
use crate::threads::Threads;
use std::ops::Range;

/// Elements whose squares are summed in f32, before sums are added up in f64.
const BLOCK: usize = 1 << 15;

/// Coefficients of one step of one parameter (Loshchilov & Hutter 2019):
/// p ← p · decay − rate · m / (√(v · correction2) + eps).
#[derive(Clone, Copy, Debug)]
pub struct AdamW {
    beta1: f32,
    rest1: f32,
    beta2: f32,
    rest2: f32,
    decay: f32,
    rate: f32,
    correction2: f32,
    eps: f32,
    grad_scale: f32,
}

/// What a user says about a step.
#[derive(Clone, Copy, Debug)]
pub struct AdamWOptions {
    /// Decay of the mean of gradients.
    pub beta1: f64,
    /// Decay of the mean of their squares.
    pub beta2: f64,
    /// Added to the denominator.
    pub eps: f64,
    /// 1 for the first step.
    pub step: f64,
    /// Per step.
    pub learning_rate: f64,
    /// Part of the parameter that a step takes away, times the learning rate.
    pub weight_decay: f64,
    /// Multiplies each gradient.
    pub grad_scale: f32,
}

impl AdamW {
    /// Coefficients from f64, so that 1 − β has all its bits.
    pub fn new(options: AdamWOptions) -> Self {
        let AdamWOptions { beta1, beta2, eps, step, learning_rate, weight_decay, grad_scale } = options;
        Self {
            beta1: beta1 as f32,
            rest1: (1.0 - beta1) as f32,
            beta2: beta2 as f32,
            rest2: (1.0 - beta2) as f32,
            decay: (1.0 - learning_rate * weight_decay) as f32,
            rate: (learning_rate / (1.0 - beta1.powf(step))) as f32,
            correction2: (1.0 / (1.0 - beta2.powf(step))) as f32,
            eps: eps as f32,
            grad_scale,
        }
    }
}

/// A parameter and its moments, written in place.
pub struct Moments<'a> {
    /// The parameter.
    pub param: &'a mut [f32],
    /// Mean of gradients.
    pub m: &'a mut [f32],
    /// Mean of their squares.
    pub v: &'a mut [f32],
}

/// One step in one pass over the parameter.
///
/// # Panics
/// If the lengths differ.
pub fn adamw(isa: Isa, threads: &mut Threads, step: AdamW, moments: Moments<'_>, grad: &[f32]) {
    let length = moments.param.len();
    assert_eq!(grad.len(), length);
    let parts = MomentParts::new(moments);
    for_rows(threads, length, 1, &|range| {
        // SAFETY: ranges are disjoint.
        let moments = unsafe { parts.part(range.clone()) };
        isa.run(Step { step, moments, grad: Some(&grad[range]) });
    });
}

/// Gradient of a matrix most of whose rows have none.
#[derive(Clone, Copy)]
pub struct RowGradient<'a> {
    /// Rows that have one, ascending.
    pub ids: &'a [u32],
    /// [ids.len(), width].
    pub values: &'a [f32],
    /// Elements of a row.
    pub width: usize,
}

/// The same for a parameter of which only some rows have a gradient. That of the others is 0: the result has the bits
/// of [`adamw`] with the whole gradient.
///
/// # Panics
/// If the lengths do not fit, or an id is not that of a row.
pub fn adamw_rows(isa: Isa, threads: &mut Threads, step: AdamW, moments: Moments<'_>, grad: RowGradient<'_>) {
    let RowGradient { ids, values, width } = grad;
    let rows = row_count(moments.param.len(), width);
    assert_eq!(values.len(), ids.len() * width);
    assert!(ids.is_sorted_by(|a, b| a < b) && ids.last().is_none_or(|&id| (id as usize) < rows));
    let parts = MomentParts::new(moments);
    for_rows(threads, rows, width, &|range| {
        let mut next = ids.partition_point(|&id| (id as usize) < range.start);
        for row in range {
            // SAFETY: rows are disjoint.
            let moments = unsafe { parts.part(elements(&(row..row + 1), width)) };
            let found = ids.get(next).is_some_and(|&id| id as usize == row);
            let grad = found.then(|| &values[elements(&(next..next + 1), width)]);
            next += usize::from(found);
            isa.run(Step { step, moments, grad });
        }
    });
}

/// [`Moments`] shared among threads.
struct MomentParts<'a>([Parts<'a, f32>; 3]);

impl<'a> MomentParts<'a> {
    fn new(Moments { param, m, v }: Moments<'a>) -> Self {
        assert!(m.len() == param.len() && v.len() == param.len());
        Self([param, m, v].map(Parts::new))
    }

    /// # Safety
    /// No element is part of two results that live at the same time.
    unsafe fn part(&self, range: Range<usize>) -> Moments<'a> {
        // SAFETY: the caller's promise.
        let [param, m, v] = self.0.each_ref().map(|parts| unsafe { parts.part(range.clone()) });
        Moments { param, m, v }
    }
}

struct Step<'a> {
    step: AdamW,
    moments: Moments<'a>,
    /// None is 0.
    grad: Option<&'a [f32]>,
}

impl Kernel for Step<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let (step, Moments { param, m, v }) = (self.step, self.moments);
        let size = param.len();
        let (param, m, v) = (param.as_mut_ptr(), m.as_mut_ptr(), v.as_mut_ptr());
        // SAFETY: all four slices have `size` elements.
        unsafe {
            let (beta1, rest1) = (S::splat(step.beta1), S::splat(step.rest1));
            let (beta2, rest2) = (S::splat(step.beta2), S::splat(step.rest2));
            let (decay, rate) = (S::splat(step.decay), S::splat(step.rate));
            let (correction2, eps) = (S::splat(step.correction2), S::splat(step.eps));
            map_row!(S, size, |at, lanes| {
                let g = match self.grad {
                    Some(grad) => S::mul(lanes.load::<S>(grad.as_ptr().add(at)), S::splat(step.grad_scale)),
                    None => S::splat(0.0),
                };
                let mean = S::fma(lanes.load::<S>(m.add(at)), beta1, S::mul(g, rest1));
                let square = S::fma(lanes.load::<S>(v.add(at)), beta2, S::mul(S::mul(g, g), rest2));
                lanes.store::<S>(m.add(at), mean);
                lanes.store::<S>(v.add(at), square);
                let scale = S::add(S::sqrt(S::mul(square, correction2)), eps);
                let update = S::div(S::mul(mean, rate), scale);
                let decayed = S::mul(lanes.load::<S>(param.add(at)), decay);
                lanes.store::<S>(param.add(at), S::sub(decayed, update));
            });
        }
    }
}

/// The sum of squares of each of `xs`: blocks in f32, their sums in f64.
pub fn sum_squares(isa: Isa, threads: &mut Threads, xs: &[&[f32]]) -> Vec<f32> {
    let blocks: Vec<&[f32]> = xs.iter().flat_map(|x| x.chunks(BLOCK)).collect();
    let mut sums = vec![0f32; blocks.len()];
    let parts = Parts::new(&mut sums);
    threads.run(blocks.len(), &|unit, _| {
        // SAFETY: each unit has a sum of its own.
        let sum = unsafe { parts.part(unit..unit + 1) };
        sum[0] = isa.run(Squares(blocks[unit]));
    });
    let mut sums = sums.into_iter().map(f64::from);
    xs.iter().map(|x| sums.by_ref().take(x.len().div_ceil(BLOCK)).sum::<f64>() as f32).collect()
}

struct Squares<'a>(&'a [f32]);

impl Kernel for Squares<'_> {
    type Output = f32;

    #[inline(always)]
    unsafe fn run<S: Simd>(self) -> f32 {
        let x = self.0.as_ptr();
        // SAFETY: the slice has the elements that are visited.
        unsafe {
            let sum = fold_row!(S, self.0.len(), 0.0, S::add, |at, lanes| {
                let x = lanes.load::<S>(x.add(at));
                S::mul(x, x)
            });
            S::sum(sum)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_close, noise};

    const OPTIONS: AdamWOptions = AdamWOptions {
        beta1: 0.9,
        beta2: 0.999,
        eps: 1e-8,
        step: 3.0,
        learning_rate: 1e-2,
        weight_decay: 0.1,
        grad_scale: 0.5,
    };

    #[derive(Clone, PartialEq, Debug)]
    struct State {
        param: Vec<f32>,
        m: Vec<f32>,
        v: Vec<f32>,
    }

    impl State {
        fn new(size: usize) -> Self {
            let v = noise(3, size).into_iter().map(|v| v * v).collect();
            Self { param: noise(1, size), m: noise(2, size), v }
        }

        fn moments(&mut self) -> Moments<'_> {
            Moments { param: &mut self.param, m: &mut self.m, v: &mut self.v }
        }
    }

    /// Parameter and moments after a step, in f64.
    fn formula(before: &State, grad: &[f32]) -> [Vec<f64>; 3] {
        let o = OPTIONS;
        let mut after = [Vec::new(), Vec::new(), Vec::new()];
        for (i, &g) in grad.iter().enumerate() {
            let [p, m, v] = [&before.param, &before.m, &before.v].map(|x| f64::from(x[i]));
            let g = f64::from(g) * f64::from(o.grad_scale);
            let m = o.beta1 * m + (1.0 - o.beta1) * g;
            let v = o.beta2 * v + (1.0 - o.beta2) * g * g;
            let (m_hat, v_hat) = (m / (1.0 - o.beta1.powf(o.step)), v / (1.0 - o.beta2.powf(o.step)));
            let update = m_hat / (v_hat.sqrt() + o.eps);
            let p = p * (1.0 - o.learning_rate * o.weight_decay) - o.learning_rate * update;
            for (list, value) in after.iter_mut().zip([p, m, v]) {
                list.push(value);
            }
        }
        after
    }

    #[test]
    fn a_step_agrees_with_the_formula() {
        for (isa, size) in
            Isa::available().into_iter().flat_map(|isa| [1, 17, 20_003].map(|size| (isa, size)))
        {
            let (mut state, grad) = (State::new(size), noise(4, size));
            let [param, m, v] = formula(&state, &grad);
            adamw(isa, &mut Threads::new(2), AdamW::new(OPTIONS), state.moments(), &grad);
            // An update can be 0.01 · 3.7 · |m| / √v: relative to that, some rounding errors.
            let largest = param.iter().fold(1.0, |most: f64, p| most.max(p.abs()));
            assert_close(isa.name(), &state.param, &param, 1e-6 * largest);
            assert_close(isa.name(), &state.m, &m, 2e-7);
            assert_close(isa.name(), &state.v, &v, 2e-7);
        }
    }

    #[test]
    fn a_row_gradient_has_the_bits_of_a_whole_one() {
        let (rows, width) = (1001, 37);
        for isa in Isa::available() {
            for ids in [vec![], vec![0], vec![3, 4, 500, 1000]] {
                let values = noise(5, ids.len() * width);
                let mut grad = vec![0.0; rows * width];
                for (i, &id) in ids.iter().enumerate() {
                    grad[elements(&(id as usize..id as usize + 1), width)]
                        .copy_from_slice(&values[elements(&(i..i + 1), width)]);
                }
                let (mut whole, mut sparse) = (State::new(rows * width), State::new(rows * width));
                let (threads, step) = (&mut Threads::new(2), AdamW::new(OPTIONS));
                adamw(isa, threads, step, whole.moments(), &grad);
                let grad = RowGradient { ids: &ids, values: &values, width };
                adamw_rows(isa, threads, step, sparse.moments(), grad);
                assert_eq!(whole, sparse, "{}", isa.name());
            }
        }
    }

    #[test]
    fn sums_of_squares_agree_with_the_formula() {
        let xs = [vec![], vec![2.0], noise(6, 33), noise(7, 100_001)];
        let expected: Vec<f64> = (xs.iter()).map(|x| x.iter().map(|&x| f64::from(x).powi(2)).sum()).collect();
        for isa in Isa::available() {
            let xs: Vec<&[f32]> = xs.iter().map(Vec::as_slice).collect();
            let sums = sum_squares(isa, &mut Threads::new(2), &xs);
            assert_close(isa.name(), &sums, &expected, 1e-6 * expected[3]);
            assert_eq!(sums, sum_squares(isa, &mut Threads::new(1), &xs));
        }
    }
}

//! Cross entropy of the softmax of each row of logits, and its gradient.

use crate::isa::{Isa, Kernel};
use crate::math::exp;
use crate::rows::{Lanes, fold_row, map_row};
use crate::simd::Simd;
use crate::softmax::exp_row;
use crate::split::{Parts, elements, for_rows};
use crate::threads::Threads;

/// What the rows should have been. The target of class c is (1 − ε) · [c = label] + ε / classes, times the class's
/// weight (Szegedy et al. 2016).
#[derive(Clone, Copy)]
pub struct Targets<'a> {
    /// One class per row; one that does not exist has no part in the target.
    pub labels: &'a [i32],
    /// How much each class counts; 1 if absent.
    pub class_weights: Option<&'a [f32]>,
    /// ε.
    pub label_smoothing: f32,
    /// Logits of a row.
    pub classes: usize,
}

/// loss[r] = −Σ target[c] · log softmax(logits[r])[c].
///
/// # Panics
/// If the lengths do not fit each other.
pub fn cross_entropy(
    isa: Isa,
    threads: &mut Threads,
    targets: Targets<'_>,
    logits: &[f32],
    loss: &mut [f32],
) {
    targets.check(logits, loss);
    let parts = Parts::new(loss);
    for_rows(threads, targets.labels.len(), targets.classes, &|rows| {
        // SAFETY: ranges are disjoint.
        let loss = unsafe { parts.part(rows.clone()) };
        let logits = &logits[elements(&rows, targets.classes)];
        isa.run(Forward { targets: Targets { labels: &targets.labels[rows], ..targets }, logits, loss });
    });
}

/// dlogits = dloss · (softmax · Σ target − target).
///
/// # Panics
/// If the lengths do not fit each other.
pub fn cross_entropy_grad(
    isa: Isa,
    threads: &mut Threads,
    targets: Targets<'_>,
    dloss: &[f32],
    logits: &[f32],
    dlogits: &mut [f32],
) {
    targets.check(logits, dloss);
    assert_eq!(dlogits.len(), logits.len());
    let parts = Parts::new(dlogits);
    for_rows(threads, targets.labels.len(), targets.classes, &|rows| {
        let range = elements(&rows, targets.classes);
        // SAFETY: ranges are disjoint.
        let dlogits = unsafe { parts.part(range.clone()) };
        let targets = Targets { labels: &targets.labels[rows.clone()], ..targets };
        isa.run(Backward { targets, dloss: &dloss[rows], logits: &logits[range], dlogits });
    });
}

impl Targets<'_> {
    fn check(&self, logits: &[f32], loss: &[f32]) {
        assert_eq!(loss.len(), self.labels.len());
        assert_eq!(logits.len(), self.labels.len() * self.classes);
        assert!(self.class_weights.is_none_or(|weights| weights.len() == self.classes));
    }

    /// The label of row `r`, if there is such a class, and what its target has above the other classes'.
    fn label(&self, r: usize) -> Option<(usize, f32)> {
        let label = usize::try_from(self.labels[r]).ok().filter(|&label| label < self.classes)?;
        Some((label, (1.0 - self.label_smoothing) * self.class_weights.map_or(1.0, |weights| weights[label])))
    }

    /// The target that smoothing gives to the classes of `lanes` from class `at` on.
    ///
    /// # Safety
    /// Those classes exist, and the machine has the instructions of `S`.
    #[inline(always)]
    unsafe fn smoothing<S: Simd, L: Lanes>(&self, at: usize, lanes: L) -> S::F {
        // SAFETY: the caller's promise.
        unsafe {
            let share = S::splat(self.label_smoothing / self.classes as f32);
            match self.class_weights {
                Some(weights) => S::mul(share, lanes.load::<S>(weights.as_ptr().add(at))),
                None => share,
            }
        }
    }
}

struct Forward<'a> {
    targets: Targets<'a>,
    logits: &'a [f32],
    loss: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let targets = self.targets;
        let classes = targets.classes;
        for (r, loss) in self.loss.iter_mut().enumerate() {
            let logits = &self.logits[r * classes..(r + 1) * classes];
            // SAFETY: `logits` is one row, as long as the class weights.
            unsafe {
                let x = logits.as_ptr();
                let (max, log_sum) = log_sum_exp::<S>(x, classes);
                *loss = 0.0;
                if let Some((label, weight)) = targets.label(r)
                    && weight != 0.0
                {
                    *loss = weight * ((max - logits[label]) + log_sum); // 0 · ∞ would be NaN
                }
                if targets.label_smoothing != 0.0 {
                    let (max, log_sum, zero) = (S::splat(max), S::splat(log_sum), S::splat(0.0));
                    let sum = fold_row!(S, classes, 0.0, S::add, |at, lanes| {
                        let weight = targets.smoothing::<S, _>(at, lanes);
                        let distance = S::add(S::sub(max, lanes.load::<S>(x.add(at))), log_sum);
                        let term = S::mul(weight, distance);
                        S::select(S::less(zero, S::abs(weight)), term, zero)
                    });
                    *loss += S::sum(sum);
                }
            }
        }
    }
}

/// The largest of the `size` elements at `x`, and log Σ eˣ above it: apart, since large logits would round their sum.
///
/// # Safety
/// They exist, and the machine has the instructions of `S`.
#[inline(always)]
unsafe fn log_sum_exp<S: Simd>(x: *const f32, size: usize) -> (f32, f32) {
    // SAFETY: the caller's promise.
    unsafe {
        let max = fold_row!(S, size, f32::NEG_INFINITY, S::max, |at, lanes| lanes.load::<S>(x.add(at)));
        let max = S::largest(max);
        let centre = S::splat(max);
        let sum = fold_row!(S, size, 0.0, S::add, |at, lanes| {
            exp::<S>(S::sub(lanes.load::<S>(x.add(at)), centre))
        });
        (max, S::sum(sum).ln())
    }
}

struct Backward<'a> {
    targets: Targets<'a>,
    dloss: &'a [f32],
    logits: &'a [f32],
    dlogits: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let targets = self.targets;
        let classes = targets.classes;
        for (r, &dloss) in self.dloss.iter().enumerate() {
            let start = r * classes;
            let label = targets.label(r);
            // SAFETY: both slices are a row for each of `dloss`, as long as the class weights.
            unsafe {
                let dx = self.dlogits.as_mut_ptr().add(start);
                let sum = exp_row::<S>(self.logits.as_ptr().add(start), dx, classes);
                let smoothing =
                    fold_row!(S, classes, 0.0, S::add, |at, lanes| targets.smoothing::<S, _>(at, lanes));
                let total = S::sum(smoothing) + label.map_or(0.0, |(_, weight)| weight);
                let (factor, dloss_lanes) = (S::splat(total / sum), S::splat(dloss));
                map_row!(S, classes, |at, lanes| {
                    let softmax = S::mul(lanes.load::<S>(dx.add(at)), factor);
                    let value = S::sub(softmax, targets.smoothing::<S, _>(at, lanes));
                    lanes.store::<S>(dx.add(at), S::mul(dloss_lanes, value));
                });
                if let Some((label, weight)) = label {
                    *dx.add(label) -= dloss * weight;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_close, noise};

    /// Loss of each row, and its gradient for dloss = 1, in f64.
    fn formula(targets: Targets<'_>, logits: &[f32]) -> (Vec<f64>, Vec<f64>) {
        let (mut losses, mut gradients) = (Vec::new(), Vec::new());
        for (row, &label) in logits.chunks(targets.classes).zip(targets.labels) {
            let smoothing = f64::from(targets.label_smoothing);
            let target: Vec<f64> = (0..targets.classes)
                .map(|c| {
                    let hit = if c as i32 == label { 1.0 - smoothing } else { 0.0 };
                    let weight = targets.class_weights.map_or(1.0, |weights| f64::from(weights[c]));
                    (hit + smoothing / targets.classes as f64) * weight
                })
                .collect();
            let total = row.iter().map(|&x| f64::from(x).exp()).sum::<f64>().ln();
            let all: f64 = target.iter().sum();
            losses.push(row.iter().zip(&target).map(|(&x, t)| t * (total - f64::from(x))).sum());
            gradients.extend(row.iter().zip(&target).map(|(&x, t)| (f64::from(x) - total).exp() * all - t));
        }
        (losses, gradients)
    }

    #[test]
    fn losses_and_gradients_agree_with_the_formulas() {
        for (isa, classes) in
            Isa::available().into_iter().flat_map(|isa| [1, 2, 6, 17, 1000].map(|n| (isa, n)))
        {
            let labels: Vec<i32> = (0..50).map(|r| r * 7 % classes as i32).collect();
            let logits: Vec<f32> = noise(1, 50 * classes).into_iter().map(|x| 5.0 * x).collect();
            let dloss = noise(2, 50);
            let weights: Vec<f32> = noise(3, classes).into_iter().map(|w| w + 1.0).collect();
            for (class_weights, label_smoothing) in
                [(None, 0.0), (Some(weights.as_slice()), 0.0), (Some(&weights), 0.1)]
            {
                let targets = Targets { labels: &labels, class_weights, label_smoothing, classes };
                let (losses, mut gradients) = formula(targets, &logits);
                for (i, gradient) in gradients.iter_mut().enumerate() {
                    *gradient *= f64::from(dloss[i / classes]);
                }
                let threads = &mut Threads::new(2);
                let (mut loss, mut dlogits) = (vec![0.0; 50], vec![0.0; logits.len()]);
                cross_entropy(isa, threads, targets, &logits, &mut loss);
                cross_entropy_grad(isa, threads, targets, &dloss, &logits, &mut dlogits);
                assert_close(isa.name(), &loss, &losses, 1e-5);
                assert_close(isa.name(), &dlogits, &gradients, 2e-6);
            }
        }
    }

    #[test]
    fn an_impossible_class_without_weight_costs_nothing() {
        let logits = [0.0, f32::NEG_INFINITY];
        for (isa, label_smoothing) in Isa::available().into_iter().flat_map(|isa| [(isa, 0.0), (isa, 0.5)]) {
            let class_weights = Some([1.0, 0.0].as_slice());
            for label in [0, 1] {
                let targets = Targets { labels: &[label], class_weights, label_smoothing, classes: 2 };
                let mut loss = [f32::NAN];
                cross_entropy(isa, &mut Threads::new(1), targets, &logits, &mut loss);
                assert_eq!(loss, [0.0]);
            }
        }
    }
}

//! Sums and maxima along one axis.
//!
//! Elements are joined in an order that their number alone decides: in blocks, a block in lanes, the blocks one by one.

use super::elementwise::Compute;
use crate::error::Outcome;
use crate::isa::{Isa, Kernel};
use crate::memory::{Number, Pool};
use crate::parallel::{GRAIN, pieces};
use crate::simd::Simd;
use std::sync::Arc;

/// Elements of a row, or rows of columns, that are joined to one before blocks are: enough to be worth a thread's while.
const BLOCK: usize = 4096;
const BLOCK_ROWS: usize = 128;
/// Accumulators of a row, so that no addition waits for the one before.
const LANES: usize = 64;

/// How elements are joined, and what none of them give.
pub trait Join: Copy + Sync {
    /// Type of the elements.
    type Item: Number;
    /// Type that they are joined in.
    type Total: Copy + From<Self::Item>;
    /// The result of no elements.
    const START: Self::Total;
    /// The result of two.
    fn join(a: Self::Total, b: Self::Total) -> Self::Total;
    /// The result as an element.
    fn narrow(total: Self::Total) -> Self::Item;
}

/// Sum, in f64 along a row; integers wrap.
#[derive(Clone, Copy)]
pub struct Sum<T>(pub T);
/// Largest element, NaN if there is one.
#[derive(Clone, Copy)]
pub struct Max<T>(pub T);

impl Join for Sum<f32> {
    type Item = f32;
    type Total = f64;
    const START: f64 = 0.0;
    #[inline(always)]
    fn join(a: f64, b: f64) -> f64 {
        a + b
    }
    #[inline(always)]
    fn narrow(total: f64) -> f32 {
        total as f32
    }
}

impl Join for Sum<i32> {
    type Item = i32;
    type Total = i32;
    const START: i32 = 0;
    #[inline(always)]
    fn join(a: i32, b: i32) -> i32 {
        a.wrapping_add(b)
    }
    #[inline(always)]
    fn narrow(total: i32) -> i32 {
        total
    }
}

impl Join for Max<f32> {
    type Item = f32;
    type Total = f32;
    const START: f32 = f32::NEG_INFINITY;
    #[inline(always)]
    fn join(a: f32, b: f32) -> f32 {
        if a > b || a.is_nan() { a } else { b }
    }
    #[inline(always)]
    fn narrow(total: f32) -> f32 {
        total
    }
}

impl Join for Max<i32> {
    type Item = i32;
    type Total = i32;
    const START: i32 = i32::MIN;
    #[inline(always)]
    fn join(a: i32, b: i32) -> i32 {
        a.max(b)
    }
    #[inline(always)]
    fn narrow(total: i32) -> i32 {
        total
    }
}

/// y [outer, inner] from x [outer, size, inner]; `_how` names the function.
///
/// # Panics
/// If x has fewer elements.
pub fn reduce<J: Join>(
    compute: &mut Compute<'_>,
    pool: &Arc<Pool>,
    _how: J,
    x: &[J::Item],
    (size, inner): (usize, usize),
    y: &mut [J::Item],
) -> Outcome {
    let height = if inner == 1 { BLOCK } else { BLOCK_ROWS };
    let blocks = size.div_ceil(height);
    if blocks <= 1 {
        level::<J>(compute, x, (size, size, inner), y);
        return Ok(());
    }
    let mut partial = pool.allocate(y.len() * blocks * size_of::<J::Item>())?;
    level::<J>(compute, x, (size, height, inner), partial.get_mut());
    level::<J>(compute, partial.get(), (blocks, blocks, inner), y);
    Ok(())
}

/// Joins blocks of `height` (the last may be lower): y [outer, ⌈size / height⌉, inner] from x [outer, size, inner].
fn level<J: Join>(
    compute: &mut Compute<'_>,
    x: &[J::Item],
    (size, height, inner): (usize, usize, usize),
    y: &mut [J::Item],
) {
    if y.is_empty() || size == 0 {
        return y.fill(J::narrow(J::START));
    }
    let blocks = size.div_ceil(height);
    let rows = (GRAIN / (height * inner)).max(1);
    let isa: Isa = compute.isa;
    pieces(compute.threads, y, rows * inner, |first, y| {
        for (block, y) in (first / inner..).zip(y.chunks_exact_mut(inner)) {
            let start = block % blocks * height;
            let count = height.min(size - start);
            let x = &x[(block / blocks * size + start) * inner..][..count * inner];
            if inner == 1 { isa.run(Row::<J> { x, y }) } else { isa.run(Columns::<J> { x, y }) }
        }
    });
}

/// The elements of x become the one of y.
struct Row<'a, J: Join> {
    x: &'a [J::Item],
    y: &'a mut [J::Item],
}

impl<J: Join> Kernel for Row<'_, J> {
    type Output = ();
    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let mut lanes = [J::START; LANES];
        let whole = self.x.chunks_exact(LANES);
        let rest = whole.remainder();
        for x in whole {
            for lane in 0..LANES {
                lanes[lane] = J::join(lanes[lane], x[lane].into());
            }
        }
        let mut width = LANES / 2;
        while width > 0 {
            for lane in 0..width {
                lanes[lane] = J::join(lanes[lane], lanes[lane + width]);
            }
            width /= 2;
        }
        self.y[0] = J::narrow(rest.iter().fold(lanes[0], |total, x| J::join(total, (*x).into())));
    }
}

/// The rows of x, each as long as y, become y.
struct Columns<'a, J: Join> {
    x: &'a [J::Item],
    y: &'a mut [J::Item],
}

impl<J: Join> Kernel for Columns<'_, J> {
    type Output = ();
    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let Self { x, y } = self;
        y.fill(J::narrow(J::START));
        for row in x.chunks_exact(y.len()) {
            for (y, x) in y.iter_mut().zip(row) {
                // For sums of floats the same as an f32 addition, and compiled to one.
                *y = J::narrow(J::join((*y).into(), (*x).into()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threads::Threads;

    fn sums(isa: Isa, threads: usize, x: &[f32], (outer, size, inner): (usize, usize, usize)) -> Vec<f32> {
        let mut y = vec![f32::NAN; outer * inner];
        let mut compute = Compute { threads: &mut Threads::new(threads), isa };
        reduce(&mut compute, &Pool::new(0), Sum(0f32), x, (size, inner), &mut y).unwrap();
        y
    }

    #[test]
    fn sums_are_near_the_f64_sum_and_the_same_on_all_threads() {
        let sizes = [
            (3, 1, 1),
            (2, 63, 1),
            (2, 65, 1),
            (1, 4097, 1),
            (5, 10_000, 1),
            (2, 3, 7),
            (2, 300, 65),
            (3, 0, 2),
        ];
        for (outer, size, inner) in sizes {
            let x: Vec<f32> =
                (0..outer * size * inner).map(|i| ((i * 7919) % 1000) as f32 / 999.0 - 0.5).collect();
            for isa in Isa::available() {
                let y = sums(isa, 3, &x, (outer, size, inner));
                assert_eq!(y, sums(isa, 1, &x, (outer, size, inner)));
                for (i, y) in y.iter().enumerate() {
                    let (o, c) = (i / inner, i % inner);
                    let exact: f64 = (0..size).map(|r| f64::from(x[(o * size + r) * inner + c])).sum();
                    assert!(
                        (f64::from(*y) - exact).abs() <= 1e-6 * (size as f64).sqrt(),
                        "{size}: {y} {exact}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_maximum_keeps_nan_and_infinities() {
        let mut threads = Threads::new(1);
        for (x, expected) in [
            ([1.0, f32::NAN, 3.0], f32::NAN),
            ([f32::NEG_INFINITY, -2.0, -3.0], -2.0),
            ([f32::NAN, 1.0, 2.0], f32::NAN),
        ] {
            let mut y = [0.0];
            let mut compute = Compute { threads: &mut threads, isa: Isa::Portable };
            reduce(&mut compute, &Pool::new(0), Max(0f32), &x, (3, 1), &mut y).unwrap();
            assert!(y[0] == expected || y[0].is_nan() && expected.is_nan());
        }
    }
}

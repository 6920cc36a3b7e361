//! Functions of one, two or three elements, broadcast.

use super::walk::Walk;
use crate::isa::{Isa, Kernel};
use crate::memory::Number;
use crate::parallel::{GRAIN, pieces};
use crate::simd::Simd;
use crate::threads::Threads;

/// Threads and instructions of an elementwise kernel.
pub struct Compute<'a> {
    /// Threads that compute.
    pub threads: &'a mut Threads,
    /// Instructions that they use.
    pub isa: Isa,
}

impl Compute<'_> {
    /// y = f(x), element by element.
    pub fn map<A: Number, Y: Number>(&mut self, x: &[A], y: &mut [Y], f: impl Fn(A) -> Y + Copy + Sync) {
        let isa = self.isa;
        pieces(self.threads, y, GRAIN, |first, y| isa.run(Map { x: &x[first..first + y.len()], y, f }));
    }

    /// y = f(a, b), broadcast.
    pub fn zip<A: Number, Y: Number>(
        &mut self,
        walk: &Walk<2>,
        (a, b): (&[A], &[A]),
        y: &mut [Y],
        f: impl Fn(A, A) -> Y + Copy + Sync,
    ) {
        let isa = self.isa;
        pieces(self.threads, y, GRAIN, |first, y| isa.run(Zip { walk, first, a, b, y, f }));
    }

    /// y = condition ≠ 0 ? a : b, broadcast.
    pub fn choose<T: Number>(
        &mut self,
        walk: &Walk<3>,
        condition: &[i32],
        (a, b): (&[T], &[T]),
        y: &mut [T],
    ) {
        let isa = self.isa;
        pieces(self.threads, y, GRAIN, |first, y| isa.run(Choose { walk, first, condition, a, b, y }));
    }

    /// y = x, broadcast.
    pub fn repeat<T: Number>(&mut self, walk: &Walk<1>, x: &[T], y: &mut [T]) {
        pieces(self.threads, y, GRAIN, |first, y| {
            rows(walk, first, y, |[start], y| {
                if walk.moves[0] { y.copy_from_slice(&x[start..start + y.len()]) } else { y.fill(x[start]) }
            });
        });
    }
}

/// Calls `each` with the operands' starts for the parts of rows that make up `y`, whose first element is number `first`
/// of the whole result.
#[inline(always)]
fn rows<const N: usize, Y>(
    walk: &Walk<N>,
    first: usize,
    y: &mut [Y],
    mut each: impl FnMut([usize; N], &mut [Y]),
) {
    let mut done = 0;
    while done < y.len() {
        let column = (first + done) % walk.inner;
        let mut starts = walk.starts((first + done) / walk.inner);
        for (start, moves) in starts.iter_mut().zip(walk.moves) {
            *start += if moves { column } else { 0 };
        }
        let part = (walk.inner - column).min(y.len() - done);
        each(starts, &mut y[done..done + part]);
        done += part;
    }
}

struct Map<'a, A, Y, F> {
    x: &'a [A],
    y: &'a mut [Y],
    f: F,
}

impl<A: Copy, Y, F: Fn(A) -> Y> Kernel for Map<'_, A, Y, F> {
    type Output = ();
    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        for (y, x) in self.y.iter_mut().zip(self.x) {
            *y = (self.f)(*x);
        }
    }
}

struct Zip<'a, A, Y, F> {
    walk: &'a Walk<2>,
    first: usize,
    a: &'a [A],
    b: &'a [A],
    y: &'a mut [Y],
    f: F,
}

impl<A: Copy, Y, F: Fn(A, A) -> Y> Kernel for Zip<'_, A, Y, F> {
    type Output = ();
    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let Self { walk, first, a, b, y, f } = self;
        rows(walk, first, y, |[i, j], y| {
            let (a, b) = (&a[i..], &b[j..]);
            match walk.moves {
                [true, true] => y.iter_mut().zip(a).zip(b).for_each(|((y, a), b)| *y = f(*a, *b)),
                [true, false] => y.iter_mut().zip(a).for_each(|(y, a)| *y = f(*a, b[0])),
                [false, true] => y.iter_mut().zip(b).for_each(|(y, b)| *y = f(a[0], *b)),
                [false, false] => y.fill_with(|| f(a[0], b[0])),
            }
        });
    }
}

struct Choose<'a, T> {
    walk: &'a Walk<3>,
    first: usize,
    condition: &'a [i32],
    a: &'a [T],
    b: &'a [T],
    y: &'a mut [T],
}

impl<T: Copy> Kernel for Choose<'_, T> {
    type Output = ();
    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let Self { walk, first, condition, a, b, y } = self;
        let [c_step, a_step, b_step] = walk.moves.map(usize::from);
        rows(walk, first, y, |[c, i, j], y| {
            let (condition, a, b) = (&condition[c..], &a[i..], &b[j..]);
            for (n, y) in y.iter_mut().enumerate() {
                *y = if condition[n * c_step] != 0 { a[n * a_step] } else { b[n * b_step] };
            }
        });
    }
}

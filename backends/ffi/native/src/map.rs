//! Functions applied to each element of an array.

use crate::isa::{Isa, Kernel};
use crate::math::Function;
use crate::rows::{Lanes, map_row};
use crate::simd::Simd;
use crate::split::{Parts, for_rows};
use crate::threads::Threads;

/// y = function(x).
///
/// # Panics
/// If the lengths differ.
pub fn map<F: Function>(isa: Isa, threads: &mut Threads, function: F, x: &[f32], y: &mut [f32]) {
    assert_eq!(x.len(), y.len());
    let parts = Parts::new(y);
    for_rows(threads, x.len(), 1, &|range| {
        // SAFETY: ranges are disjoint.
        let y = unsafe { parts.part(range.clone()) };
        isa.run(Map { function, x: &x[range], y });
    });
}

/// dx = dy · derivative(x).
///
/// # Panics
/// If the lengths differ.
pub fn map_grad<F: Function>(
    isa: Isa,
    threads: &mut Threads,
    derivative: F,
    dy: &[f32],
    x: &[f32],
    dx: &mut [f32],
) {
    assert!(x.len() == dx.len() && dy.len() == dx.len());
    let parts = Parts::new(dx);
    for_rows(threads, x.len(), 1, &|range| {
        // SAFETY: ranges are disjoint.
        let dx = unsafe { parts.part(range.clone()) };
        isa.run(MapGrad { derivative, dy: &dy[range.clone()], x: &x[range], dx });
    });
}

struct Map<'a, F> {
    function: F,
    x: &'a [f32],
    y: &'a mut [f32],
}

impl<F: Function> Kernel for Map<'_, F> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let (x, y) = (self.x.as_ptr(), self.y.as_mut_ptr());
        // SAFETY: both slices have the elements that are visited.
        unsafe {
            map_row!(S, self.x.len(), |at, lanes| {
                let value = self.function.apply::<S>(lanes.load::<S>(x.add(at)));
                lanes.store::<S>(y.add(at), value);
            });
        }
    }
}

struct MapGrad<'a, F> {
    derivative: F,
    dy: &'a [f32],
    x: &'a [f32],
    dx: &'a mut [f32],
}

impl<F: Function> Kernel for MapGrad<'_, F> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let (dy, x, dx) = (self.dy.as_ptr(), self.x.as_ptr(), self.dx.as_mut_ptr());
        // SAFETY: the three slices have the elements that are visited.
        unsafe {
            map_row!(S, self.x.len(), |at, lanes| {
                let slope = self.derivative.apply::<S>(lanes.load::<S>(x.add(at)));
                lanes.store::<S>(dx.add(at), S::mul(lanes.load::<S>(dy.add(at)), slope));
            });
        }
    }
}

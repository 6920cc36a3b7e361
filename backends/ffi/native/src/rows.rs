//! Loops over one row of floats, a vector at a time. A row is treated the same wherever it stands: full vectors from
//! its first element, then the rest in one vector, so that its result has the same bits alone and in any batch.
//!
//! Macros rather than functions that take closures: a closure is compiled without the instruction set of the function
//! that it is inlined into, and the compiler may leave it a call.

use crate::simd::Simd;

/// Which lanes of a vector lie within the row.
pub trait Lanes: Copy {
    /// The row's floats at `from`, 0 beyond them.
    ///
    /// # Safety
    /// Those lanes are readable, and the machine has the instructions of `S`; so for all functions here.
    unsafe fn load<S: Simd>(self, from: *const f32) -> S::F;
    /// Writes the lanes that lie within the row.
    ///
    /// # Safety
    /// Those lanes are writable.
    unsafe fn store<S: Simd>(self, to: *mut f32, x: S::F);
    /// `x` within the row, `otherwise` beyond it.
    ///
    /// # Safety
    /// That of the instructions alone.
    unsafe fn keep<S: Simd>(self, x: S::F, otherwise: S::F) -> S::F;
}

/// All lanes.
#[derive(Clone, Copy)]
pub struct All;

/// The first few lanes.
#[derive(Clone, Copy)]
pub struct First(pub usize);

impl Lanes for All {
    #[inline(always)]
    unsafe fn load<S: Simd>(self, from: *const f32) -> S::F {
        // SAFETY: the caller's promise.
        unsafe { S::load(from) }
    }
    #[inline(always)]
    unsafe fn store<S: Simd>(self, to: *mut f32, x: S::F) {
        // SAFETY: the caller's promise.
        unsafe { S::store(to, x) }
    }
    #[inline(always)]
    unsafe fn keep<S: Simd>(self, x: S::F, _otherwise: S::F) -> S::F {
        x
    }
}

impl Lanes for First {
    #[inline(always)]
    unsafe fn load<S: Simd>(self, from: *const f32) -> S::F {
        // SAFETY: the caller's promise.
        unsafe { S::load_first(from, self.0) }
    }
    #[inline(always)]
    unsafe fn store<S: Simd>(self, to: *mut f32, x: S::F) {
        // SAFETY: the caller's promise.
        unsafe { S::store_first(to, self.0, x) }
    }
    #[inline(always)]
    unsafe fn keep<S: Simd>(self, x: S::F, otherwise: S::F) -> S::F {
        // SAFETY: the caller's promise.
        unsafe { S::select(S::first_lanes(self.0), x, otherwise) }
    }
}

/// `map_row!(S, size, |at, lanes| …)` runs the body for each vector of a row: `at` is the index of its first element,
/// `lanes` (see [`Lanes`]) loads and stores what belongs to the row.
macro_rules! map_row {
    ($S:ty, $size:expr, |$at:ident, $lanes:ident| $body:expr) => {{
        let size: usize = $size;
        let mut next = 0;
        while next + <$S>::LANES <= size {
            let ($at, $lanes) = (next, $crate::rows::All);
            $body;
            next += <$S>::LANES;
        }
        if next < size {
            let ($at, $lanes) = (next, $crate::rows::First(size - next));
            $body;
        }
    }};
}

/// `fold_row!(S, size, identity, combine, |at, lanes| element)` folds the elements of a row into one vector, in an
/// order that depends on `size` alone; `identity` (a float) leaves a total unchanged when combined with it.
macro_rules! fold_row {
    ($S:ty, $size:expr, $identity:expr, $combine:path, |$at:ident, $lanes:ident| $element:expr) => {{
        let size: usize = $size;
        let identity = <$S>::splat($identity);
        // Four totals, so that one addition need not wait for the one before.
        let mut totals = [identity; 4];
        let mut next = 0;
        while next + 4 * <$S>::LANES <= size {
            for total in &mut totals {
                let ($at, $lanes) = (next, $crate::rows::All);
                *total = $combine(*total, $element);
                next += <$S>::LANES;
            }
        }
        while next + <$S>::LANES <= size {
            let ($at, $lanes) = (next, $crate::rows::All);
            totals[0] = $combine(totals[0], $element);
            next += <$S>::LANES;
        }
        if next < size {
            let ($at, $lanes) = (next, $crate::rows::First(size - next));
            let element = $element;
            totals[1] = $combine(totals[1], $crate::rows::Lanes::keep::<$S>($lanes, element, identity));
        }
        let [a, b, c, d] = totals;
        $combine($combine(a, b), $combine(c, d))
    }};
}

pub(crate) use {fold_row, map_row};

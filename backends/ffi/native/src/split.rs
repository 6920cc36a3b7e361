//! Splits the rows of a computation among threads.

use crate::threads::Threads;
use std::marker::PhantomData;
use std::ops::Range;

/// Numbers of a unit of work: some microseconds, so that handing it to another thread pays.
const GRAIN: usize = 8192;

/// A slice of which each thread writes parts of its own.
pub struct Parts<'a, T> {
    start: *mut T,
    len: usize,
    life: PhantomData<&'a mut [T]>,
}

// SAFETY: only `part` gives access, and its callers promise that no element is given out twice.
unsafe impl<T: Send> Sync for Parts<'_, T> {}

impl<'a, T> Parts<'a, T> {
    /// Takes over `slice`.
    pub fn new(slice: &'a mut [T]) -> Self {
        Self { start: slice.as_mut_ptr(), len: slice.len(), life: PhantomData }
    }

    /// The elements in `range`.
    ///
    /// # Panics
    /// If the slice does not have them.
    ///
    /// # Safety
    /// No element is part of two results that live at the same time.
    #[allow(clippy::mut_from_ref, reason = "the caller promises that parts are disjoint")]
    pub unsafe fn part(&self, range: Range<usize>) -> &'a mut [T] {
        assert!(range.start <= range.end && range.end <= self.len);
        // SAFETY: within the slice, which is borrowed for 'a; disjoint by the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(range.start), range.end - range.start) }
    }
}

/// Calls `work` for consecutive ranges that together are `0..rows`; `size` is how many numbers a row costs.
pub fn for_rows(threads: &mut Threads, rows: usize, size: usize, work: &(dyn Fn(Range<usize>) + Sync)) {
    let block = (GRAIN / size.max(1)).max(1);
    threads.run(rows.div_ceil(block), &|unit, _| {
        work(unit * block..((unit + 1) * block).min(rows));
    });
}

/// The elements that `rows` of `size` elements cover.
pub fn elements(rows: &Range<usize>, size: usize) -> Range<usize> {
    rows.start * size..rows.end * size
}

/// How many rows of `size` elements `length` elements are.
///
/// # Panics
/// If the last row is not whole.
pub fn row_count(length: usize, size: usize) -> usize {
    if size == 0 {
        assert_eq!(length, 0);
        return 0;
    }
    assert_eq!(length % size, 0);
    length / size
}

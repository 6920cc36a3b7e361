//! One result shared among threads in pieces of fixed size, so that their number changes nothing.

use crate::split::Parts;
use crate::threads::Threads;

/// Elements of plain work that pay for a thread's attention.
pub const GRAIN: usize = 1 << 15;

/// Calls `work(first, piece)` for pieces of `y` of `size` elements (the last may be shorter), on all threads; `first` is
/// the index of a piece's first element.
pub fn pieces<T: Send>(
    threads: &mut Threads,
    y: &mut [T],
    size: usize,
    work: impl Fn(usize, &mut [T]) + Sync,
) {
    let size = size.max(1);
    let length = y.len();
    let parts = Parts::new(y);
    threads.run(length.div_ceil(size), &|unit, _| {
        let first = unit * size;
        // SAFETY: units are computed once each, and their ranges do not overlap.
        work(first, unsafe { parts.part(first..length.min(first + size)) });
    });
}

/// A pointer that threads share; who dereferences it sees to it that they do not meet.
#[derive(Clone, Copy)]
pub struct Shared<T>(pub *mut T);

impl<T> Shared<T> {
    /// The element `index` behind the first; within the same allocation.
    pub fn at(&self, index: usize) -> *mut T {
        self.0.wrapping_add(index)
    }
}

// SAFETY: sending a pointer is harmless; each dereference says why it is right.
unsafe impl<T> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Shared<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_element_is_in_one_piece() {
        let mut threads = Threads::new(3);
        for length in [0, 1, 7, 8, 9, 100] {
            let mut y = vec![0; length];
            pieces(&mut threads, &mut y, 8, |first, piece| {
                for (i, y) in piece.iter_mut().enumerate() {
                    *y += first + i + 1;
                }
            });
            assert!(y.iter().enumerate().all(|(i, y)| *y == i + 1));
        }
    }
}

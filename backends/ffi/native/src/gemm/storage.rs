//! Memory for panels and blocks.

/// A cache line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u8; 64]);

/// Memory that begins at a cache line and is kept for the next use.
#[derive(Default)]
pub struct Storage {
    lines: Vec<Line>,
}

impl Storage {
    /// Memory for `count` elements; what it holds is whatever was there before.
    pub fn reserve<T: Plain>(&mut self, count: usize) -> &mut [T] {
        let bytes = count.checked_mul(size_of::<T>()).expect("a size that fits the address space");
        let lines = bytes.div_ceil(size_of::<Line>());
        if self.lines.len() < lines {
            // Nothing of the old content is wanted, so nothing is copied.
            self.lines = Vec::new();
            self.lines.reserve_exact(lines);
            self.lines.resize(lines, Line([0; 64]));
        }
        // SAFETY: the lines hold `count` elements of T, are aligned for it and initialised; every pattern of bits is
        // a T (see `Plain`).
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), count) }
    }

    /// The first `count` elements of what was written.
    ///
    /// # Panics
    /// If fewer were reserved.
    pub fn get<T: Plain>(&self, count: usize) -> &[T] {
        assert!(count * size_of::<T>() <= self.bytes(), "a storage holds what was reserved");
        // SAFETY: as in `reserve`.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), count) }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.lines.len() * size_of::<Line>()
    }
}

/// Numbers: at most 64-byte aligned, without padding, any bits are one.
///
/// # Safety
/// What the line above says holds for the type.
pub unsafe trait Plain: Copy {}
// SAFETY: a number.
unsafe impl Plain for f32 {}
// SAFETY: a number.
unsafe impl Plain for i32 {}
// SAFETY: a number.
unsafe impl Plain for u16 {}
// SAFETY: a number.
unsafe impl Plain for i8 {}
// SAFETY: a number.
unsafe impl Plain for u8 {}

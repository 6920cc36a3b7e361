//! Memory for panels and blocks.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::NonNull;

/// A cache line, and the length of a vector.
const LINE: usize = 64;
/// A page of the larger kind. Streaming panels through 4 KiB pages costs a tenth of the speed in address translation.
const HUGE_PAGE: usize = 2 << 20;

/// Memory that begins at a cache line and is kept for the next use.
pub struct Storage {
    start: NonNull<u8>,
    bytes: usize,
}

// SAFETY: the memory belongs to this value alone.
unsafe impl Send for Storage {}
// SAFETY: through a shared reference the memory is only read.
unsafe impl Sync for Storage {}

impl Default for Storage {
    fn default() -> Self {
        Self { start: NonNull::<Line>::dangling().cast(), bytes: 0 }
    }
}

#[repr(align(64))]
struct Line;

impl Storage {
    /// Memory for `count` elements; what it holds is whatever was there before.
    pub fn reserve<T: Plain>(&mut self, count: usize) -> &mut [T] {
        let bytes = count.checked_mul(size_of::<T>()).expect("a size that fits the address space");
        if self.bytes < bytes {
            // Nothing of the old content is wanted, so nothing is copied.
            *self = Self::default();
            *self = Self::new(bytes);
        }
        // SAFETY: the memory holds `count` elements of T, is aligned for it and initialised; every pattern of bits is
        // a T (see `Plain`).
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr().cast(), count) }
    }

    /// The first `count` elements of what was written.
    ///
    /// # Panics
    /// If fewer were reserved.
    pub fn get<T: Plain>(&self, count: usize) -> &[T] {
        assert!(count * size_of::<T>() <= self.bytes, "a storage holds what was reserved");
        // SAFETY: as in `reserve`.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr().cast(), count) }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Zeros.
    fn new(bytes: usize) -> Self {
        let layout = Self::layout(bytes);
        // SAFETY: `reserve` asks for more than it has, so the size is not 0.
        let Some(start) = NonNull::new(unsafe { alloc(layout) }) else { handle_alloc_error(layout) };
        if layout.align() == HUGE_PAGE {
            prefer_huge_pages(start, bytes);
        }
        // SAFETY: just allocated with this size.
        unsafe { start.write_bytes(0, bytes) };
        Self { start, bytes }
    }

    fn layout(bytes: usize) -> Layout {
        let align = if bytes >= HUGE_PAGE { HUGE_PAGE } else { LINE };
        Layout::from_size_align(bytes, align).expect("a size that fits the address space")
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        if self.bytes > 0 {
            // SAFETY: allocated by `new` with the same layout.
            unsafe { dealloc(self.start.as_ptr(), Self::layout(self.bytes)) };
        }
    }
}

/// Asks the system for huge pages where it gives them only to those who ask.
#[cfg(target_os = "linux")]
fn prefer_huge_pages(start: NonNull<u8>, bytes: usize) {
    /// From `<sys/mman.h>`.
    const MADV_HUGEPAGE: i32 = 14;
    unsafe extern "C" {
        fn madvise(start: *mut u8, bytes: usize, advice: i32) -> i32;
    }
    // SAFETY: the advice changes neither content nor validity of whole pages that were just allocated, and may fail.
    unsafe { madvise(start.as_ptr(), bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE) };
}

/// Other systems choose pages by themselves.
#[cfg(not(target_os = "linux"))]
fn prefer_huge_pages(_start: NonNull<u8>, _bytes: usize) {}

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
unsafe impl Plain for u32 {}
// SAFETY: a number.
unsafe impl Plain for u16 {}
// SAFETY: a number.
unsafe impl Plain for i8 {}
// SAFETY: a number.
unsafe impl Plain for u8 {}

//! Blocks of memory and the pool that keeps freed ones for reuse.

use crate::error::{Fault, Outcome};
use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A cache line, and the widest vector.
const ALIGNMENT: usize = 64;

/// Plain numbers: any bits are a value.
///
/// # Safety
/// Only for types without padding and without invalid bit patterns, of an alignment of at most 64.
pub unsafe trait Number: Copy + Send + Sync + 'static {}
// SAFETY: integers and floats have neither padding nor invalid bits.
unsafe impl Number for u8 {}
// SAFETY: as above.
unsafe impl Number for u16 {}
// SAFETY: as above.
unsafe impl Number for u32 {}
// SAFETY: as above.
unsafe impl Number for i32 {}
// SAFETY: as above.
unsafe impl Number for f32 {}

/// Memory of one buffer, 64-byte aligned; goes back to its pool when dropped. What it holds at first is undefined, but
/// never memory that was not written.
pub struct Block {
    raw: Raw,
    bytes: usize,
    /// Where the memory goes back to; absent for memory that goes back to the system.
    pool: Option<Arc<Pool>>,
}

impl Block {
    /// Bytes asked for.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Gives the memory back to the system, as nothing of this size will be asked for soon.
    pub fn release(mut self) {
        self.pool = None;
    }

    /// The block as numbers; a rest that is no whole number is left out.
    pub fn get<T: Number>(&self) -> &[T] {
        // SAFETY: `start` is aligned to 64, `bytes` of it are allocated and were written (zeroed at first), and live
        // as long as `self`.
        unsafe { std::slice::from_raw_parts(self.raw.start().cast(), self.bytes / size_of::<T>()) }
    }

    /// The block as numbers to write.
    pub fn get_mut<T: Number>(&mut self) -> &mut [T] {
        // SAFETY: as in `get`; `&mut self` makes it the only access.
        unsafe { std::slice::from_raw_parts_mut(self.raw.start().cast(), self.bytes / size_of::<T>()) }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        match &self.pool {
            Some(pool) => pool.give_back(self.raw),
            None => self.raw.free(),
        }
    }
}

/// An allocation of the system: `size` usable bytes.
#[derive(Clone, Copy)]
struct Raw {
    base: *mut u8,
    size: usize,
}

// SAFETY: an allocation belongs to whoever holds its `Raw`, on any thread; `Block` guards access to its bytes.
unsafe impl Send for Raw {}
// SAFETY: as above.
unsafe impl Sync for Raw {}

impl Raw {
    /// Asks for zeroed memory by an alignment that the system's `calloc` serves: it hands out untouched pages, whereas
    /// a larger alignment makes Rust's allocator write them all.
    fn layout(size: usize) -> Option<Layout> {
        Layout::from_size_align(size.checked_add(ALIGNMENT)?, 16).ok()
    }

    fn allocate(size: usize) -> Option<Self> {
        let layout = Self::layout(size)?;
        // SAFETY: the size is not 0.
        let base = unsafe { alloc_zeroed(layout) };
        if base.is_null() { None } else { Some(Self { base, size }) }
    }

    fn start(self) -> *mut u8 {
        // `allocate` asked for ALIGNMENT bytes more than `size`, so the result has room for `size`.
        self.base.wrapping_add(self.base.align_offset(ALIGNMENT))
    }

    fn free(self) {
        if let Some(layout) = Self::layout(self.size) {
            // SAFETY: `allocate` gave `base` with this layout, and a Raw is freed once: by the pool that owns it.
            unsafe { dealloc(self.base, layout) }
        }
    }
}

/// Keeps freed allocations up to a cap, by size class; beyond it the classes unused for longest are given back first.
/// One of more than an eighth of the cap is not kept: mapping its pages anew costs little beside what fills them.
pub struct Pool {
    cap: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    classes: BTreeMap<usize, Class>,
    bytes: usize,
    clock: u64,
}

#[derive(Default)]
struct Class {
    free: Vec<Raw>,
    used: u64,
}

impl Pool {
    /// A pool that keeps at most `cap` bytes.
    pub fn new(cap: usize) -> Arc<Self> {
        Arc::new(Self { cap, kept: Mutex::default() })
    }

    /// Bytes kept for reuse.
    pub fn bytes(&self) -> usize {
        self.lock().bytes
    }

    /// A block of `bytes`.
    ///
    /// # Errors
    /// If the system has no such memory.
    pub fn allocate(self: &Arc<Self>, bytes: usize) -> Outcome<Block> {
        let size = size_class(bytes);
        let raw = self
            .reuse(size)
            .or_else(|| Raw::allocate(size))
            .or_else(|| {
                self.lock().shrink(0);
                Raw::allocate(size)
            })
            .ok_or_else(|| {
                Fault::device(format!(
                    "the system has no {bytes} bytes of memory: free buffers or use smaller batches"
                ))
            })?;
        Ok(Block { raw, bytes, pool: Some(Arc::clone(self)) })
    }

    fn reuse(&self, size: usize) -> Option<Raw> {
        let mut kept = self.lock();
        kept.clock += 1;
        let clock = kept.clock;
        let class = kept.classes.get_mut(&size)?;
        class.used = clock;
        let raw = class.free.pop()?;
        kept.bytes -= size;
        Some(raw)
    }

    fn give_back(&self, raw: Raw) {
        if raw.size > self.cap / 8 {
            return raw.free();
        }
        let mut kept = self.lock();
        kept.clock += 1;
        let clock = kept.clock;
        let class = kept.classes.entry(raw.size).or_default();
        class.used = clock;
        class.free.push(raw);
        kept.bytes += raw.size;
        kept.shrink(self.cap);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn shrink(&mut self, cap: usize) {
        while self.bytes > cap {
            let oldest = self
                .classes
                .iter_mut()
                .filter(|(_, class)| !class.free.is_empty())
                .min_by_key(|(_, class)| class.used);
            let Some((size, raw)) = oldest.and_then(|(size, class)| class.free.pop().map(|raw| (*size, raw)))
            else {
                return;
            };
            raw.free();
            self.bytes -= size;
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.shrink(0);
    }
}

/// Rounds up to a quarter of a power of two, so that at most a fifth is unused; sizes of texts vary by a token.
fn size_class(bytes: usize) -> usize {
    let least = bytes.max(4 * ALIGNMENT);
    let step = 1 << (usize::BITS - 1 - (least - 1).leading_zeros()).saturating_sub(2);
    least.checked_next_multiple_of(step).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_hold_what_is_asked_and_waste_little() {
        for bytes in [0, 1, 256, 257, 320, 321, 1000, 4096, 4097, 1 << 20, (1 << 20) + 1] {
            let size = size_class(bytes);
            assert!(size >= bytes);
            assert!(size <= (bytes + bytes / 4).max(256), "{bytes} in {size}");
        }
        assert!(size_class(usize::MAX) >= usize::MAX - 1);
    }

    #[test]
    fn blocks_are_aligned_and_reused() {
        let pool = Pool::new(1 << 20);
        let mut block = pool.allocate(1000).unwrap();
        assert_eq!(block.get::<f32>().as_ptr() as usize % ALIGNMENT, 0);
        assert_eq!(block.get::<f32>().len(), 250);
        block.get_mut::<f32>()[249] = 3.0;
        let address = block.get::<u8>().as_ptr();
        drop(block);
        assert_eq!(pool.bytes(), size_class(1000));
        assert_eq!(pool.allocate(990).unwrap().get::<u8>().as_ptr(), address);
    }

    #[test]
    fn beyond_the_cap_the_class_unused_for_longest_goes_first() {
        let pool = Pool::new(16384);
        let blocks = [1024; 9].map(|bytes| pool.allocate(bytes).unwrap());
        let larger = [2048; 4].map(|bytes| pool.allocate(bytes).unwrap());
        drop(blocks);
        drop(larger);
        assert_eq!(pool.bytes(), 8 * 1024 + 4 * 2048);
    }

    #[test]
    fn large_and_released_blocks_go_back_to_the_system() {
        let pool = Pool::new(16384);
        drop(pool.allocate(4096).unwrap());
        pool.allocate(1024).unwrap().release();
        assert_eq!(pool.bytes(), 0);
        drop(pool.allocate(2048).unwrap());
        assert_eq!(pool.bytes(), 2048);
    }

    #[test]
    fn absurd_sizes_are_refused() {
        assert!(Pool::new(0).allocate(usize::MAX - 1000).is_err());
        assert!(Pool::new(0).allocate(1 << 60).is_err());
    }
}

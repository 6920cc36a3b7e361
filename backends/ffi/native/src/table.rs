//! Buffers by handle.

use crate::error::{Fault, Outcome};
use crate::gemm::{Halves, NarrowPacked, Packed, Rounded};
use crate::memory::Block;
use std::collections::VecDeque;
use std::sync::Arc;

/// Bits of a handle that number a slot; those above number the slot's generation.
const SLOT_BITS: u32 = 20;
const GENERATIONS: u32 = 1 << (32 - SLOT_BITS);
/// Freed slots rest until so many others are free, which keeps a stale handle stale for four million buffers.
const RESTING: usize = 1024;

/// What a buffer holds.
#[derive(Clone)]
pub enum Content {
    /// Nothing yet: handed out, and not written by any op.
    Empty,
    /// Elements in row-major order. Shared after `assign`, and copied when one side is written.
    Plain(Arc<Block>),
    /// A weight [out, in] as the panels that products read, instead of its elements.
    Packed(Arc<Packed>),
    /// The same where products read bf16.
    Halves(Arc<Halves>),
    /// The result of a linear layer, rounded as the next one wants it.
    Rounded(Arc<Rounded>),
    /// The few rows that are not zero.
    Rows(Arc<Rows>),
}

/// A matrix most of whose rows are zero.
pub struct Rows {
    /// Rows that are held, ascending.
    pub ids: Vec<u32>,
    /// Their f32 elements, [ids.len(), width].
    pub values: Block,
    /// Elements of a row.
    pub width: usize,
}

impl Rows {
    /// Writes the whole matrix.
    pub fn write_to(&self, matrix: &mut [f32]) {
        matrix.fill(0.0);
        for (id, row) in self.ids.iter().zip(self.values.get().chunks_exact(self.width)) {
            matrix[*id as usize * self.width..][..self.width].copy_from_slice(row);
        }
    }
}

/// A buffer of a context.
pub struct Buffer {
    /// Bytes asked for.
    pub bytes: usize,
    /// What it holds.
    pub content: Content,
    /// The same weight, rounded for linear layers of a lower precision; beside the content as long as that is plain.
    pub narrow: Option<Arc<NarrowPacked>>,
    /// Whether a linear layer was the last that read it, as its weight.
    pub is_weight: bool,
}

struct Slot {
    generation: u32,
    buffer: Option<Buffer>,
}

/// Handles are a slot and its generation; 0 is none.
#[derive(Default)]
pub struct Table {
    slots: Vec<Slot>,
    free: VecDeque<u32>,
    bytes: usize,
}

impl Table {
    /// Buffers that live.
    pub fn count(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Bytes asked for by buffers that live.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// A handle for an empty buffer.
    pub fn insert(&mut self, bytes: usize) -> Outcome<u32> {
        let full = self.slots.len() == 1 << SLOT_BITS;
        let resting = if full { 0 } else { RESTING };
        let slot = match if self.free.len() > resting { self.free.pop_front() } else { None } {
            Some(slot) => slot,
            None if full => {
                return Err(Fault::device(format!("{} buffers live: free some", self.slots.len())));
            }
            None => {
                self.slots.push(Slot { generation: 1, buffer: None });
                self.slots.len() as u32 - 1
            }
        };
        let place = &mut self.slots[slot as usize];
        place.buffer = Some(Buffer { bytes, content: Content::Empty, narrow: None, is_weight: false });
        self.bytes += bytes;
        Ok(place.generation << SLOT_BITS | slot)
    }

    /// Forgets a buffer.
    pub fn remove(&mut self, handle: u32) -> Outcome {
        self.bytes -= self.get(handle)?.bytes;
        let slot = handle & ((1 << SLOT_BITS) - 1);
        let place = &mut self.slots[slot as usize];
        place.buffer = None;
        place.generation = (place.generation % (GENERATIONS - 1)) + 1; // never 0
        self.free.push_back(slot);
        Ok(())
    }

    /// The buffer of a handle.
    pub fn get(&mut self, handle: u32) -> Outcome<&mut Buffer> {
        let slot = self.slots.get_mut((handle & ((1 << SLOT_BITS) - 1)) as usize);
        slot.filter(|slot| slot.generation == handle >> SLOT_BITS)
            .and_then(|slot| slot.buffer.as_mut())
            .ok_or_else(|| {
                Fault::disposed(format!("buffer {handle:#x} does not live: it was freed, or never was"))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_and_made_up_handles_are_refused() {
        let mut table = Table::default();
        let handle = table.insert(12).unwrap();
        assert_eq!((table.count(), table.bytes()), (1, 12));
        assert_eq!(table.get(handle).unwrap().bytes, 12);
        for wrong in [0, 1, handle + 1, handle + (1 << SLOT_BITS), u32::MAX] {
            assert!(table.get(wrong).is_err(), "{wrong:#x}");
        }
        table.remove(handle).unwrap();
        assert!(table.remove(handle).is_err());
        assert_eq!((table.count(), table.bytes()), (0, 0));
    }

    #[test]
    fn a_handle_stays_stale_for_a_long_time() {
        let mut table = Table::default();
        let first = table.insert(0).unwrap();
        table.remove(first).unwrap();
        for _ in 0..3_000_000 {
            let handle = table.insert(0).unwrap();
            assert_ne!(handle, first);
            table.remove(handle).unwrap();
        }
        assert!(table.slots.len() < 2000);
    }
}

//! What one backend object of TypeScript owns here: buffers, memory, threads, and a choice of instructions.

use crate::error::{Fault, Outcome};
use crate::gemm::{Engine, NarrowPacked, Packed, Rounded, Workspace};
use crate::isa::Isa;
use crate::memory::{Block, Pool};
use crate::primitives::elementwise::Compute;
use crate::table::{Buffer, Content, Table};
use crate::threads::Threads;
use std::sync::Arc;

/// Largest single buffer: kernels count elements in 32 bits.
pub const MOST_BYTES: f64 = 4.0 * (1u64 << 32) as f64;

/// The state of one backend.
pub struct Context {
    /// Buffers by handle.
    pub table: Table,
    /// Where their memory comes from.
    pub pool: Arc<Pool>,
    /// Threads that compute.
    pub threads: Threads,
    /// Instructions that they use.
    pub isa: Isa,
    /// Memory of matrix products, kept from one to the next.
    pub products: Products,
    /// Text of the last refusal.
    pub last_error: String,
}

impl Context {
    /// A context with `threads` threads that keeps at most `pool_cap` bytes for reuse. Linear layers multiply with
    /// `engine`, where there is one.
    pub fn new(threads: usize, isa: Isa, engine: Option<Engine>, pool_cap: usize) -> Self {
        let pool = Pool::new(pool_cap);
        let narrow = engine.map(|engine| NarrowProducts {
            engine,
            left: Rounded::default(),
            left_of: 0,
            spare: Arc::default(),
            packed: NarrowPacked::new(engine),
        });
        let products = Products { workspace: Workspace::default(), packed: Packed::new(isa), narrow };
        let (table, threads) = (Table::default(), Threads::new(threads));
        Self { table, pool, threads, isa, products, last_error: String::new() }
    }

    /// A handle for a buffer of `bytes`; memory comes with the op that writes it.
    pub fn reserve(&mut self, bytes: f64) -> Outcome<u32> {
        if !(0.0..=MOST_BYTES).contains(&bytes) || bytes.fract() != 0.0 {
            return Err(Fault::device(format!(
                "a buffer cannot have {bytes} bytes: from 0 to {MOST_BYTES} are possible"
            )));
        }
        self.table.insert(bytes as usize)
    }

    /// The elements of a buffer in row-major order.
    pub fn read(&mut self, handle: u32) -> Outcome<Arc<Block>> {
        let buffer = self.table.get(handle)?;
        buffer.is_weight = false;
        let block = match &buffer.content {
            Content::Plain(block) => return Ok(Arc::clone(block)),
            Content::Empty => return Err(unwritten(handle)),
            Content::Packed(packed) => {
                let mut block = self.pool.allocate(buffer.bytes)?;
                packed.unpack(true, block.get_mut());
                Arc::new(block)
            }
            Content::Halves(halves) => {
                let mut block = self.pool.allocate(buffer.bytes)?;
                halves.write_to(&mut self.threads, block.get_mut());
                buffer.narrow = Some(Arc::clone(halves.upper())); // the next layer needs no others
                Arc::new(block)
            }
            Content::Rounded(rounded) => {
                let mut block = self.pool.allocate(buffer.bytes)?;
                rounded.widen(block.get_mut());
                Arc::new(block)
            }
            Content::Rows(rows) => {
                let mut block = self.pool.allocate(buffer.bytes)?;
                rows.write_to(block.get_mut());
                Arc::new(block)
            }
        };
        buffer.content = Content::Plain(Arc::clone(&block));
        Ok(block)
    }

    /// New memory for the buffer of `handle`; `put` makes it the buffer's content.
    pub fn make(&mut self, handle: u32) -> Outcome<Block> {
        let bytes = self.table.get(handle)?.bytes;
        self.pool.allocate(bytes)
    }

    /// Takes the elements out of a buffer to change them; nobody else sees the change. `put` them back.
    pub fn take(&mut self, handle: u32) -> Outcome<Block> {
        let shared = self.read(handle)?;
        self.set(handle, Content::Empty)?;
        Arc::try_unwrap(shared).or_else(|shared| match self.pool.allocate(shared.bytes()) {
            Ok(mut copy) => {
                copy.get_mut::<u8>().copy_from_slice(shared.get());
                Ok(copy)
            }
            Err(fault) => {
                self.set(handle, Content::Plain(shared))?;
                Err(fault)
            }
        })
    }

    /// What elementwise kernels compute with.
    pub fn compute(&mut self) -> Compute<'_> {
        Compute { threads: &mut self.threads, isa: self.isa }
    }

    /// Makes `block` the content of a buffer of its size.
    pub fn put(&mut self, handle: u32, block: Block) -> Outcome {
        self.set(handle, Content::Plain(Arc::new(block)))
    }

    /// Makes `content` that of a buffer.
    pub fn set(&mut self, handle: u32, content: Content) -> Outcome {
        let buffer = self.table.get(handle)?;
        if let Some(narrow) = &mut self.products.narrow
            && narrow.left_of == handle
        {
            narrow.left_of = 0;
        }
        *buffer = Buffer { bytes: buffer.bytes, content, narrow: None, is_weight: false };
        Ok(())
    }
}

/// Memory of matrix products.
pub struct Products {
    /// Copies of left operands.
    pub workspace: Workspace,
    /// Right operands that are used once.
    pub packed: Packed,
    /// The same for linear layers of a lower precision.
    pub narrow: Option<NarrowProducts>,
}

/// Memory of products whose operands are rounded.
pub struct NarrowProducts {
    /// What multiplies.
    pub engine: Engine,
    /// The left operand that was rounded last.
    pub left: Rounded,
    /// Handle of the buffer that `left` was rounded from, until that is written: queries, keys and values are linear
    /// layers of the same rows. 0 for none.
    pub left_of: u32,
    /// The last result that stayed rounded: its memory serves again when its buffer is gone.
    pub spare: Arc<Rounded>,
    /// Right operands that are used once.
    pub packed: NarrowPacked,
}

fn unwritten(handle: u32) -> Fault {
    Fault::device(format!("buffer {handle:#x} holds nothing: an op must write it first"))
}

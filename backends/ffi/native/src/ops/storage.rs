//! Buffers in and out.

use crate::context::Context;
use crate::dtype::DType;
use crate::error::{Fault, Outcome};
use crate::memory::Block;
use crate::table::Content;
use std::sync::Arc;

/// Gives a buffer back.
pub fn free(c: &mut Context, x: u32) -> Outcome {
    c.table.remove(x)
}

/// Fills a buffer with bytes of the host.
pub fn upload(c: &mut Context, x: u32, from: &[u8]) -> Outcome {
    let mut block = c.make(x)?;
    if block.bytes() != from.len() {
        return Err(Fault::shape(format!("{} bytes do not fill a buffer of {}", from.len(), block.bytes())));
    }
    block.get_mut().copy_from_slice(from);
    c.put(x, block)
}

/// The elements of a buffer of `bytes`.
pub fn read(c: &mut Context, x: u32, bytes: f64) -> Outcome<Arc<Block>> {
    let block = c.read(x)?;
    if block.bytes() as f64 != bytes {
        return Err(Fault::shape(format!("{bytes} bytes do not take a buffer of {}", block.bytes())));
    }
    Ok(block)
}

/// Makes the elements of `source` those of `destination`; they are copied when one of both is changed in place.
pub fn assign(c: &mut Context, destination: u32, source: u32) -> Outcome {
    let elements = c.read(source)?;
    let bytes = c.table.get(destination)?.bytes;
    if bytes != elements.bytes() {
        return Err(Fault::shape(format!("{} bytes do not fill a buffer of {bytes}", elements.bytes())));
    }
    c.set(destination, Content::Plain(elements))
}

/// Fills a buffer with one value.
pub fn fill(c: &mut Context, dtype: u32, value: f64, y: u32) -> Outcome {
    let dtype = DType::from_code(dtype)?;
    let mut block = c.make(y)?;
    let bits = dtype.encode(value);
    match dtype.bytes() {
        4 => block.get_mut::<u32>().fill(bits),
        _ => block.get_mut::<u16>().fill(bits as u16),
    }
    c.put(y, block)
}

/// Panics inside a kernel.
pub fn panic(c: &mut Context) -> Outcome {
    let last = 2 * c.threads.count();
    c.threads.run(last + 1, &|unit, _| assert!(unit < last, "a test asked for this"));
    Ok(())
}

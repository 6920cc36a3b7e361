//! Reductions of one axis.

use super::named;
use crate::context::Context;
use crate::dtype::DType;
use crate::error::{Fault, Outcome};
use crate::primitives::reduction::{Max, Sum, reduce as kernel};
use std::sync::Arc;

/// y [outer, inner] from x [outer, size, inner]; op 0 is the sum, 1 the maximum.
pub fn reduce(c: &mut Context, op: u32, dtype: u32, x: u32, size: u32, inner: u32, y: u32) -> Outcome {
    let is_sum = named("reduction", op, &[true, false])?;
    let (from, mut to) = (c.read(x)?, c.make(y)?);
    let (size, inner) = (size as usize, inner as usize);
    let count = to.bytes() / 4;
    let whole = inner > 0 && count.is_multiple_of(inner) || count == 0;
    if !whole || count.checked_mul(size) != Some(from.bytes() / 4) {
        return Err(Fault::shape(format!(
            "{} elements are not {count} times {size}, in rows of {inner}",
            from.bytes() / 4
        )));
    }
    let sizes = (size, inner);
    let pool = Arc::clone(&c.pool);
    let mut compute = c.compute();
    match (DType::from_code(dtype)?, is_sum) {
        (DType::F32, true) => kernel(&mut compute, &pool, Sum(0f32), from.get(), sizes, to.get_mut())?,
        (DType::F32, false) => kernel(&mut compute, &pool, Max(0f32), from.get(), sizes, to.get_mut())?,
        (DType::I32, true) => kernel(&mut compute, &pool, Sum(0i32), from.get(), sizes, to.get_mut())?,
        (DType::I32, false) => kernel(&mut compute, &pool, Max(0i32), from.get(), sizes, to.get_mut())?,
        (other, _) => return Err(Fault::dtype(format!("{other:?} only stores: cast it to f32"))),
    }
    c.put(y, to)
}

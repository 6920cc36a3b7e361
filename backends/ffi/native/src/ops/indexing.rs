//! Rows by id.

use crate::context::Context;
use crate::dtype::{DType, bf16_from_f32, bf16_to_f32, f16_from_f32, f16_to_f32};
use crate::error::{Fault, Outcome};
use crate::memory::Block;
use crate::primitives::indexing::{Groups, gather as kernel};
use crate::table::{Content, Rows};
use std::sync::Arc;

/// Row `ids[i]` of x becomes row i of y, of `width` elements.
pub fn gather(c: &mut Context, x: u32, from: u32, ids: u32, width: u32, y: u32, to: u32) -> Outcome {
    let (from, to, width) = (DType::from_code(from)?, DType::from_code(to)?, width as usize);
    let (table, ids, mut target) = (c.read(x)?, c.read(ids)?, c.make(y)?);
    let rows = whole_rows(table.bytes(), width * from.bytes())?;
    demand_rows(target.bytes(), ids.bytes() / 4, width * to.bytes())?;
    check_ids(ids.get(), rows)?;
    if target.bytes() > 0 {
        let (threads, ids) = (&mut c.threads, ids.get());
        match (from, to) {
            _ if from == to => {
                let bytes = width * from.bytes();
                kernel::<u8, u8>(threads, (table.get(), ids), bytes, target.get_mut(), |x, y| {
                    y.copy_from_slice(x)
                });
            }
            (DType::F16, DType::F32) => {
                kernel(threads, (table.get(), ids), width, target.get_mut(), each(f16_to_f32));
            }
            (DType::Bf16, DType::F32) => {
                kernel(threads, (table.get(), ids), width, target.get_mut(), each(bf16_to_f32));
            }
            (DType::F32, DType::F16) => {
                kernel(threads, (table.get(), ids), width, target.get_mut(), each(f16_from_f32));
            }
            (DType::F32, DType::Bf16) => {
                kernel(threads, (table.get(), ids), width, target.get_mut(), each(bf16_from_f32));
            }
            _ => return Err(Fault::dtype(format!("rows of {from:?} do not become {to:?}: cast them"))),
        }
    }
    c.put(y, target)
}

fn each<T: Copy, Y>(f: impl Fn(T) -> Y) -> impl Fn(&[T], &mut [Y]) {
    move |x, y| y.iter_mut().zip(x).for_each(|(y, x)| *y = f(*x))
}

/// Zeros, plus each row of `updates`, of `width` elements, at its id, in ascending order of position.
///
/// Where at most half of y's rows are touched, only those are kept: the gradient of an embedding is a few thousand
/// rows of a table of many.
pub fn scatter_add(c: &mut Context, dtype: u32, ids: u32, updates: u32, width: u32, y: u32) -> Outcome {
    let width = width as usize;
    let (ids, updates) = (c.read(ids)?, c.read(updates)?);
    let rows = whole_rows(c.table.get(y)?.bytes, width * 4)?;
    demand_rows(updates.bytes(), ids.bytes() / 4, width * 4)?;
    check_ids(ids.get(), rows)?;
    let groups = Groups::new(if width == 0 { &[] } else { ids.get() });
    match DType::from_code(dtype)? {
        DType::F32 if width > 0 && groups.ids.len() <= rows / 2 => {
            let mut values = c.pool.allocate(groups.ids.len() * width * 4)?;
            groups.sum(
                &mut c.threads,
                updates.get(),
                width,
                |group| group,
                values.get_mut(),
                |a: f32, b| a + b,
            );
            c.set(y, Content::Rows(Arc::new(Rows { ids: groups.ids, values, width })))
        }
        DType::F32 => {
            let mut matrix = zeros(c, y)?;
            let place = |group: usize| groups.ids[group] as usize;
            groups.sum(&mut c.threads, updates.get(), width, place, matrix.get_mut(), |a: f32, b| a + b);
            c.put(y, matrix)
        }
        DType::I32 => {
            let mut matrix = zeros(c, y)?;
            let place = |group: usize| groups.ids[group] as usize;
            groups.sum(&mut c.threads, updates.get(), width, place, matrix.get_mut(), i32::wrapping_add);
            c.put(y, matrix)
        }
        other => Err(Fault::dtype(format!("{other:?} only stores: cast it to f32"))),
    }
}

fn zeros(c: &mut Context, y: u32) -> Outcome<Block> {
    let mut block = c.make(y)?;
    block.get_mut::<u8>().fill(0);
    Ok(block)
}

/// Rows of `row` bytes in `bytes`; a row of no bytes fits as often as anyone asks.
fn whole_rows(bytes: usize, row: usize) -> Outcome<usize> {
    match (bytes, row) {
        (0, 0) => Ok(usize::MAX),
        _ if row > 0 && bytes.is_multiple_of(row) => Ok(bytes / row),
        _ => Err(Fault::shape(format!("{bytes} bytes are no rows of {row}"))),
    }
}

fn demand_rows(bytes: usize, rows: usize, row: usize) -> Outcome {
    if rows.checked_mul(row) == Some(bytes) {
        return Ok(());
    }
    Err(Fault::shape(format!("{bytes} bytes are not {rows} rows of {row}")))
}

fn check_ids(ids: &[i32], rows: usize) -> Outcome {
    match ids.iter().find(|id| **id < 0 || **id as usize >= rows) {
        None => Ok(()),
        Some(id) => Err(Fault::range(format!("row {id} does not exist: there are {rows}"))),
    }
}

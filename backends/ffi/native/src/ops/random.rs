//! Random numbers by key, row and column.

use super::rows::demand_rows;
use crate::context::Context;
use crate::error::{Fault, Outcome};
use crate::random::{self, Dropout, Key};

/// Uniform numbers: element (r, c) of y is that of row id `rows[r]` and column c.
pub fn random(c: &mut Context, key0: u32, key1: u32, rows: u32, columns: u32, y: u32) -> Outcome {
    let (rows, mut to) = (c.read(rows)?, c.make(y)?);
    demand_ids(rows.bytes(), columns, to.bytes())?;
    random::random(c.isa, &mut c.threads, Key(key0, key1), rows.get(), to.get_mut());
    c.put(y, to)
}

/// y = x · (0 or 1 / (1 − p)), by the uniform number of row id `rows[r]` and column c.
#[allow(clippy::too_many_arguments, reason = "those of the exported function")]
pub fn dropout(
    c: &mut Context,
    key0: u32,
    key1: u32,
    p: f64,
    rows: u32,
    x: u32,
    columns: u32,
    y: u32,
) -> Outcome {
    let (rows, from, mut to) = (c.read(rows)?, c.read(x)?, c.make(y)?);
    demand_rows(&[from.bytes(), to.bytes()], columns)?;
    demand_ids(rows.bytes(), columns, to.bytes())?;
    let dropout = Dropout::new(share(p)?, Key(key0, key1));
    random::dropout(c.isa, &mut c.threads, dropout, rows.get(), from.get(), to.get_mut());
    c.put(y, to)
}

/// A share that can be dropped.
pub(super) fn share(p: f64) -> Outcome<f64> {
    if (0.0..1.0).contains(&p) {
        return Ok(p);
    }
    Err(Fault::range(format!("a share of {p} cannot be dropped: it is from 0 to below 1")))
}

fn demand_ids(ids: usize, columns: u32, bytes: usize) -> Outcome {
    if ids.checked_mul(columns as usize) == Some(bytes) {
        return Ok(());
    }
    Err(Fault::shape(format!("{bytes} bytes are not {} rows of {columns} floats", ids / 4)))
}

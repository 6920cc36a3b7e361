//! Functions of whole rows, and GELU.

use super::named;
use crate::context::Context;
use crate::error::{Fault, Outcome};
use crate::gelu::{self, GeluForm};
use crate::memory::Block;
use crate::normalization::{self, LayerNorm};
use crate::normalization_grad::{LayerNormGradients, layer_norm_grad as norm_grad, layer_norm_grad_scratch};
use crate::softmax;
use std::sync::Arc;

const FORMS: [GeluForm; 2] = [GeluForm::Erf, GeluForm::Tanh];

/// y = softmax of rows of `size`.
pub fn softmax(c: &mut Context, x: u32, size: u32, y: u32) -> Outcome {
    let (from, mut to) = (c.read(x)?, c.make(y)?);
    demand_rows(&[from.bytes(), to.bytes()], size)?;
    softmax::softmax(c.isa, &mut c.threads, from.get(), size as usize, to.get_mut());
    c.put(y, to)
}

/// dx from dy and the softmax y.
pub fn softmax_grad(c: &mut Context, dy: u32, y: u32, size: u32, dx: u32) -> Outcome {
    let (dy, y, mut to) = (c.read(dy)?, c.read(y)?, c.make(dx)?);
    demand_rows(&[dy.bytes(), y.bytes(), to.bytes()], size)?;
    softmax::softmax_grad(c.isa, &mut c.threads, dy.get(), y.get(), size as usize, to.get_mut());
    c.put(dx, to)
}

/// y = gelu(x); form 0 is that of erf, 1 that of tanh.
pub fn gelu(c: &mut Context, form: u32, x: u32, y: u32) -> Outcome {
    let form = named("form of gelu", form, &FORMS)?;
    let (from, mut to) = (c.read(x)?, c.make(y)?);
    demand_rows(&[from.bytes(), to.bytes()], 1)?;
    gelu::gelu(c.isa, &mut c.threads, form, from.get(), to.get_mut());
    c.put(y, to)
}

/// dx = dy · gelu′(x).
pub fn gelu_grad(c: &mut Context, form: u32, dy: u32, x: u32, dx: u32) -> Outcome {
    let form = named("form of gelu", form, &FORMS)?;
    let (dy, x, mut to) = (c.read(dy)?, c.read(x)?, c.make(dx)?);
    demand_rows(&[dy.bytes(), x.bytes(), to.bytes()], 1)?;
    gelu::gelu_grad(c.isa, &mut c.threads, form, dy.get(), x.get(), to.get_mut());
    c.put(dx, to)
}

/// y = normalised rows of x · weight + bias; weight and bias 0 are none.
pub fn layer_norm(c: &mut Context, x: u32, weight: u32, bias: u32, size: u32, eps: f32, y: u32) -> Outcome {
    let (from, weight, bias, mut to) = (c.read(x)?, optional(c, weight)?, optional(c, bias)?, c.make(y)?);
    demand_rows(&[from.bytes(), to.bytes()], size)?;
    demand_row(&weight, size)?;
    demand_row(&bias, size)?;
    let norm = LayerNorm { size: size as usize, eps, weight: floats(&weight), bias: floats(&bias) };
    normalization::layer_norm(c.isa, &mut c.threads, norm, from.get(), to.get_mut());
    c.put(y, to)
}

/// Gradients of layer normalisation; those with handle 0 are not wanted.
#[allow(clippy::too_many_arguments, reason = "those of the exported function")]
pub fn layer_norm_grad(
    c: &mut Context,
    dy: u32,
    x: u32,
    weight: u32,
    size: u32,
    eps: f32,
    dx: u32,
    dweight: u32,
    dbias: u32,
) -> Outcome {
    let (dy, x, weight) = (c.read(dy)?, c.read(x)?, optional(c, weight)?);
    demand_rows(&[dy.bytes(), x.bytes()], size)?;
    demand_row(&weight, size)?;
    let mut make = |handle: u32| if handle == 0 { Ok(None) } else { c.make(handle).map(Some) };
    let (mut to_x, mut to_weight, mut to_bias) = (make(dx)?, make(dweight)?, make(dbias)?);
    if let Some(to) = &to_x {
        demand_rows(&[x.bytes(), to.bytes()], size)?;
    }
    for to in [&to_weight, &to_bias].into_iter().flatten() {
        demand_rows(&[4 * size as usize, to.bytes()], size)?;
    }
    let rows = if size == 0 { 0 } else { x.bytes() / 4 / size as usize };
    let mut scratch = c.pool.allocate(4 * layer_norm_grad_scratch(rows, size as usize))?;
    let norm = LayerNorm { size: size as usize, eps, weight: floats(&weight), bias: None };
    let gradients = LayerNormGradients {
        x: to_x.as_mut().map(Block::get_mut),
        weight: to_weight.as_mut().map(Block::get_mut),
        bias: to_bias.as_mut().map(Block::get_mut),
    };
    norm_grad(c.isa, &mut c.threads, norm, dy.get(), x.get(), gradients, scratch.get_mut());
    for (handle, to) in [(dx, to_x), (dweight, to_weight), (dbias, to_bias)] {
        if let Some(to) = to {
            c.put(handle, to)?;
        }
    }
    Ok(())
}

/// A buffer, or none for handle 0.
pub(super) fn optional(c: &mut Context, handle: u32) -> Outcome<Option<Arc<Block>>> {
    if handle == 0 { Ok(None) } else { c.read(handle).map(Some) }
}

/// Its elements, if there is a buffer.
pub(super) fn floats(block: &Option<Arc<Block>>) -> Option<&[f32]> {
    block.as_ref().map(|block| block.get())
}

/// Refuses what is not one row of `size` floats.
pub(super) fn demand_row(row: &Option<Arc<Block>>, size: u32) -> Outcome {
    match row {
        Some(row) if row.bytes() as u64 != 4 * u64::from(size) => {
            Err(Fault::shape(format!("{} bytes are no row of {size} floats", row.bytes())))
        }
        _ => Ok(()),
    }
}

/// Refuses arrays that are not all the same number of rows of `size` floats.
pub(super) fn demand_rows(bytes: &[usize], size: u32) -> Outcome {
    let row = 4 * size as usize;
    let whole = if row == 0 { bytes[0] == 0 } else { bytes[0].is_multiple_of(row) };
    if whole && bytes.iter().all(|own| *own == bytes[0]) {
        return Ok(());
    }
    Err(Fault::shape(format!("{bytes:?} bytes are not the same number of rows of {size} floats")))
}

//! The optimizer's step and the norm of gradients.

use crate::context::Context;
use crate::error::{Fault, Outcome};
use crate::memory::Block;
use crate::optimizer::{self as kernels, AdamW, AdamWOptions, Moments, RowGradient};
use crate::table::{Content, Rows};
use std::sync::Arc;

/// A gradient as it is held.
enum Gradient {
    Whole(Arc<Block>),
    Rows(Arc<Rows>),
}

fn gradient(c: &mut Context, handle: u32) -> Outcome<Gradient> {
    if let Content::Rows(rows) = &c.table.get(handle)?.content {
        return Ok(Gradient::Rows(Arc::clone(rows)));
    }
    c.read(handle).map(Gradient::Whole)
}

/// One step of one parameter, in place; a gradient scale of 0 is none.
#[allow(clippy::too_many_arguments, reason = "those of the exported function")]
pub fn adamw(
    c: &mut Context,
    param: u32,
    grad: u32,
    m: u32,
    v: u32,
    grad_scale: u32,
    beta1: f64,
    beta2: f64,
    eps: f64,
    step: f64,
    learning_rate: f64,
    weight_decay: f64,
) -> Outcome {
    let handles = [param, m, v];
    if param == m || m == v || v == param {
        return Err(Fault::shape(format!("parameter and moments are one buffer: {handles:#x?}")));
    }
    let bytes = c.table.get(grad)?.bytes;
    for handle in handles {
        let own = c.read(handle)?.bytes();
        if own != bytes {
            return Err(Fault::shape(format!("a gradient of {bytes} bytes does not fit one of {own}")));
        }
    }
    let scale = if grad_scale == 0 { None } else { Some(c.read(grad_scale)?) };
    let grad_scale = match &scale {
        None => 1.0,
        Some(scale) => match scale.get() {
            [scale] => *scale,
            other => {
                return Err(Fault::shape(format!("a scale of gradients is one number, not {}", other.len())));
            }
        },
    };
    let gradient = gradient(c, grad)?;
    let options = AdamWOptions { beta1, beta2, eps, step, learning_rate, weight_decay, grad_scale };
    let (mut p, mut mean, mut squares) = (c.take(param)?, c.take(m)?, c.take(v)?);
    let moments = Moments { param: p.get_mut(), m: mean.get_mut(), v: squares.get_mut() };
    match &gradient {
        Gradient::Whole(grad) => {
            kernels::adamw(c.isa, &mut c.threads, AdamW::new(options), moments, grad.get())
        }
        Gradient::Rows(rows) => {
            let grad = RowGradient { ids: &rows.ids, values: rows.values.get(), width: rows.width };
            kernels::adamw_rows(c.isa, &mut c.threads, AdamW::new(options), moments, grad);
        }
    }
    c.put(param, p)?;
    c.put(m, mean)?;
    c.put(v, squares)
}

/// y[i] = Σ x², x the buffer `xs[i]`.
pub fn sum_squares(c: &mut Context, y: u32, xs: &[u32]) -> Outcome {
    let gradients: Vec<Gradient> = xs.iter().map(|x| gradient(c, *x)).collect::<Outcome<_>>()?;
    let mut to = c.make(y)?;
    if to.bytes() != 4 * xs.len() {
        return Err(Fault::shape(format!("{} bytes do not take {} sums", to.bytes(), xs.len())));
    }
    let slices: Vec<&[f32]> = gradients
        .iter()
        .map(|gradient| match gradient {
            Gradient::Whole(block) => block.get(),
            Gradient::Rows(rows) => rows.values.get(), // the other rows are 0
        })
        .collect();
    to.get_mut().copy_from_slice(&kernels::sum_squares(c.isa, &mut c.threads, &slices));
    c.put(y, to)
}

//! Cross-entropy of logits.

use super::rows::{demand_row, demand_rows, floats, optional};
use crate::context::Context;
use crate::cross_entropy::{self as kernels, Targets};
use crate::error::Outcome;

/// Loss of each row of logits; class weights 0 are none.
#[allow(clippy::too_many_arguments, reason = "those of the exported function")]
pub fn cross_entropy(
    c: &mut Context,
    logits: u32,
    labels: u32,
    class_weights: u32,
    label_smoothing: f32,
    classes: u32,
    loss: u32,
) -> Outcome {
    let (logits, labels, weights) = (c.read(logits)?, c.read(labels)?, optional(c, class_weights)?);
    let mut to = c.make(loss)?;
    demand_rows(&[labels.bytes(), to.bytes()], 1)?;
    demand_rows(&[logits.bytes(), to.bytes() * classes as usize], classes)?;
    demand_row(&weights, classes)?;
    let class_weights = floats(&weights);
    let targets = Targets { labels: labels.get(), class_weights, label_smoothing, classes: classes as usize };
    kernels::cross_entropy(c.isa, &mut c.threads, targets, logits.get(), to.get_mut());
    c.put(loss, to)
}

/// dlogits from dloss of each row.
#[allow(clippy::too_many_arguments, reason = "those of the exported function")]
pub fn cross_entropy_grad(
    c: &mut Context,
    dloss: u32,
    logits: u32,
    labels: u32,
    class_weights: u32,
    label_smoothing: f32,
    classes: u32,
    dlogits: u32,
) -> Outcome {
    let (logits, labels, weights) = (c.read(logits)?, c.read(labels)?, optional(c, class_weights)?);
    let (dloss, mut to) = (c.read(dloss)?, c.make(dlogits)?);
    demand_rows(&[labels.bytes(), dloss.bytes()], 1)?;
    demand_rows(&[logits.bytes(), to.bytes(), labels.bytes() * classes as usize], classes)?;
    demand_row(&weights, classes)?;
    let class_weights = floats(&weights);
    let targets = Targets { labels: labels.get(), class_weights, label_smoothing, classes: classes as usize };
    kernels::cross_entropy_grad(c.isa, &mut c.threads, targets, dloss.get(), logits.get(), to.get_mut());
    c.put(dlogits, to)
}

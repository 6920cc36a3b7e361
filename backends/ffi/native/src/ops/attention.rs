//! Packed attention.
#![allow(clippy::too_many_arguments, reason = "they are those of the exported functions")]

use super::random::share;
use super::rows::optional;
use crate::attention as kernels;
use crate::attention::{Attention, AttentionGradients};
use crate::context::Context;
use crate::error::{Fault, Outcome};
use crate::memory::Block;
use crate::random::{Dropout, Key};
use std::sync::Arc;

/// y [tokens, heads, head_dim] from q, k, v; `starts` are those of queries and keys, [2, sequences + 1]. Without rows
/// nothing is dropped.
pub fn attention(
    c: &mut Context,
    q: u32,
    k: u32,
    v: u32,
    heads: u32,
    head_dim: u32,
    scale: f32,
    key0: u32,
    key1: u32,
    p: f64,
    rows: u32,
    y: u32,
    starts: &[i32],
) -> Outcome {
    let operands = Operands::read(c, [q, k, v], rows)?;
    let dropout = Dropout::new(share(p)?, Key(key0, key1));
    let inputs = operands.inputs(starts, heads, head_dim, scale, dropout)?;
    let mut to = c.make(y)?;
    demand_same(to.bytes(), operands.q.bytes())?;
    let mut scratch = c.pool.allocate(4 * kernels::attention_scratch(c.isa, &c.threads, &inputs))?;
    kernels::attention(c.isa, &mut c.threads, inputs, to.get_mut(), scratch.get_mut());
    c.put(y, to)
}

/// dq, dk and dv from dy.
pub fn attention_grad(
    c: &mut Context,
    dy: u32,
    q: u32,
    k: u32,
    v: u32,
    heads: u32,
    head_dim: u32,
    scale: f32,
    key0: u32,
    key1: u32,
    p: f64,
    rows: u32,
    dq: u32,
    dk: u32,
    dv: u32,
    starts: &[i32],
) -> Outcome {
    let operands = Operands::read(c, [q, k, v], rows)?;
    let dropout = Dropout::new(share(p)?, Key(key0, key1));
    let inputs = operands.inputs(starts, heads, head_dim, scale, dropout)?;
    let dy = c.read(dy)?;
    let (mut to_q, mut to_k, mut to_v) = (c.make(dq)?, c.make(dk)?, c.make(dv)?);
    for (own, operand) in [
        (dy.bytes(), &operands.q),
        (to_q.bytes(), &operands.q),
        (to_k.bytes(), &operands.k),
        (to_v.bytes(), &operands.v),
    ] {
        demand_same(own, operand.bytes())?;
    }
    let gradients = AttentionGradients { q: to_q.get_mut(), k: to_k.get_mut(), v: to_v.get_mut() };
    let mut scratch = c.pool.allocate(4 * kernels::attention_grad_scratch(c.isa, &c.threads, &inputs))?;
    kernels::attention_grad(c.isa, &mut c.threads, inputs, dy.get(), gradients, scratch.get_mut());
    c.put(dq, to_q)?;
    c.put(dk, to_k)?;
    c.put(dv, to_v)
}

struct Operands {
    q: Arc<Block>,
    k: Arc<Block>,
    v: Arc<Block>,
    rows: Option<Arc<Block>>,
}

impl Operands {
    fn read(c: &mut Context, [q, k, v]: [u32; 3], rows: u32) -> Outcome<Self> {
        Ok(Self { q: c.read(q)?, k: c.read(k)?, v: c.read(v)?, rows: optional(c, rows)? })
    }

    /// The operands with their sizes, which fit each other.
    fn inputs<'a>(
        &'a self,
        starts: &'a [i32],
        heads: u32,
        head_dim: u32,
        scale: f32,
        dropout: Dropout,
    ) -> Outcome<Attention<'a>> {
        let (starts, key_starts) = starts.split_at(starts.len() / 2);
        let (heads, head_dim) = (heads as usize, head_dim as usize);
        let token = 4 * heads * head_dim;
        let whole = |starts: &[i32], bytes: usize| {
            let tokens = starts.last().map(|last| *last as usize);
            starts.first() == Some(&0)
                && starts.is_sorted()
                && tokens.and_then(|count| count.checked_mul(token)) == Some(bytes)
        };
        if starts.len() != key_starts.len()
            || !whole(starts, self.q.bytes())
            || !whole(key_starts, self.k.bytes())
            || self.k.bytes() != self.v.bytes()
        {
            let bytes = [&self.q, &self.k, &self.v].map(|operand| operand.bytes());
            return Err(Fault::shape(format!(
                "sequences at {starts:?} with keys at {key_starts:?} do not share out {bytes:?} bytes of queries, keys and \
                 values, with {heads} heads of {head_dim} floats"
            )));
        }
        if let Some(rows) = &self.rows
            && rows.bytes() / 4 * token != self.q.bytes()
        {
            return Err(Fault::shape(format!("{} row ids are not one for each query", rows.bytes() / 4)));
        }
        let dropout = self.rows.as_ref().map(|rows| (dropout, rows.get()));
        let (q, k, v) = (self.q.get(), self.k.get(), self.v.get());
        Ok(Attention { q, k, v, starts, key_starts, heads, head_dim, scale, dropout })
    }
}

fn demand_same(bytes: usize, expected: usize) -> Outcome {
    if bytes == expected {
        Ok(())
    } else {
        Err(Fault::shape(format!("{bytes} bytes are not the {expected} expected")))
    }
}

//! Gradients of attention. The weights are computed anew, strip by strip.

use super::pack::{Rows, pack, pack_transposed, panel_floats};
use super::product::{Left, Out, Panels, multiply};
use super::weights::{Gradients, Strip};
use super::{Attention, Cutter, balanced, strip_stride, whole_lines};
use crate::gemm::TileSize;
use crate::isa::Isa;
use crate::parallel::Shared;
use crate::split::Parts;
use crate::threads::Threads;

/// Queries of a strip: each strip reads and writes all of dk and dv, so more than in the forward pass.
const STRIP: usize = 64;

/// Where the gradients go, each as long as its operand.
pub struct AttentionGradients<'a> {
    /// Of the queries.
    pub q: &'a mut [f32],
    /// Of the keys.
    pub k: &'a mut [f32],
    /// Of the values.
    pub v: &'a mut [f32],
}

/// Floats of scratch memory that [`attention_grad`] needs.
pub fn attention_grad_scratch(isa: Isa, threads: &Threads, inputs: &Attention<'_>) -> usize {
    threads.count() * Scratch::floats(isa, inputs)
}

/// Gradients for the gradient `dy` of the result.
///
/// # Panics
/// If the lengths do not fit each other or `scratch` is shorter than [`attention_grad_scratch`] says.
pub fn attention_grad(
    isa: Isa,
    threads: &mut Threads,
    inputs: Attention<'_>,
    dy: &[f32],
    gradients: AttentionGradients<'_>,
    scratch: &mut [f32],
) {
    inputs.check();
    let AttentionGradients { q, k, v } = gradients;
    assert!(dy.len() == inputs.q.len() && q.len() == inputs.q.len());
    assert!(k.len() == inputs.k.len() && v.len() == inputs.k.len());
    let own = Scratch::floats(isa, &inputs);
    let scratch = Parts::new(&mut scratch[..own * threads.count()]);
    let job = Job {
        isa,
        inputs,
        dy,
        dq: Shared(q.as_mut_ptr()),
        dk: Shared(k.as_mut_ptr()),
        dv: Shared(v.as_mut_ptr()),
    };
    threads.run(inputs.units(), &|unit, thread| {
        // SAFETY: a thread computes one unit at a time, and only it uses its part; units write elements of their own.
        unsafe { job.unit(unit, scratch.part(thread * own..(thread + 1) * own)) };
    });
}

/// What a unit keeps while it computes.
struct Scratch<'a> {
    /// scale · kᵀ.
    k_transposed: &'a mut [f32],
    /// scale · k.
    k: &'a mut [f32],
    v_transposed: &'a mut [f32],
    /// scale · q.
    q: &'a mut [f32],
    dy: &'a mut [f32],
    /// Scores, then weights.
    scores: &'a mut [f32],
    /// Their gradients.
    gradient: &'a mut [f32],
}

impl<'a> Scratch<'a> {
    /// Sizes of the parts, for a number of queries and of keys.
    fn sizes(isa: Isa, queries: usize, keys: usize, head_dim: usize) -> [usize; 7] {
        let width = TileSize::of(isa).columns;
        let turned = panel_floats(head_dim, keys, width);
        let plain = |rows| panel_floats(rows, head_dim, width);
        let strip = STRIP * strip_stride(keys, width);
        [turned, plain(keys), turned, plain(queries), plain(queries), strip, strip]
    }

    /// Enough for any unit.
    fn floats(isa: Isa, inputs: &Attention<'_>) -> usize {
        let (queries, keys) = (inputs.longest_queries(), inputs.longest());
        Self::sizes(isa, queries, keys, inputs.head_dim).into_iter().map(whole_lines).sum()
    }

    fn cut(isa: Isa, queries: usize, keys: usize, head_dim: usize, memory: &'a mut [f32]) -> Self {
        let mut cutter = Cutter(memory);
        let [k_transposed, k, v_transposed, q, dy, scores, gradient] =
            Self::sizes(isa, queries, keys, head_dim).map(|count| cutter.cut(count));
        Self { k_transposed, k, v_transposed, q, dy, scores, gradient }
    }
}

/// The operands and where the gradients go.
struct Job<'a> {
    isa: Isa,
    inputs: Attention<'a>,
    dy: &'a [f32],
    dq: Shared<f32>,
    dk: Shared<f32>,
    dv: Shared<f32>,
}

impl Job<'_> {
    /// One unit.
    ///
    /// # Safety
    /// The gradients are as long as their operands, and nobody else touches this unit's elements of them.
    unsafe fn unit(&self, unit: usize, scratch: &mut [f32]) {
        let Job { isa, inputs, dy, .. } = self;
        let &Attention { q, k, v, head_dim, scale, .. } = inputs;
        let (isa, unit, stride) = (*isa, inputs.unit(unit), inputs.stride());
        let (queries, keys) = (unit.queries.len(), unit.keys.len());
        let first_query = inputs.offset(unit.queries.start, unit.head);
        let first_key = inputs.offset(unit.keys.start, unit.head);
        let TileSize { columns: width, lanes, .. } = TileSize::of(isa);
        let scores_stride = strip_stride(keys, width);

        let scratch = Scratch::cut(isa, queries, keys, head_dim, scratch);
        if queries > 0 && keys > 0 {
            let at_query = |x| Rows::new(x, first_query, queries, head_dim, stride);
            let at_key = |x| Rows::new(x, first_key, keys, head_dim, stride);
            pack_transposed(isa, at_key(k), scale, scratch.k_transposed);
            pack(isa, at_key(k), scale, scratch.k);
            pack_transposed(isa, at_key(v), 1.0, scratch.v_transposed);
            pack(isa, at_query(q), scale, scratch.q);
            pack(isa, at_query(dy), 1.0, scratch.dy);
        }
        let turned = |data| Panels { data, inner: head_dim, columns: keys.next_multiple_of(lanes) };
        let plain = |data, inner| Panels { data, inner, columns: head_dim };
        let (k_transposed, v_transposed) = (turned(scratch.k_transposed), turned(scratch.v_transposed));
        let (k_panels, q_panels, dy_panels) =
            (plain(scratch.k, keys), plain(scratch.q, queries), plain(scratch.dy, queries));
        let (scores, gradient) = (scratch.scores, scratch.gradient);
        let strip_out = |start| Out { start, stride: scores_stride, add: false };
        let by_rows = |start| Left { start, stride: scores_stride, columns: false };
        let by_columns = |start| Left { start, stride: scores_stride, columns: true };

        if queries == 0 {
            // SAFETY: dk and dv have these rows.
            unsafe {
                zero_rows(self.dk.at(first_key), keys, head_dim, stride);
                zero_rows(self.dv.at(first_key), keys, head_dim, stride);
            }
        }
        for strip in balanced(queries, STRIP) {
            let first = unit.queries.start + strip.start;
            let (rows, offset) = (strip.len(), inputs.offset(first, unit.head));
            let in_place = |x: &[f32]| Left { start: x[offset..].as_ptr(), stride, columns: false };
            // SAFETY: the operands were checked: `q` and `dy` have these rows; the strips have STRIP lines.
            unsafe {
                multiply(isa, rows, in_place(q), k_transposed, 0..head_dim, strip_out(scores.as_mut_ptr()));
                multiply(
                    isa,
                    rows,
                    in_place(dy),
                    v_transposed,
                    0..head_dim,
                    strip_out(gradient.as_mut_ptr()),
                );
            }
            if keys > 0 {
                let dropout = unit.dropout.zip(inputs.dropout.map(|(_, ids)| &ids[first..first + rows]));
                let strip = Strip { scores, stride: scores_stride, keys, rows, dropout };
                isa.run(Gradients { strip, gradient });
            }
            let add = strip.start > 0;
            let at_query = Out { start: self.dq.at(offset), stride, add: false };
            let at_key = |gradient: Shared<f32>| Out { start: gradient.at(first_key), stride, add };
            // SAFETY: as above; these elements of the gradients are this unit's.
            unsafe {
                multiply(isa, rows, by_rows(gradient.as_ptr()), k_panels, 0..keys, at_query);
                multiply(isa, keys, by_columns(gradient.as_ptr()), q_panels, strip.clone(), at_key(self.dk));
                multiply(isa, keys, by_columns(scores.as_ptr()), dy_panels, strip, at_key(self.dv));
            }
        }
    }
}

/// # Safety
/// The rows are writable.
unsafe fn zero_rows(start: *mut f32, rows: usize, size: usize, stride: usize) {
    for row in 0..rows {
        // SAFETY: the caller's promise.
        unsafe { start.add(row * stride).write_bytes(0, size) };
    }
}

//! y = dropout(softmax(q · kᵀ · scale)) · v.

use super::pack::{Rows, pack, pack_transposed, panel_floats};
use super::product::{Left, Out, Panels, multiply};
use super::weights::{Exponentials, ScaleRows, Strip};
use super::{Attention, Cutter, balanced, strip_stride, whole_lines};
use crate::gemm::TileSize;
use crate::isa::Isa;
use crate::parallel::Shared;
use crate::split::Parts;
use crate::threads::Threads;

/// Queries of a strip: two tiles of the widest instruction set.
const STRIP: usize = 28;

/// Floats of scratch memory that [`attention`] needs.
pub fn attention_scratch(isa: Isa, threads: &Threads, inputs: &Attention<'_>) -> usize {
    threads.count() * of_thread(isa, inputs)
}

fn of_thread(isa: Isa, inputs: &Attention<'_>) -> usize {
    let (keys, width) = (inputs.longest(), TileSize::of(isa).columns);
    whole_lines(panel_floats(inputs.head_dim, keys, width))
        + whole_lines(panel_floats(keys, inputs.head_dim, width))
        + whole_lines(STRIP * strip_stride(keys, width))
}

/// Writes `y`, [tokens, heads, head_dim]. A query with no key gives zeros.
///
/// # Panics
/// If the lengths do not fit each other or `scratch` is shorter than [`attention_scratch`] says.
pub fn attention(isa: Isa, threads: &mut Threads, inputs: Attention<'_>, y: &mut [f32], scratch: &mut [f32]) {
    inputs.check();
    assert_eq!(y.len(), inputs.q.len());
    if y.is_empty() {
        return;
    }
    let own = of_thread(isa, &inputs);
    let scratch = Parts::new(&mut scratch[..own * threads.count()]);
    let y = Shared(y.as_mut_ptr());
    threads.run(inputs.units(), &|unit, thread| {
        // SAFETY: a thread computes one unit at a time, and only it uses its part; units write elements of their own.
        unsafe { forward(isa, &inputs, unit, y, scratch.part(thread * own..(thread + 1) * own)) };
    });
}

/// One unit.
///
/// # Safety
/// `y` is as long as the queries, and nobody else touches this unit's elements of it.
unsafe fn forward(isa: Isa, inputs: &Attention<'_>, unit: usize, y: Shared<f32>, scratch: &mut [f32]) {
    let &Attention { q, k, v, head_dim, scale, .. } = inputs;
    let (unit, stride) = (inputs.unit(unit), inputs.stride());
    let TileSize { columns: width, lanes, .. } = TileSize::of(isa);
    let (keys, first_key) = (unit.keys.len(), inputs.offset(unit.keys.start, unit.head));
    let scores_stride = strip_stride(keys, width);
    let mut cutter = Cutter(scratch);
    let k_panels = cutter.cut(panel_floats(head_dim, keys, width));
    let v_panels = cutter.cut(panel_floats(keys, head_dim, width));
    let scores = cutter.cut(STRIP * scores_stride);
    if !unit.queries.is_empty() {
        pack_transposed(isa, Rows::new(k, first_key, keys, head_dim, stride), scale, k_panels);
        pack(isa, Rows::new(v, first_key, keys, head_dim, stride), 1.0, v_panels);
    }
    // The columns of the last vector beyond the keys are computed too: they are zeros that nobody reads.
    let k_panels = Panels { data: k_panels, inner: head_dim, columns: keys.next_multiple_of(lanes) };
    let v_panels = Panels { data: v_panels, inner: keys, columns: head_dim };
    for strip in balanced(unit.queries.len(), STRIP) {
        let first = unit.queries.start + strip.start;
        let (rows, offset) = (strip.len(), inputs.offset(first, unit.head));
        let queries = Left { start: q[offset..].as_ptr(), stride, columns: false };
        let to_scores = Out { start: scores.as_mut_ptr(), stride: scores_stride, add: false };
        let mut factors = [1.0; STRIP];
        // SAFETY: the operands were checked: `q` and `y` have these rows; the strip has STRIP lines.
        unsafe { multiply(isa, rows, queries, k_panels, 0..head_dim, to_scores) };
        if keys > 0 {
            let dropout = unit.dropout.zip(inputs.dropout.map(|(_, ids)| &ids[first..first + rows]));
            let strip = Strip { scores, stride: scores_stride, keys, rows, dropout };
            isa.run(Exponentials { strip, factors: &mut factors });
        }
        let weights = Left { start: scores.as_ptr(), stride: scores_stride, columns: false };
        let y = y.at(offset);
        // SAFETY: as above; these elements of `y` are this unit's.
        unsafe { multiply(isa, rows, weights, v_panels, 0..keys, Out { start: y, stride, add: false }) };
        isa.run(ScaleRows { y, stride, size: head_dim, factors: &factors[..rows] });
    }
}

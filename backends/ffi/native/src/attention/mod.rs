//! Attention over packed sequences: they stand one behind the other without padding.
//!
//! A *unit* is one head of one sequence. Its keys and values are packed as panels of [`crate::gemm`], and its queries
//! are taken in *strips* of some rows: only a strip of the tokens × tokens weights exists at a time. A row's bits
//! depend on its own sequence alone.

mod backward;
mod forward;
mod pack;
mod product;
mod weights;

#[cfg(test)]
mod tests;

pub use backward::{AttentionGradients, attention_grad, attention_grad_scratch};
pub use forward::{attention, attention_scratch};

use crate::random::Dropout;
use std::ops::Range;

/// Operands of attention; see `AttentionArgs` in `packages/tensor/backend.ts`.
#[derive(Clone, Copy)]
pub struct Attention<'a> {
    /// Queries, [tokens, heads, head_dim].
    pub q: &'a [f32],
    /// Keys, [key tokens, heads, head_dim].
    pub k: &'a [f32],
    /// Values, [key tokens, heads, head_dim].
    pub v: &'a [f32],
    /// Sequence s owns the queries `starts[s]..starts[s + 1]`; the first is 0, the last `tokens`.
    pub starts: &'a [i32],
    /// The same for the keys.
    pub key_starts: &'a [i32],
    /// Heads of a token.
    pub heads: usize,
    /// Numbers of a head.
    pub head_dim: usize,
    /// Multiplies the scores.
    pub scale: f32,
    /// Of the weights after softmax: for head h the stream of its key folded with h, the row id of the query and the
    /// number of the key within its sequence.
    pub dropout: Option<(Dropout, &'a [i32])>,
}

impl Attention<'_> {
    /// Sequences × heads.
    fn units(&self) -> usize {
        self.starts.len().saturating_sub(1) * self.heads
    }

    /// Elements from one token to the next.
    fn stride(&self) -> usize {
        self.heads * self.head_dim
    }

    /// # Panics
    /// If lengths, starts or row ids do not fit each other: the kernels read without looking.
    fn check(&self) {
        let lengths = [(self.starts, self.q.len()), (self.key_starts, self.k.len())];
        for (starts, length) in lengths {
            let tokens = starts.last().map_or(0, |&last| last as usize);
            assert!(starts.first().is_none_or(|&first| first == 0) && starts.is_sorted());
            assert_eq!(tokens * self.stride(), length);
        }
        assert_eq!(self.starts.len(), self.key_starts.len());
        assert_eq!(self.v.len(), self.k.len());
        assert!(self.dropout.is_none_or(|(_, rows)| rows.len() * self.stride() == self.q.len()));
    }

    /// Which part of the operands unit `unit` owns.
    fn unit(&self, unit: usize) -> Unit {
        let (sequence, head) = (unit / self.heads, unit % self.heads);
        let range = |starts: &[i32]| starts[sequence] as usize..starts[sequence + 1] as usize;
        let dropout = self.dropout.map(|(d, _)| Dropout { key: d.key.fold_in(head as u32), ..d });
        Unit { queries: range(self.starts), keys: range(self.key_starts), head, dropout }
    }

    /// Offset of head `head` of token `token`.
    fn offset(&self, token: usize, head: usize) -> usize {
        token * self.stride() + head * self.head_dim
    }

    /// Keys of the longest sequence.
    fn longest(&self) -> usize {
        self.key_starts.windows(2).map(|pair| (pair[1] - pair[0]) as usize).max().unwrap_or(0)
    }

    /// Queries of the longest sequence.
    fn longest_queries(&self) -> usize {
        self.starts.windows(2).map(|pair| (pair[1] - pair[0]) as usize).max().unwrap_or(0)
    }
}

/// One head of one sequence.
struct Unit {
    queries: Range<usize>,
    keys: Range<usize>,
    head: usize,
    /// With the head's own key.
    dropout: Option<Dropout>,
}

/// Row length of a strip of weights for `keys` keys: whole panels, and a cache line so that the rows of a long sequence
/// do not all fall into the same few sets of the cache.
fn strip_stride(keys: usize, panel: usize) -> usize {
    keys.next_multiple_of(panel) + 16
}

/// Splits `rows` into the fewest ranges of at most `most` whose sizes differ by at most one.
fn balanced(rows: usize, most: usize) -> impl Iterator<Item = Range<usize>> {
    let parts = rows.div_ceil(most);
    (0..parts).map(move |part| part * rows / parts..(part + 1) * rows / parts)
}

/// Cuts scratch memory into pieces that begin at cache lines if the whole does.
struct Cutter<'a>(&'a mut [f32]);

impl<'a> Cutter<'a> {
    /// The next `count` floats.
    fn cut(&mut self, count: usize) -> &'a mut [f32] {
        let (piece, rest) = std::mem::take(&mut self.0).split_at_mut(whole_lines(count));
        self.0 = rest;
        &mut piece[..count]
    }
}

/// `count` floats rounded up to whole cache lines.
fn whole_lines(count: usize) -> usize {
    count.next_multiple_of(16)
}

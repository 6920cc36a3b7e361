//! Attention and its gradients against the formulas in f64.

use super::*;
use crate::isa::Isa;
use crate::random::{Key, threefry};
use crate::testing::{assert_close, noise};
use crate::threads::Threads;

const KEY: Key = Key(7, 9);
const P: f64 = 0.25;

/// Operands that own their memory.
struct Case {
    q: Vec<f32>,
    k: Vec<f32>,
    v: Vec<f32>,
    dy: Vec<f32>,
    starts: Vec<i32>,
    key_starts: Vec<i32>,
    heads: usize,
    head_dim: usize,
    rows: Option<Vec<i32>>,
}

impl Case {
    /// Sequences of (queries, keys).
    fn new(sequences: &[(i32, i32)], heads: usize, head_dim: usize, dropout: bool) -> Self {
        let starts = |lengths: Vec<i32>| {
            let ends = lengths.into_iter().scan(0, |end, length| {
                *end += length;
                Some(*end)
            });
            std::iter::once(0).chain(ends).collect::<Vec<i32>>()
        };
        let key_starts = starts(sequences.iter().map(|s| s.1).collect());
        let starts = starts(sequences.iter().map(|s| s.0).collect());
        let floats = |seed, starts: &[i32]| noise(seed, *starts.last().unwrap() as usize * heads * head_dim);
        Self {
            q: floats(1, &starts),
            k: floats(2, &key_starts),
            v: floats(3, &key_starts),
            dy: floats(4, &starts),
            rows: dropout.then(|| (0..*starts.last().unwrap()).map(|r| 1000 - 3 * r).collect()),
            starts,
            key_starts,
            heads,
            head_dim,
        }
    }

    fn inputs(&self) -> Attention<'_> {
        Attention {
            q: &self.q,
            k: &self.k,
            v: &self.v,
            starts: &self.starts,
            key_starts: &self.key_starts,
            heads: self.heads,
            head_dim: self.head_dim,
            scale: 0.7,
            dropout: self.rows.as_ref().map(|rows| (Dropout::new(P, KEY), rows.as_slice())),
        }
    }

    fn forward(&self, isa: Isa, threads: usize) -> Vec<f32> {
        let (mut threads, inputs) = (Threads::new(threads), self.inputs());
        let mut scratch = vec![f32::NAN; attention_scratch(isa, &threads, &inputs)];
        let mut y = vec![f32::NAN; self.q.len()];
        attention(isa, &mut threads, inputs, &mut y, &mut scratch);
        y
    }

    /// dq, dk and dv.
    fn backward(&self, isa: Isa, threads: usize) -> [Vec<f32>; 3] {
        let (mut threads, inputs) = (Threads::new(threads), self.inputs());
        let mut scratch = vec![f32::NAN; attention_grad_scratch(isa, &threads, &inputs)];
        let mut results = [&self.q, &self.k, &self.v].map(|x| vec![f32::NAN; x.len()]);
        let [q, k, v] = &mut results;
        let gradients = AttentionGradients { q, k, v };
        attention_grad(isa, &mut threads, inputs, &self.dy, gradients, &mut scratch);
        results
    }

    /// y, dq, dk and dv in f64.
    fn formulas(&self) -> [Vec<f64>; 4] {
        let (d, stride) = (self.head_dim, self.heads * self.head_dim);
        let mut results = [&self.q, &self.q, &self.k, &self.v].map(|x| vec![0.0; x.len()]);
        let [y, dq, dk, dv] = &mut results;
        let dot = |a: &[f32], b: &[f32]| -> f64 {
            a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
        };
        for (s, h) in (0..self.starts.len() - 1).flat_map(|s| (0..self.heads).map(move |h| (s, h))) {
            let keys = self.key_starts[s] as usize..self.key_starts[s + 1] as usize;
            for query in self.starts[s] as usize..self.starts[s + 1] as usize {
                let at = query * stride + h * d;
                let key_at = |j: usize| (keys.start + j) * stride + h * d;
                let scores: Vec<f64> = (0..keys.len())
                    .map(|j| 0.7f32 as f64 * dot(&self.q[at..at + d], &self.k[key_at(j)..key_at(j) + d]))
                    .collect();
                let total: f64 = scores.iter().map(|s| s.exp()).sum();
                let weights: Vec<f64> = scores.iter().map(|s| s.exp() / total).collect();
                let factors: Vec<f64> = (0..keys.len()).map(|j| self.factor(h, query, j)).collect();
                let dweights: Vec<f64> = (0..keys.len())
                    .map(|j| factors[j] * dot(&self.dy[at..at + d], &self.v[key_at(j)..key_at(j) + d]))
                    .collect();
                let mean: f64 = weights.iter().zip(&dweights).map(|(w, d)| w * d).sum();
                for j in 0..keys.len() {
                    let (kept, dscore) =
                        (weights[j] * factors[j], 0.7f32 as f64 * weights[j] * (dweights[j] - mean));
                    for c in 0..d {
                        y[at + c] += kept * f64::from(self.v[key_at(j) + c]);
                        dv[key_at(j) + c] += kept * f64::from(self.dy[at + c]);
                        dq[at + c] += dscore * f64::from(self.k[key_at(j) + c]);
                        dk[key_at(j) + c] += dscore * f64::from(self.q[at + c]);
                    }
                }
            }
        }
        results
    }

    /// What dropout multiplies the weight of key `j` by.
    fn factor(&self, head: usize, query: usize, j: usize) -> f64 {
        let Some(rows) = &self.rows else { return 1.0 };
        let bits = threefry(KEY.fold_in(head as u32), [j as u32 / 2, rows[query] as u32])[j % 2] >> 8;
        if f64::from(bits) / f64::from(1 << 24) >= P { 1.0 / (1.0 - P) } else { 0.0 }
    }
}

const SEQUENCES: [&[(i32, i32)]; 5] = [
    &[(1, 1)],
    &[(5, 5), (17, 17), (1, 1), (33, 33)],
    &[(64, 64), (130, 130)],
    &[(3, 40), (29, 2), (70, 100)],
    &[(4, 0), (0, 4), (3, 3)],
];

#[test]
fn attention_agrees_with_the_formulas() {
    for isa in Isa::available() {
        for (sequences, (heads, head_dim)) in
            SEQUENCES.into_iter().flat_map(|s| [(1, 7), (2, 64), (3, 40)].map(|h| (s, h)))
        {
            for dropout in [false, true] {
                let case = Case::new(sequences, heads, head_dim, dropout);
                let [y, dq, dk, dv] = case.formulas();
                let name = format!("{} {sequences:?} {heads}x{head_dim} {dropout}", isa.name());
                // Sums of up to 130 products of numbers below 1; scores reach 20.
                assert_close(&format!("y {name}"), &case.forward(isa, 2), &y, 1e-5);
                for ((name, got), expected) in ["dq", "dk", "dv"]
                    .map(|x| format!("{x} {name}"))
                    .iter()
                    .zip(&case.backward(isa, 2))
                    .zip([&dq, &dk, &dv])
                {
                    assert_close(name, got, expected, 1e-4);
                }
            }
        }
    }
}

#[test]
fn the_number_of_threads_leaves_the_bits_alone() {
    for isa in Isa::available() {
        let case = Case::new(SEQUENCES[2], 2, 64, true);
        assert_eq!(case.forward(isa, 1), case.forward(isa, 3));
        assert_eq!(case.backward(isa, 1), case.backward(isa, 3));
    }
}

#[test]
fn a_sequence_has_the_same_bits_alone_and_in_company() {
    for isa in Isa::available() {
        let (alone, together) =
            (Case::new(&[(29, 29)], 2, 64, true), Case::new(&[(29, 29), (50, 50)], 2, 64, true));
        let length = alone.q.len();
        assert_eq!(alone.q, together.q[..length]);
        assert_eq!(alone.forward(isa, 1), together.forward(isa, 2)[..length]);
        for (alone, together) in alone.backward(isa, 1).iter().zip(&together.backward(isa, 2)) {
            assert_eq!(alone, &together[..length]);
        }
    }
}

//! Threefry-2x32-20 (Salmon et al. 2011), uniform numbers and inverted dropout, bit-equal to `packages/tensor/random.ts`.

use crate::isa::{Isa, Kernel};
use crate::rows::Lanes;
use crate::simd::Simd;
use crate::split::{Parts, elements, for_rows, row_count};
use crate::threads::Threads;

const ROTATIONS: [[u32; 4]; 2] = [[13, 15, 26, 6], [17, 29, 16, 24]];

/// Turns the upper 24 of 32 random bits into a number below 1.
const UNIFORM: f32 = 1.0 / (1 << 24) as f32;

/// Which stream of random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub u32, pub u32);

impl Key {
    /// The three words that Threefry adds to its state in turn.
    fn words(self) -> [u32; 3] {
        [self.0, self.1, 0x1bd1_1bda ^ self.0 ^ self.1]
    }

    /// An independent key for `data`.
    pub fn fold_in(self, data: u32) -> Key {
        let [x, y] = threefry(self, [0, data]);
        Key(x, y)
    }
}

/// One block of Threefry-2x32 with 20 rounds.
pub fn threefry(key: Key, counter: [u32; 2]) -> [u32; 2] {
    let words = key.words();
    let mut x0 = counter[0].wrapping_add(words[0]);
    let mut x1 = counter[1].wrapping_add(words[1]);
    for round in 0..5 {
        for r in ROTATIONS[round % 2] {
            x0 = x0.wrapping_add(x1);
            x1 = x1.rotate_left(r) ^ x0;
        }
        x0 = x0.wrapping_add(words[(round + 1) % 3]);
        x1 = x1.wrapping_add(words[(round + 2) % 3]).wrapping_add(round as u32 + 1);
    }
    [x0, x1]
}

/// Inverted dropout: what to drop and what to multiply the rest by.
#[derive(Clone, Copy, Debug)]
pub struct Dropout {
    /// Stream of the mask.
    pub key: Key,
    /// An element is kept where its uniform number is at least this.
    pub threshold: f32,
    /// 1 / (1 − p).
    pub scale: f32,
}

impl Dropout {
    /// Drops with probability `p`, 0 ≤ p < 1.
    pub fn new(p: f64, key: Key) -> Self {
        Self { key, threshold: p as f32, scale: (1.0 / (1.0 - p)) as f32 }
    }
}

/// Uniform numbers in [0, 1): element (r, c) of `y` is that of row id `rows[r]` and column c.
///
/// # Panics
/// If `y` is not as many rows as there are ids.
pub fn random(isa: Isa, threads: &mut Threads, key: Key, rows: &[i32], y: &mut [f32]) {
    let size = columns(y.len(), rows);
    let parts = Parts::new(y);
    for_rows(threads, rows.len(), size, &|range| {
        // SAFETY: ranges are disjoint.
        let y = unsafe { parts.part(elements(&range, size)) };
        isa.run(Uniform { key, rows: &rows[range], size, y });
    });
}

/// y = x · (0 or scale), by the uniform number of row id `rows[r]` and column c.
///
/// # Panics
/// If `x` and `y` are not as many rows as there are ids.
pub fn dropout(isa: Isa, threads: &mut Threads, dropout: Dropout, rows: &[i32], x: &[f32], y: &mut [f32]) {
    assert_eq!(x.len(), y.len());
    let size = columns(y.len(), rows);
    let parts = Parts::new(y);
    for_rows(threads, rows.len(), size, &|range| {
        let covered = elements(&range, size);
        // SAFETY: ranges are disjoint.
        let y = unsafe { parts.part(covered.clone()) };
        isa.run(Drop { dropout, rows: &rows[range], size, x: &x[covered], y });
    });
}

/// Elements of each row.
fn columns(length: usize, rows: &[i32]) -> usize {
    row_count(length, rows.len())
}

/// Runs the body for each vector of a row of `size` columns with its uniform numbers; see `map_row!`.
macro_rules! each_uniform {
    ($S:ty, $stream:expr, $size:expr, |$at:ident, $lanes:ident, $uniform:ident| $body:expr) => {{
        let size: usize = $size;
        let mut next = 0;
        while next + 2 * <$S>::LANES <= size {
            let (even, odd) = $stream.at(next);
            for ($at, $uniform) in [(next, even), (next + <$S>::LANES, odd)] {
                let $lanes = $crate::rows::All;
                $body;
            }
            next += 2 * <$S>::LANES;
        }
        if next < size {
            let (even, odd) = $stream.at(next);
            for ($at, $uniform) in [(next, even), (next + <$S>::LANES, odd)] {
                if $at < size {
                    let $lanes = $crate::rows::First((size - $at).min(<$S>::LANES));
                    $body;
                }
            }
        }
    }};
}

pub(crate) use each_uniform;

struct Uniform<'a> {
    key: Key,
    rows: &'a [i32],
    size: usize,
    y: &'a mut [f32],
}

impl Kernel for Uniform<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        for (r, &row) in self.rows.iter().enumerate() {
            // SAFETY: `y` is a row of `size` for each id.
            unsafe {
                let y = self.y.as_mut_ptr().add(r * self.size);
                let stream = Stream::<S>::new(self.key, row);
                each_uniform!(S, stream, self.size, |at, lanes, uniform| lanes
                    .store::<S>(y.add(at), uniform));
            }
        }
    }
}

struct Drop<'a> {
    dropout: Dropout,
    rows: &'a [i32],
    size: usize,
    x: &'a [f32],
    y: &'a mut [f32],
}

impl Kernel for Drop<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        for (r, &row) in self.rows.iter().enumerate() {
            let start = r * self.size;
            // SAFETY: `x` and `y` are a row of `size` for each id.
            unsafe {
                let (x, y) = (self.x.as_ptr().add(start), self.y.as_mut_ptr().add(start));
                dropout_row::<S>(self.dropout, row, x, y, self.size);
            }
        }
    }
}

/// y = x · (0 or scale) for the row with id `row`; `x` and `y` may be the same.
///
/// # Safety
/// Both have `size` elements, and the machine has the instructions of `S`.
#[inline(always)]
pub unsafe fn dropout_row<S: Simd>(dropout: Dropout, row: i32, x: *const f32, y: *mut f32, size: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let stream = Stream::<S>::new(dropout.key, row);
        let (threshold, scale, zero) = (S::splat(dropout.threshold), S::splat(dropout.scale), S::splat(0.0));
        each_uniform!(S, stream, size, |at, lanes, uniform| {
            let factor = S::select(S::less(uniform, threshold), zero, scale);
            lanes.store::<S>(y.add(at), S::mul(lanes.load::<S>(x.add(at)), factor));
        });
    }
}

/// The uniform numbers of one row id.
pub(crate) struct Stream<S: Simd> {
    words: [S::I; 3],
    row: S::I,
    lanes: S::I,
}

/// 0, 1, 2 …: the number of each lane.
static NUMBERS: [i32; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

impl<S: Simd> Stream<S> {
    /// # Safety
    /// The machine has the instructions of `S`; so for `at`.
    #[inline(always)]
    pub(crate) unsafe fn new(key: Key, row: i32) -> Self {
        let [a, b, c] = key.words();
        // SAFETY: the caller's promise; no instruction set has more than 16 lanes.
        unsafe {
            let words = [S::splat_i(a as i32), S::splat_i(b as i32), S::splat_i(c as i32)];
            Self { words, row: S::splat_i(row), lanes: S::load_i(NUMBERS.as_ptr()) }
        }
    }

    /// Those of 2 · LANES columns, the first of which is even.
    #[inline(always)]
    pub(crate) unsafe fn at(&self, column: usize) -> (S::F, S::F) {
        // SAFETY: the caller's promise.
        unsafe {
            let mut x0 = S::add_i(S::add_i(S::splat_i((column / 2) as i32), self.lanes), self.words[0]);
            let mut x1 = S::add_i(self.row, self.words[1]);
            for round in 0..5 {
                (x0, x1) = if round % 2 == 0 {
                    let (x0, x1) = turn::<S, 15, 17>(turn::<S, 13, 19>((x0, x1)));
                    turn::<S, 6, 26>(turn::<S, 26, 6>((x0, x1)))
                } else {
                    let (x0, x1) = turn::<S, 29, 3>(turn::<S, 17, 15>((x0, x1)));
                    turn::<S, 24, 8>(turn::<S, 16, 16>((x0, x1)))
                };
                x0 = S::add_i(x0, self.words[(round + 1) % 3]);
                x1 = S::add_i(S::add_i(x1, self.words[(round + 2) % 3]), S::splat_i(round as i32 + 1));
            }
            S::interleave(uniform::<S>(x0), uniform::<S>(x1))
        }
    }
}

/// A quarter of a round; `REST` is 32 − `BITS`.
#[inline(always)]
unsafe fn turn<S: Simd, const BITS: i32, const REST: i32>((x0, x1): (S::I, S::I)) -> (S::I, S::I) {
    // SAFETY: the caller's promise.
    unsafe {
        let x0 = S::add_i(x0, x1);
        (x0, S::xor_i(S::rotate_left::<BITS, REST>(x1), x0))
    }
}

#[inline(always)]
unsafe fn uniform<S: Simd>(bits: S::I) -> S::F {
    // SAFETY: the caller's promise.
    unsafe { S::mul(S::to_float(S::shift_right::<8>(bits)), S::splat(UNIFORM)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    const KEY: Key = Key(0x1234_5678, 0x9abc_def0);
    const SIZES: [usize; 9] = [1, 2, 7, 8, 15, 16, 33, 64, 1000];

    #[test]
    fn blocks_are_those_of_the_authors() {
        // Known answers of the Random123 library, threefry2x32, 20 rounds.
        let ones = u32::MAX;
        assert_eq!(threefry(Key(0, 0), [0, 0]), [0x6b20_0159, 0x99ba_4efe]);
        assert_eq!(threefry(Key(ones, ones), [ones, ones]), [0x1cb9_96fc, 0xbb00_2be7]);
        let digits = [0x243f_6a88, 0x85a3_08d3];
        assert_eq!(threefry(Key(0x1319_8a2e, 0x0370_7344), digits), [0xc492_3a9c, 0x483d_f7a0]);
    }

    /// Element (row id, column) of the stream, from the scalar function.
    fn uniform_at(row: i32, column: usize) -> f32 {
        (threefry(KEY, [column as u32 / 2, row as u32])[column % 2] >> 8) as f32 * UNIFORM
    }

    #[test]
    fn uniform_numbers_are_those_of_the_scalar_function() {
        let rows = [5, 0, -1, i32::MIN, 77];
        for (isa, size) in Isa::available().into_iter().flat_map(|isa| SIZES.map(|size| (isa, size))) {
            let mut y = vec![f32::NAN; rows.len() * size];
            random(isa, &mut Threads::new(2), KEY, &rows, &mut y);
            for (i, &y) in y.iter().enumerate() {
                assert_eq!(y, uniform_at(rows[i / size], i % size), "{} {size} at {i}", isa.name());
            }
        }
    }

    #[test]
    fn dropout_keeps_what_lies_above_the_probability() {
        let rows: Vec<i32> = (0..40).map(|r| 3 * r).collect();
        for (isa, size) in Isa::available().into_iter().flat_map(|isa| SIZES.map(|size| (isa, size))) {
            let x = noise(1, rows.len() * size);
            let mut y = vec![f32::NAN; x.len()];
            dropout(isa, &mut Threads::new(2), Dropout::new(0.3, KEY), &rows, &x, &mut y);
            for (i, &y) in y.iter().enumerate() {
                let kept = uniform_at(rows[i / size], i % size) >= 0.3;
                assert_eq!(y, if kept { x[i] * (1.0 / 0.7f64) as f32 } else { x[i] * 0.0 });
            }
        }
    }
}

//! The innermost loop of a product: all sums of a tile, in registers.

use super::ahead::LINE;
use super::tile::{Start, Tile, most_rows};
use crate::isa::Kernel;
use crate::simd::Simd;

/// A tile of `ROWS` rows and `VECTORS` vectors; `COLUMNS` is its `left_columns`.
///
/// Whoever runs it promises what [`super::tile::tile`] asks for.
pub(super) struct Rows<'a, const ROWS: usize, const VECTORS: usize, const COLUMNS: bool>(pub &'a Tile);

impl<const ROWS: usize, const VECTORS: usize, const COLUMNS: bool> Kernel
    for Rows<'_, ROWS, VECTORS, COLUMNS>
{
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        // The compiler drops the tiles that do not fit the registers of S.
        assert!(
            ROWS <= most_rows::<S>() && VECTORS <= S::TILE_VECTORS,
            "a tile of {ROWS} rows and {VECTORS} vectors does not fit the registers"
        );
        let Tile { inner, left, left_stride, panel, start, out, out_stride, mut ahead, .. } = *self.0;
        let width = S::TILE_VECTORS * S::LANES;
        // SAFETY: `tile`, the only way here, promises what the pointers are valid for.
        unsafe {
            let mut sums = [[S::splat(0.0); VECTORS]; ROWS];
            for row in 0..ROWS {
                for vector in 0..VECTORS {
                    S::prefetch(out.add(row * out_stride + vector * S::LANES));
                }
            }
            match start {
                Start::Zero => {}
                Start::Bias(bias) => sums = [load::<S, VECTORS>(bias); ROWS],
                Start::Add => {
                    for (row, sum) in sums.iter_mut().enumerate() {
                        *sum = load::<S, VECTORS>(out.add(row * out_stride));
                    }
                }
            }
            let mut left = Left { at: left, stride: left_stride, multiples: odd_multiples(left_stride) };
            let mut panel = panel;
            for _ in 0..inner / STEPS {
                add_products::<S, ROWS, VECTORS, COLUMNS>(&mut sums, left, panel, 0);
                add_products::<S, ROWS, VECTORS, COLUMNS>(&mut sums, left, panel, 1);
                add_products::<S, ROWS, VECTORS, COLUMNS>(&mut sums, left, panel, 2);
                add_products::<S, ROWS, VECTORS, COLUMNS>(&mut sums, left, panel, 3);
                for _ in 0..ahead.lines {
                    S::prefetch_early(ahead.from);
                    ahead.from = ahead.from.wrapping_add(LINE);
                }
                left.at = left.at.add(if COLUMNS { STEPS * left_stride } else { STEPS });
                panel = panel.add(STEPS * width);
            }
            for _ in 0..inner % STEPS {
                add_products::<S, ROWS, VECTORS, COLUMNS>(&mut sums, left, panel, 0);
                left.at = left.at.add(if COLUMNS { left_stride } else { 1 });
                panel = panel.add(width);
            }
            for (row, sum) in sums.iter().enumerate() {
                for (vector, &sum) in sum.iter().enumerate() {
                    S::store(out.add(row * out_stride + vector * S::LANES), sum);
                }
            }
        }
    }
}

/// The vectors from an address on.
///
/// # Safety
/// They may be read.
#[inline(always)]
unsafe fn load<S: Simd, const VECTORS: usize>(from: *const f32) -> [S::F; VECTORS] {
    // SAFETY: as promised by the caller.
    unsafe {
        let mut vectors = [S::splat(0.0); VECTORS];
        for (index, vector) in vectors.iter_mut().enumerate() {
            *vector = S::load(from.add(index * S::LANES));
        }
        vectors
    }
}

/// Steps over k between two moves of the pointers.
pub(super) const STEPS: usize = 4;
/// Where the columns of A that come next begin.
#[derive(Clone, Copy)]
struct Left {
    at: *const f32,
    stride: usize,
    multiples: [usize; 7],
}

/// 1, 3, 5, … 13 times the stride. With these in registers an address of x86 reaches each of 14 rows, because it may
/// take 1, 2, 4 or 8 times a register; left to itself the compiler adds up strides in the innermost loop, which costs
/// 4 % there. The empty instruction keeps it from seeing that the registers depend on each other.
#[inline(always)]
fn odd_multiples(stride: usize) -> [usize; 7] {
    std::array::from_fn(|i| {
        let mut multiple = (2 * i + 1) * stride;
        // SAFETY: no instruction at all.
        unsafe {
            std::arch::asm!("/* {0} */", inout(reg) multiple, options(pure, nomem, nostack, preserves_flags))
        };
        multiple
    })
}

impl Left {
    /// Row `row` of the tile where rows are contiguous.
    ///
    /// # Safety
    /// The row lies in the memory of the tile.
    #[inline(always)]
    unsafe fn row(self, row: usize) -> *const f32 {
        if row == 0 {
            return self.at;
        }
        let twos = row.trailing_zeros();
        // SAFETY: as promised by the caller.
        unsafe { self.at.add(self.multiples[(row >> twos) / 2] << twos) }
    }
}

/// sums += A[.., p] · B[p, ..].
///
/// # Safety
/// Column p and row p lie in the memory of the tile.
#[inline(always)]
unsafe fn add_products<S: Simd, const ROWS: usize, const VECTORS: usize, const COLUMNS: bool>(
    sums: &mut [[S::F; VECTORS]; ROWS],
    left: Left,
    panel: *const f32,
    p: usize,
) {
    // SAFETY: as promised by the caller.
    unsafe {
        let line = panel.add(p * S::TILE_VECTORS * S::LANES);
        let b = load::<S, VECTORS>(line);
        // Written out: a loop of so many registers is beyond what the compiler unrolls, and then they lie in memory.
        macro_rules! add {
            ($($row:literal)*) => {$(
                if $row < ROWS {
                    let at = if COLUMNS { left.at.add(p * left.stride + $row) } else { left.row($row).add(p) };
                    let a = S::splat(*at);
                    let sum = &mut sums[$row % ROWS];
                    for (sum, &b) in sum.iter_mut().zip(&b) {
                        *sum = S::fma(a, b, *sum);
                    }
                }
            )*};
        }
        add!(0 1 2 3 4 5 6 7 8 9 10 11 12 13);
    }
}

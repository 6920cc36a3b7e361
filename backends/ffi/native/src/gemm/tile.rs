//! The innermost loop: a tile of C, a few rows by two vectors, whose sums stay in registers.

use crate::isa::{Isa, Kernel};
use crate::simd::Simd;

/// Most rows of a tile on any instruction set.
pub(super) const MAX_ROWS: usize = 14;
/// Most columns of a tile on any instruction set.
pub(super) const MAX_COLUMNS: usize = 32;

/// Rows and columns of a full tile, and so the width of a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TileSize {
    /// Rows of C whose sums fit the registers.
    pub rows: usize,
    /// Columns: two vectors.
    pub columns: usize,
}

impl TileSize {
    /// That of an instruction set.
    pub fn of(isa: Isa) -> Self {
        struct Ask;
        impl Kernel for Ask {
            type Output = TileSize;
            #[inline(always)]
            unsafe fn run<S: Simd>(self) -> TileSize {
                TileSize { rows: most_rows::<S>(), columns: 2 * S::LANES }
            }
        }
        isa.run(Ask)
    }
}

/// All registers but two of B, one of A and one to spare hold sums, two a row.
const fn most_rows<S: Simd>() -> usize {
    (S::REGISTERS - 4) / 2
}

/// What the sums begin with.
#[derive(Clone, Copy)]
pub enum Start {
    /// 0.
    Zero,
    /// One number for each column of the panel, zeros behind the last.
    Bias(*const f32),
    /// What C holds.
    Add,
}

/// A tile of C, all in raw memory.
#[derive(Clone, Copy)]
pub struct Tile {
    /// Rows of A and C, 1 to [`TileSize::rows`].
    pub rows: usize,
    /// Columns of C that are written, at most [`TileSize::columns`].
    pub columns: usize,
    /// Length of the sums.
    pub inner: usize,
    /// A[0, 0] of the tile.
    pub left: *const f32,
    /// Elements of A from one row to the next, or from one column to the next if `left_columns`.
    pub left_stride: usize,
    /// Whether the columns of A lie contiguously rather than its rows.
    pub left_columns: bool,
    /// The panel of B: `inner` rows of [`TileSize::columns`].
    pub panel: *const f32,
    /// What the sums begin with.
    pub start: Start,
    /// C[0, 0] of the tile.
    pub out: *mut f32,
    /// Elements of C from one row to the next.
    pub out_stride: usize,
}

/// Computes one tile.
///
/// # Safety
/// The pointers are valid for the sizes: `left` for reading rows × inner elements at its strides, `panel` for reading
/// inner × [`TileSize::columns`], `out` for writing rows × columns (and reading with [`Start::Add`]), a bias for
/// reading [`TileSize::columns`]; `out` overlaps nothing else.
#[inline]
pub unsafe fn tile(isa: Isa, tile: &Tile) {
    debug_assert!((1..=TileSize::of(isa).rows).contains(&tile.rows));
    // SAFETY: as promised by the caller.
    unsafe {
        if tile.columns == TileSize::of(isa).columns {
            whole(isa, tile);
        } else {
            part(isa, tile);
        }
    }
}

/// A tile at the right edge: computed as a whole one beside C, so that its bits are the same.
///
/// # Safety
/// As [`tile`].
#[cold]
unsafe fn part(isa: Isa, tile: &Tile) {
    let mut beside = [0f32; MAX_ROWS * MAX_COLUMNS];
    let width = TileSize::of(isa).columns;
    // SAFETY: `beside` holds a whole tile; the rows of C are touched for `columns` elements only.
    unsafe {
        if matches!(tile.start, Start::Add) {
            for row in 0..tile.rows {
                let from = tile.out.add(row * tile.out_stride);
                std::ptr::copy_nonoverlapping(from, beside.as_mut_ptr().add(row * width), tile.columns);
            }
        }
        whole(isa, &Tile { out: beside.as_mut_ptr(), out_stride: width, ..*tile });
        for row in 0..tile.rows {
            let to = tile.out.add(row * tile.out_stride);
            std::ptr::copy_nonoverlapping(beside.as_ptr().add(row * width), to, tile.columns);
        }
    }
}

/// A tile of full width, with its number of rows known to the compiler.
///
/// # Safety
/// As [`tile`].
#[inline]
unsafe fn whole(isa: Isa, tile: &Tile) {
    match (tile.left_columns, tile.rows) {
        (false, 1) => isa.run(Rows::<1, false>(tile)),
        (false, 2) => isa.run(Rows::<2, false>(tile)),
        (false, 3) => isa.run(Rows::<3, false>(tile)),
        (false, 4) => isa.run(Rows::<4, false>(tile)),
        (false, 5) => isa.run(Rows::<5, false>(tile)),
        (false, 6) => isa.run(Rows::<6, false>(tile)),
        (false, 7) => isa.run(Rows::<7, false>(tile)),
        (false, 8) => isa.run(Rows::<8, false>(tile)),
        (false, 9) => isa.run(Rows::<9, false>(tile)),
        (false, 10) => isa.run(Rows::<10, false>(tile)),
        (false, 11) => isa.run(Rows::<11, false>(tile)),
        (false, 12) => isa.run(Rows::<12, false>(tile)),
        (false, 13) => isa.run(Rows::<13, false>(tile)),
        (false, _) => isa.run(Rows::<14, false>(tile)),
        (true, 1) => isa.run(Rows::<1, true>(tile)),
        (true, 2) => isa.run(Rows::<2, true>(tile)),
        (true, 3) => isa.run(Rows::<3, true>(tile)),
        (true, 4) => isa.run(Rows::<4, true>(tile)),
        (true, 5) => isa.run(Rows::<5, true>(tile)),
        (true, 6) => isa.run(Rows::<6, true>(tile)),
        (true, 7) => isa.run(Rows::<7, true>(tile)),
        (true, 8) => isa.run(Rows::<8, true>(tile)),
        (true, 9) => isa.run(Rows::<9, true>(tile)),
        (true, 10) => isa.run(Rows::<10, true>(tile)),
        (true, 11) => isa.run(Rows::<11, true>(tile)),
        (true, 12) => isa.run(Rows::<12, true>(tile)),
        (true, 13) => isa.run(Rows::<13, true>(tile)),
        (true, _) => isa.run(Rows::<14, true>(tile)),
    }
}

/// A tile of `ROWS` rows; `COLUMNS` is its `left_columns`.
struct Rows<'a, const ROWS: usize, const COLUMNS: bool>(&'a Tile);

impl<const ROWS: usize, const COLUMNS: bool> Kernel for Rows<'_, ROWS, COLUMNS> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        // The compiler drops the tiles that do not fit the registers of S.
        assert!(ROWS <= most_rows::<S>(), "a tile of {ROWS} rows does not fit the registers");
        let Tile { inner, left, left_stride, panel, start, out, out_stride, .. } = *self.0;
        // SAFETY: `tile`, the only way here, promises what the pointers are valid for.
        unsafe {
            let mut sums = [[S::splat(0.0); 2]; ROWS];
            for row in 0..ROWS {
                S::prefetch(out.add(row * out_stride));
                S::prefetch(out.add(row * out_stride + S::LANES));
            }
            match start {
                Start::Zero => {}
                Start::Bias(bias) => sums = [[S::load(bias), S::load(bias.add(S::LANES))]; ROWS],
                Start::Add => {
                    for (row, sum) in sums.iter_mut().enumerate() {
                        let from = out.add(row * out_stride);
                        *sum = [S::load(from), S::load(from.add(S::LANES))];
                    }
                }
            }
            let mut left = Left { at: left, stride: left_stride, multiples: odd_multiples(left_stride) };
            let mut panel = panel;
            for _ in 0..inner / STEPS {
                add_products::<S, ROWS, COLUMNS>(&mut sums, left, panel, 0);
                add_products::<S, ROWS, COLUMNS>(&mut sums, left, panel, 1);
                add_products::<S, ROWS, COLUMNS>(&mut sums, left, panel, 2);
                add_products::<S, ROWS, COLUMNS>(&mut sums, left, panel, 3);
                left.at = left.at.add(if COLUMNS { STEPS * left_stride } else { STEPS });
                panel = panel.add(STEPS * 2 * S::LANES);
            }
            for _ in 0..inner % STEPS {
                add_products::<S, ROWS, COLUMNS>(&mut sums, left, panel, 0);
                left.at = left.at.add(if COLUMNS { left_stride } else { 1 });
                panel = panel.add(2 * S::LANES);
            }
            for (row, sum) in sums.iter().enumerate() {
                let to = out.add(row * out_stride);
                S::store(to, sum[0]);
                S::store(to.add(S::LANES), sum[1]);
            }
        }
    }
}

/// Steps over k between two moves of the pointers.
const STEPS: usize = 4;
/// How far ahead of its use the panel is fetched, in elements: the time that the third cache takes.
const AHEAD: usize = 1024;
/// How far ahead it is fetched to the second cache: the processor itself asks main memory too late, which costs a third
/// of its speed where the weights are read once.
const EARLY: usize = 4096;

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
unsafe fn add_products<S: Simd, const ROWS: usize, const COLUMNS: bool>(
    sums: &mut [[S::F; 2]; ROWS],
    left: Left,
    panel: *const f32,
    p: usize,
) {
    // SAFETY: as promised by the caller.
    unsafe {
        let line = panel.add(p * 2 * S::LANES);
        S::prefetch(line.wrapping_add(AHEAD));
        S::prefetch(line.wrapping_add(AHEAD + S::LANES));
        S::prefetch_early(line.wrapping_add(EARLY));
        S::prefetch_early(line.wrapping_add(EARLY + S::LANES));
        let b = [S::load(line), S::load(line.add(S::LANES))];
        // Written out: a loop of so many registers is beyond what the compiler unrolls, and then they lie in memory.
        macro_rules! add {
            ($($row:literal)*) => {$(
                if $row < ROWS {
                    let at = if COLUMNS { left.at.add(p * left.stride + $row) } else { left.row($row).add(p) };
                    let a = S::splat(*at);
                    let sum = &mut sums[$row % ROWS];
                    *sum = [S::fma(a, b[0], sum[0]), S::fma(a, b[1], sum[1])];
                }
            )*};
        }
        add!(0 1 2 3 4 5 6 7 8 9 10 11 12 13);
    }
}

//! A tile of C, a few rows by a few vectors, whose sums stay in registers.

use super::ahead::Ahead;
use super::kernel::Rows;
use crate::isa::{Isa, Kernel};
use crate::simd::Simd;

/// Most rows of a tile on any instruction set.
pub(super) const MAX_ROWS: usize = 14;
/// Most columns of a tile on any instruction set.
pub(super) const MAX_COLUMNS: usize = 64;

/// Rows and columns of a full tile, and so the width of a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TileSize {
    /// Rows of C whose sums fit the registers.
    pub rows: usize,
    /// Columns: [`Simd::TILE_VECTORS`] vectors.
    pub columns: usize,
    /// Columns of a vector.
    pub lanes: usize,
}

impl TileSize {
    /// That of an instruction set.
    pub fn of(isa: Isa) -> Self {
        struct Ask;
        impl Kernel for Ask {
            type Output = TileSize;
            #[inline(always)]
            unsafe fn run<S: Simd>(self) -> TileSize {
                TileSize { rows: most_rows::<S>(), columns: S::TILE_VECTORS * S::LANES, lanes: S::LANES }
            }
        }
        isa.run(Ask)
    }
}

/// All registers but those of B, one of A and one to spare hold sums.
pub(super) const fn most_rows<S: Simd>() -> usize {
    (S::REGISTERS - S::TILE_VECTORS - 2) / S::TILE_VECTORS
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
    /// What to fetch meanwhile.
    pub ahead: Ahead,
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
        if tile.columns.is_multiple_of(TileSize::of(isa).lanes) {
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
    let TileSize { columns: width, lanes, .. } = TileSize::of(isa);
    // SAFETY: `beside` holds a whole tile; the rows of C are touched for `columns` elements only.
    unsafe {
        if matches!(tile.start, Start::Add) {
            for row in 0..tile.rows {
                let from = tile.out.add(row * tile.out_stride);
                std::ptr::copy_nonoverlapping(from, beside.as_mut_ptr().add(row * width), tile.columns);
            }
        }
        let columns = tile.columns.next_multiple_of(lanes);
        whole(isa, &Tile { columns, out: beside.as_mut_ptr(), out_stride: width, ..*tile });
        for row in 0..tile.rows {
            let to = tile.out.add(row * tile.out_stride);
            std::ptr::copy_nonoverlapping(beside.as_ptr().add(row * width), to, tile.columns);
        }
    }
}

/// A tile of whole vectors.
///
/// # Safety
/// As [`tile`].
#[inline]
unsafe fn whole(isa: Isa, tile: &Tile) {
    // SAFETY: as promised by the caller.
    unsafe { if tile.left_columns { of_rows::<true>(isa, tile) } else { of_rows::<false>(isa, tile) } }
}

/// Makes the number of rows known to the compiler.
///
/// # Safety
/// As [`tile`].
unsafe fn of_rows<const COLUMNS: bool>(isa: Isa, tile: &Tile) {
    // SAFETY: as promised by the caller.
    unsafe {
        match tile.rows {
            1 => of_vectors::<1, COLUMNS>(isa, tile),
            2 => of_vectors::<2, COLUMNS>(isa, tile),
            3 => of_vectors::<3, COLUMNS>(isa, tile),
            4 => of_vectors::<4, COLUMNS>(isa, tile),
            5 => of_vectors::<5, COLUMNS>(isa, tile),
            6 => of_vectors::<6, COLUMNS>(isa, tile),
            7 => of_vectors::<7, COLUMNS>(isa, tile),
            8 => of_vectors::<8, COLUMNS>(isa, tile),
            9 => of_vectors::<9, COLUMNS>(isa, tile),
            10 => of_vectors::<10, COLUMNS>(isa, tile),
            11 => of_vectors::<11, COLUMNS>(isa, tile),
            12 => of_vectors::<12, COLUMNS>(isa, tile),
            13 => of_vectors::<13, COLUMNS>(isa, tile),
            _ => of_vectors::<14, COLUMNS>(isa, tile),
        }
    }
}

/// Makes the number of vectors known to the compiler.
///
/// # Safety
/// As [`tile`].
unsafe fn of_vectors<const ROWS: usize, const COLUMNS: bool>(isa: Isa, tile: &Tile) {
    match tile.columns / TileSize::of(isa).lanes {
        1 => isa.run(Rows::<ROWS, 1, COLUMNS>(tile)),
        2 => isa.run(Rows::<ROWS, 2, COLUMNS>(tile)),
        3 => isa.run(Rows::<ROWS, 3, COLUMNS>(tile)),
        _ => isa.run(Rows::<ROWS, 4, COLUMNS>(tile)),
    }
}

//! Products whose operands are rounded first: to bf16, or to int8 with a scale for each row and each column.
//!
//! Both formats share one layout. A *group* is what a lane of a vector multiplies at once: 4 bytes, two bf16 or four
//! int8 that follow each other along the sum. A row of the left operand is a list of groups; a panel of the right one
//! has a line of [`COLUMNS`] groups for each of them. That is how the tiles of AMX and the dot products of AVX-512 both
//! read it. Sums are f32 or i32, and they never leave their registers before they are complete: a row's bits depend
//! neither on other rows nor on the threads. Sums of int8 are exact, so all engines give the same bits.

#[cfg(target_arch = "x86_64")]
mod amx;
mod bf16;
mod engine;
mod finish;
mod halves;
mod int8;
mod multiply;
mod pack;
mod round;
mod rounded;
#[cfg(test)]
mod tests;

pub use engine::{Engine, Format, Method};
pub use halves::Halves;
pub use multiply::{NarrowOut, multiply_narrow};
pub use pack::NarrowPacked;
pub use rounded::Rounded;

/// Bytes of a group.
const GROUP: usize = 4;
/// Columns of a panel.
const COLUMNS: usize = 32;
/// Most rows of a tile.
const ROWS: usize = 32;
/// Rows that the engines compute together at least; the left operand is filled up with zeros to so many.
const ROW_STEP: usize = 16;
/// Groups that the engines take together at least; both operands are filled up with zeros to so many.
const GROUP_STEP: usize = 16;

/// Groups of sums of length `inner`.
fn groups(inner: usize, format: Format) -> usize {
    inner.div_ceil(format.of_group()).next_multiple_of(GROUP_STEP).max(GROUP_STEP)
}

/// Sums of a tile, f32 or i32 by the format.
#[repr(align(64))]
struct Sums([u32; ROWS * COLUMNS]);

/// A tile: what an engine multiplies in one go.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "some of it is for engines of x86-64"))]
struct Tile {
    /// Rows to compute, a multiple of [`ROW_STEP`], at most [`ROWS`].
    rows: usize,
    /// Groups of each sum, a multiple of [`GROUP_STEP`], not 0.
    groups: usize,
    /// First byte of the first row.
    left: *const u8,
    /// Bytes from one row to the next; on average, where rows lie in squares.
    left_stride: usize,
    /// First byte of the panel.
    panel: *const u8,
    /// Whether the panel may still lie in main memory.
    far: bool,
    /// What sums of unsigned int8 begin with, a number for each column.
    offsets: *const i32,
    /// Where the sums go, a line of [`COLUMNS`] for each row.
    sums: *mut u32,
}

//! The product of a matrix and a packed one.

use super::activation::{self, Activation, Target};
use super::ahead::Reading;
use super::left::Block;
use super::matrix::Matrix;
use super::pack::Packed;
use super::plan::Plan;
use super::storage::Storage;
use super::tile::{MAX_COLUMNS, Start, Tile, TileSize, tile};
use crate::threads::Threads;
use std::sync::Mutex;

/// Length of the sums between two visits of a tile: this much of a panel and of the tile's rows stays near.
const INNER: usize = 1024;

/// What happens to the sums on their way out.
#[derive(Clone, Copy, Default)]
pub struct Epilogue<'a> {
    /// One number for each column.
    pub bias: Option<&'a [f32]>,
    /// Applied last.
    pub activation: Activation,
}

/// Memory of the threads for copies of the left operand, kept for the next product.
#[derive(Default)]
pub struct Workspace {
    copies: Vec<Mutex<Storage>>,
}

impl Workspace {
    /// One storage for each of `threads`.
    fn grow(&mut self, threads: usize) -> &[Mutex<Storage>] {
        while self.copies.len() < threads {
            self.copies.push(Mutex::default());
        }
        &self.copies
    }
}

/// A pointer that units share, each for elements of its own.
#[derive(Clone, Copy)]
pub(super) struct SharedPointer<T>(pub *mut T);

// SAFETY: whoever uses the pointer says there why no two threads touch the same element.
unsafe impl<T: Send> Sync for SharedPointer<T> {}

impl<T> SharedPointer<T> {
    /// The pointer moved by `offset` elements, which stay inside its memory.
    pub fn at(&self, offset: usize) -> *mut T {
        self.0.wrapping_add(offset)
    }
}

/// C = activation(left · right + bias); `out` is [left.rows, right.columns()], contiguous.
///
/// # Panics
/// If sizes do not fit each other.
pub fn multiply(
    threads: &mut Threads,
    workspace: &mut Workspace,
    left: Matrix<'_>,
    right: &Packed,
    epilogue: Epilogue<'_>,
    out: &mut [f32],
) {
    let left = left.checked();
    let (rows, inner, columns) = (left.rows, left.columns, right.columns());
    assert_eq!(inner, right.inner(), "columns of the left operand are rows of the right one");
    assert_eq!(out.len(), rows * columns, "the result is [rows, columns]");
    assert!(
        epilogue.bias.is_none_or(|bias| bias.len() == columns),
        "the bias has one number for each column"
    );
    if out.is_empty() {
        return;
    }
    let isa = right.isa();
    let size = TileSize::of(isa);
    let plan = Plan::new(rows, inner, columns, size, threads.count());
    let copies = workspace.grow(threads.count());
    let to = SharedPointer(out.as_mut_ptr());
    threads.run(plan.units(), &|unit, thread| {
        let mut copy = copies[thread].lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (rows, panels) = plan.unit(unit);
        let at = |panel: usize, line: usize| right.panels()[(panel * inner + line) * size.columns..].as_ptr();
        // At least once, so that sums of length 0 are written too.
        for start in (0..inner.max(1)).step_by(INNER) {
            let length = INNER.min(inner - start);
            let block = Block::new(isa, left, &rows, size, start, length, &mut copy);
            for panel in panels.clone() {
                let column = panel * size.columns;
                let count = size.columns.min(columns - column);
                let mut bias = [0f32; MAX_COLUMNS];
                let begin = match epilogue.bias {
                    _ if start > 0 => Start::Add,
                    None => Start::Zero,
                    Some(all) => {
                        bias[..count].copy_from_slice(&all[column..column + count]);
                        Start::Bias(bias.as_ptr())
                    }
                };
                let from = at(panel, start);
                let next = if panel + 1 < panels.end {
                    Some(at(panel + 1, start))
                } else if start + length < inner {
                    Some(at(panels.start, start + length))
                } else {
                    None
                };
                let reading = Reading {
                    unfetched: (panel == panels.start && start == 0).then_some(from),
                    next,
                    inner: length,
                    width: size.columns,
                    tiles: rows.tiles(),
                };
                for index in 0..rows.tiles() {
                    let (row, tile_rows) = rows.tile(index);
                    let (base, left_stride, left_columns) = block.tile(index, row - rows.first());
                    let task = Tile {
                        rows: tile_rows,
                        columns: count,
                        inner: length,
                        left: base,
                        left_stride,
                        left_columns,
                        panel: from,
                        start: begin,
                        out: to.at(row * columns + column),
                        out_stride: columns,
                        ahead: reading.ahead(index),
                    };
                    // SAFETY: the sizes were checked above; each unit writes rows and columns of its own.
                    unsafe {
                        tile(isa, &task);
                        if start + length == inner {
                            let Tile { out, out_stride: stride, rows, columns, .. } = task;
                            activation::apply(
                                isa,
                                epilogue.activation,
                                &Target { out, stride, rows, columns },
                            );
                        }
                    }
                }
            }
        }
    });
}

//! Copies of blocks whose axes lie differently in source and target.

use crate::memory::Number;
use crate::parallel::{GRAIN, Shared};
use crate::threads::Threads;

/// Rows and columns of a tile when both sides are not contiguous along the same axis: 16 lines of the cache each.
const TILE: usize = 16;

/// One axis of a copy: its size, and the distance of neighbours in source and target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Elements along it.
    pub size: usize,
    /// Elements between neighbours of the source.
    pub from: usize,
    /// Elements between neighbours of the target.
    pub to: usize,
}

/// Copies the block of `axes` (outermost first) from `x` at `x_start` to `y` at `y_start`.
///
/// # Panics
/// If the block reaches beyond a slice, or target places coincide.
pub fn copy<T: Number>(
    threads: &mut Threads,
    axes: &[Axis],
    (x, x_start): (&[T], usize),
    (y, y_start): (&mut [T], usize),
) {
    if axes.iter().any(|axis| axis.size == 0) {
        return;
    }
    let mut axes = merge(axes);
    let reach = |start: usize, step: fn(&Axis) -> usize| {
        axes.iter().fold(start, |end, axis| end + (axis.size - 1) * step(axis))
    };
    assert!(reach(x_start, |axis| axis.from) < x.len(), "a copy reads behind its source");
    assert!(reach(y_start, |axis| axis.to) < y.len(), "a copy writes behind its target");
    let mut targets: Vec<Axis> = axes.clone();
    targets.sort_by_key(|axis| axis.to);
    let mut extent = 0;
    let apart = targets.iter().all(|axis| {
        let beyond = axis.to > extent;
        extent += (axis.size - 1) * axis.to;
        beyond
    });
    assert!(apart, "a copy writes one place twice");

    let row = axes.pop().unwrap_or(Axis { size: 1, from: 1, to: 1 });
    // A second axis along which the source is contiguous makes tiles; without it a row is copied alone.
    let beside = if row.from == 1 { None } else { axes.iter().position(|axis| axis.from == 1) };
    let column = beside.map_or(Axis { size: 1, from: 0, to: 0 }, |index| axes.remove(index));
    let strips = column.size.div_ceil(TILE);
    let outer: usize = axes.iter().map(|axis| axis.size).product();
    let work = row.size * TILE.min(column.size);
    let batch = (GRAIN / work).max(1);
    let (x, y) = (Shared(x.as_ptr().cast_mut()), Shared(y.as_mut_ptr()));
    let units = outer * strips;
    threads.run(units.div_ceil(batch), &|unit, _| {
        for strip in unit * batch..((unit + 1) * batch).min(units) {
            let first = strip % strips * TILE;
            let (mut from, mut to) = (x_start + first * column.from, y_start + first * column.to);
            let mut rest = strip / strips;
            for axis in axes.iter().rev() {
                from += rest % axis.size * axis.from;
                to += rest % axis.size * axis.to;
                rest /= axis.size;
            }
            // SAFETY: the assertions above show that all indices of the block lie in the slices and that no two of the
            // target coincide, and each strip is copied once.
            unsafe {
                copy_strip(x.at(from), y.at(to), row, Axis { size: TILE.min(column.size - first), ..column })
            }
        }
    });
}

/// # Safety
/// Both blocks of `row` × `column` lie in their allocations, and nobody else uses that of `to`.
unsafe fn copy_strip<T: Copy>(from: *const T, to: *mut T, row: Axis, column: Axis) {
    // SAFETY: as the caller says; the loops stay within the block.
    unsafe {
        if row.from == 1 && row.to == 1 {
            for c in 0..column.size {
                std::ptr::copy_nonoverlapping(from.add(c * column.from), to.add(c * column.to), row.size);
            }
            return;
        }
        for r in 0..row.size {
            for c in 0..column.size {
                *to.add(r * row.to + c * column.to) = *from.add(r * row.from + c * column.from);
            }
        }
    }
}

/// Leaves out axes of one element and joins neighbours that lie one behind the other on both sides.
fn merge(axes: &[Axis]) -> Vec<Axis> {
    let mut merged: Vec<Axis> = Vec::new();
    for axis in axes.iter().filter(|axis| axis.size != 1) {
        match merged.last_mut() {
            Some(outer) if outer.from == axis.from * axis.size && outer.to == axis.to * axis.size => {
                *outer = Axis { size: outer.size * axis.size, ..*axis };
            }
            _ => merged.push(*axis),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Index of the source for each index of the target, by the formula.
    fn check(sizes: [usize; 3], permutation: [usize; 3]) {
        let steps = [sizes[1] * sizes[2], sizes[2], 1];
        let to = permutation.map(|axis| sizes[axis]);
        let to_steps = [to[1] * to[2], to[2], 1];
        let axes: Vec<Axis> =
            (0..3).map(|i| Axis { size: to[i], from: steps[permutation[i]], to: to_steps[i] }).collect();
        let count = sizes.iter().product::<usize>();
        let x: Vec<u32> = (0..count as u32).collect();
        let mut y = vec![u32::MAX; count];
        copy(&mut Threads::new(2), &axes, (&x, 0), (&mut y, 0));
        for (i, y) in y.into_iter().enumerate() {
            let index = [i / to_steps[0], i / to_steps[1] % to[1], i % to[2]];
            let source: usize = (0..3).map(|n| index[n] * steps[permutation[n]]).sum();
            assert_eq!(y, x[source], "{sizes:?} by {permutation:?} at {i}");
        }
    }

    #[test]
    fn all_permutations_of_three_axes() {
        for sizes in [[2, 3, 4], [1, 17, 33], [40, 50, 60], [16, 1, 16], [128, 8, 64]] {
            for permutation in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
                check(sizes, permutation);
            }
        }
    }

    #[test]
    #[should_panic(expected = "behind its source")]
    fn a_block_beyond_the_source_is_refused() {
        copy(&mut Threads::new(1), &[Axis { size: 3, from: 2, to: 1 }], (&[0u32; 4], 0), (&mut [0; 4], 0));
    }

    #[test]
    #[should_panic(expected = "twice")]
    fn overlapping_targets_are_refused() {
        copy(&mut Threads::new(1), &[Axis { size: 3, from: 1, to: 0 }], (&[0u32; 4], 0), (&mut [0; 4], 0));
    }
}

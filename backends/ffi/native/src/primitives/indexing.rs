//! Rows by id.

use crate::memory::Number;
use crate::parallel::{GRAIN, pieces};
use crate::split::Parts;
use crate::threads::Threads;

/// Columns of a row that one thread adds.
const COLUMNS: usize = 256;

/// Row `ids[i]` of `x`, converted, becomes row i of `y`; rows have `width` elements.
///
/// # Panics
/// If an id is out of range.
pub fn gather<T: Number, Y: Number>(
    threads: &mut Threads,
    (x, ids): (&[T], &[i32]),
    width: usize,
    y: &mut [Y],
    convert: impl Fn(&[T], &mut [Y]) + Sync,
) {
    let rows = (GRAIN / width.max(1)).max(1);
    pieces(threads, y, rows * width, |first, y| {
        for (id, y) in ids[first / width..].iter().zip(y.chunks_exact_mut(width)) {
            convert(&x[*id as usize * width..][..width], y);
        }
    });
}

/// Positions by id: those of the i-th smallest id are `order[starts[i]..starts[i + 1]]`, ascending.
pub struct Groups {
    /// Distinct ids, ascending.
    pub ids: Vec<u32>,
    order: Vec<u32>,
    starts: Vec<usize>,
}

impl Groups {
    /// Groups positions of `ids`, none of which is negative.
    pub fn new(ids: &[i32]) -> Self {
        let mut order: Vec<u32> = (0..ids.len() as u32).collect();
        order.sort_by_key(|position| ids[*position as usize]); // stable
        let mut groups = Self { ids: Vec::new(), order, starts: Vec::new() };
        for (place, position) in groups.order.iter().enumerate() {
            let id = ids[*position as usize] as u32;
            if groups.ids.last() != Some(&id) {
                groups.ids.push(id);
                groups.starts.push(place);
            }
        }
        groups.starts.push(ids.len());
        groups
    }

    /// Adds the rows of each group in ascending order of position; the sum of group g becomes row `place(g)` of `y`.
    ///
    /// # Panics
    /// If a row lies outside its slice.
    pub fn sum<T: Number>(
        &self,
        threads: &mut Threads,
        updates: &[T],
        width: usize,
        place: impl Fn(usize) -> usize + Sync,
        y: &mut [T],
        add: impl Fn(T, T) -> T + Sync,
    ) {
        let strips = width.div_ceil(COLUMNS);
        let y = Parts::new(y);
        threads.run(self.ids.len() * strips, &|unit, _| {
            let (group, column) = (unit / strips, unit % strips * COLUMNS);
            let count = COLUMNS.min(width - column);
            let start = place(group) * width + column;
            // SAFETY: `place` gives each group a row of its own, and units of one group have other columns.
            let sum = unsafe { y.part(start..start + count) };
            let (first, rest) = self.order[self.starts[group]..self.starts[group + 1]]
                .split_first()
                .expect("a group has a position");
            sum.copy_from_slice(&updates[*first as usize * width + column..][..count]);
            for position in rest {
                let row = &updates[*position as usize * width + column..][..count];
                sum.iter_mut().zip(row).for_each(|(sum, x)| *sum = add(*sum, *x));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_grouped_and_added() {
        let groups = Groups::new(&[4, 1, 4, 0]);
        assert_eq!(groups.ids, [0, 1, 4]);
        let updates = [1, 10, 2, 20, 3, 30, 4, 40];
        let mut y = [0; 6];
        groups.sum(&mut Threads::new(2), &updates, 2, |group| group, &mut y, |a: i32, b| a + b);
        assert_eq!(y, [4, 40, 2, 20, 4, 40]);
        let mut matrix = [0; 10];
        groups.sum(
            &mut Threads::new(1),
            &updates,
            2,
            |group| groups.ids[group] as usize,
            &mut matrix,
            |a, b| a + b,
        );
        assert_eq!(matrix, [4, 40, 2, 20, 0, 0, 0, 0, 4, 40]);
    }

    #[test]
    fn no_ids_make_no_groups() {
        assert!(Groups::new(&[]).ids.is_empty());
    }

    #[test]
    fn rows_are_gathered() {
        let mut y = [0; 6];
        gather(&mut Threads::new(2), (&[1, 2, 3, 4], &[1, 0, 1]), 2, &mut y, |x: &[i32], y| {
            y.copy_from_slice(x)
        });
        assert_eq!(y, [3, 4, 1, 2, 3, 4]);
    }
}

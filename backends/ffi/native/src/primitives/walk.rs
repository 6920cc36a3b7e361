//! NumPy broadcasting: where the element of each operand lies that belongs to an element of the result.

use crate::error::{Fault, Outcome};

/// How `N` operands are walked in the order of the result: rows of `inner` elements, in which an operand moves by 1 or
/// stands still.
pub struct Walk<const N: usize> {
    /// Axes of rows, outermost first, and how far each operand moves along them.
    outer: Vec<(usize, [usize; N])>,
    /// Elements of a row.
    pub inner: usize,
    /// Whether an operand moves in a row.
    pub moves: [bool; N],
}

impl<const N: usize> Walk<N> {
    /// From the sizes of the result and of each operand, `[N + 1, rank]`; no sizes at all mean that each operand has
    /// the shape of the result, or one element. `counts` are the numbers of elements that the result and the operands
    /// really have.
    pub fn new(sizes: &[u32], count: usize, counts: [usize; N]) -> Outcome<Self> {
        if sizes.is_empty() {
            if let Some(wrong) = counts.iter().find(|own| **own != count && **own != 1) {
                return Err(Fault::shape(format!(
                    "{wrong} elements do not broadcast to {count} without their shapes"
                )));
            }
            return Ok(Self { outer: Vec::new(), inner: count, moves: counts.map(|own| own == count) });
        }
        let rank = sizes.len() / (N + 1);
        if sizes.len() != rank * (N + 1) {
            return Err(Fault::shape(format!("{} sizes are not {} shapes of one rank", sizes.len(), N + 1)));
        }
        let (out, operands) = sizes.split_at(rank);
        if product(out)? != count {
            return Err(Fault::shape(format!("a result of {count} elements has not the shape {out:?}")));
        }
        for (shape, own) in operands.chunks_exact(rank).zip(counts) {
            let fits = shape.iter().zip(out).all(|(own, size)| own == size || *own == 1);
            if !fits || product(shape)? != own {
                return Err(Fault::shape(format!(
                    "{own} elements of shape {shape:?} do not broadcast to {out:?}"
                )));
            }
        }
        Ok(Self::merge(out, operands))
    }

    /// Joins neighbouring axes along which all operands move as if they were one.
    fn merge(out: &[u32], operands: &[u32]) -> Self {
        let rank = out.len();
        let mut steps = [1; N];
        let mut axes: Vec<(usize, [usize; N])> = Vec::new(); // innermost first
        for axis in (0..rank).rev().filter(|axis| out[*axis] != 1) {
            let size = out[axis] as usize;
            let own: [usize; N] = std::array::from_fn(|n| operands[n * rank + axis] as usize);
            let along = std::array::from_fn(|n| if own[n] == 1 { 0 } else { steps[n] });
            for n in 0..N {
                steps[n] *= own[n];
            }
            match axes.last_mut() {
                Some((inner, steps)) if (0..N).all(|n| along[n] == steps[n] * *inner) => *inner *= size,
                _ => axes.push((size, along)),
            }
        }
        // The innermost axis of an operand has step 1 where it has a step.
        let (inner, along) = if axes.is_empty() { (1, [1; N]) } else { axes.remove(0) };
        axes.reverse();
        Self { outer: axes, inner, moves: along.map(|step| step != 0) }
    }

    /// Index of each operand's element that belongs to the first of a row.
    #[inline(always)]
    pub fn starts(&self, row: usize) -> [usize; N] {
        let mut starts = [0; N];
        let mut rest = row;
        for (size, steps) in self.outer.iter().rev() {
            let index = rest % size;
            rest /= size;
            for n in 0..N {
                starts[n] += index * steps[n];
            }
        }
        starts
    }

    /// Index of each operand's element that belongs to element `i` of the result.
    pub fn index(&self, i: usize) -> [usize; N] {
        let mut index = self.starts(i / self.inner);
        for (index, moves) in index.iter_mut().zip(self.moves) {
            *index += if moves { i % self.inner } else { 0 };
        }
        index
    }
}

/// Number of elements of a shape.
pub fn product(sizes: &[u32]) -> Outcome<usize> {
    sizes
        .iter()
        .try_fold(1usize, |product, size| product.checked_mul(*size as usize))
        .ok_or_else(|| Fault::shape(format!("{sizes:?} has too many elements")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indices(sizes: &[u32], counts: [usize; 2]) -> Vec<[usize; 2]> {
        let rank = sizes.len() / 3;
        let count = product(&sizes[..rank]).unwrap();
        let walk = Walk::<2>::new(sizes, count, counts).unwrap();
        (0..count).map(|i| walk.index(i)).collect()
    }

    #[test]
    fn broadcasts_like_numpy() {
        // [2, 3] and [3]
        assert_eq!(indices(&[2, 3, 2, 3, 1, 3], [6, 3]), [[0, 0], [1, 1], [2, 2], [3, 0], [4, 1], [5, 2]]);
        // [2, 1] and [1, 3]
        assert_eq!(indices(&[2, 3, 2, 1, 1, 3], [2, 3]), [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]);
        // [2, 1, 2] and [1, 2, 1]
        let expected = [[0, 0], [1, 0], [0, 1], [1, 1], [2, 0], [3, 0], [2, 1], [3, 1]];
        assert_eq!(indices(&[2, 2, 2, 2, 1, 2, 1, 2, 1], [4, 2]), expected);
    }

    #[test]
    fn axes_are_merged_where_all_operands_allow() {
        let walk = Walk::<2>::new(&[4, 5, 6, 4, 5, 6, 1, 1, 1], 120, [120, 1]).unwrap();
        assert_eq!((walk.outer.len(), walk.inner, walk.moves), (0, 120, [true, false]));
        let walk = Walk::<2>::new(&[4, 5, 6, 4, 5, 6, 1, 5, 6], 120, [120, 30]).unwrap();
        assert_eq!((walk.outer.len(), walk.inner), (1, 30));
    }

    #[test]
    fn shapes_that_lie_are_refused() {
        assert!(Walk::<1>::new(&[], 6, [5]).is_err());
        assert!(Walk::<1>::new(&[2, 3], 7, [3]).is_err());
        assert!(Walk::<1>::new(&[6, 6], 6, [5]).is_err());
        assert!(Walk::<1>::new(&[6, 3], 6, [3]).is_err());
        assert!(Walk::<1>::new(&[2, 3, 6], 6, [6]).is_err());
        assert!(Walk::<1>::new(&[u32::MAX; 6], 6, [6]).is_err());
    }
}

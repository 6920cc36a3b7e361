//! Left operands as rows of groups.

use super::round::{Rounding, inverse, pairs, scale};
use super::{Engine, Format, GROUP, GROUP_STEP, ROW_STEP, groups};
use crate::gemm::matrix::Matrix;
use crate::gemm::multiply::SharedPointer;
use crate::gemm::storage::Storage;
use crate::isa::Kernel;
use crate::simd::Simd;
use crate::threads::Threads;

/// Rows that a thread rounds at a time.
const UNIT_ROWS: usize = 2 * ROW_STEP;
/// Below this many numbers one thread is done before another has woken.
const WORTH_SHARING: usize = 1 << 15;
/// Groups between the ends of rows: rows of a multiple of 4 KiB would lie in one set of the first cache.
const PADDING: usize = 16;

/// A left operand, rounded; its memory is kept from one to the next.
#[derive(Default)]
pub struct Rounded {
    groups: Storage,
    scales: Vec<f32>,
    rows: usize,
    columns: usize,
    layout: Layout,
}

/// Where groups lie.
#[derive(Clone, Copy, Default)]
pub(super) struct Layout {
    /// Groups from one row to the next, on average.
    stride: usize,
    /// See [`Engine::has_squares`].
    squares: bool,
}

impl Layout {
    /// The first of the groups that step `step` of row `row` needs.
    #[inline(always)]
    pub fn at(self, row: usize, step: usize) -> usize {
        if self.squares {
            let square = ROW_STEP * GROUP_STEP;
            row / ROW_STEP * ROW_STEP * self.stride + step * square + row % ROW_STEP * GROUP_STEP
        } else {
            row * self.stride + step * GROUP_STEP
        }
    }

    /// Steps of a row.
    #[inline(always)]
    fn steps(self) -> usize {
        (self.stride - PADDING) / GROUP_STEP
    }
}

impl Rounded {
    /// Rounds `matrix`; each row of int8 has a scale.
    ///
    /// # Panics
    /// If a matrix for int8 is stored transposed.
    pub fn round(&mut self, threads: &mut Threads, matrix: Matrix<'_>, engine: Engine) {
        let matrix = matrix.checked();
        let format = engine.format();
        assert!(format == Format::Bf16 || !matrix.transposed, "int8 rounds row by row");
        let to = self.reserve(matrix.rows, matrix.columns, engine);
        let (layout, stride, rows) = (self.layout, self.layout.stride, self.scales.len());
        let scales = SharedPointer(self.scales.as_mut_ptr());
        let shared = rows * matrix.columns >= WORTH_SHARING;
        let unit_rows = if shared { UNIT_ROWS } else { rows };
        threads.run(rows.div_ceil(unit_rows), &|unit, _| {
            let first = unit * unit_rows;
            let count = unit_rows.min(rows - first);
            // SAFETY: each unit has rows of its own.
            let task = unsafe {
                Rows {
                    matrix,
                    first,
                    rounding: Rounding { format, inverse: 0.0, offset: engine.left_offset() },
                    layout,
                    to: std::slice::from_raw_parts_mut(to.at(first * stride), count * stride),
                    scales: std::slice::from_raw_parts_mut(scales.at(first), count),
                }
            };
            engine.isa().run(task);
        });
    }

    /// Makes room for [rows, columns] numbers, without scales where they are int8; they begin at the pointer.
    pub(super) fn reserve(&mut self, rows: usize, columns: usize, engine: Engine) -> SharedPointer<u32> {
        (self.rows, self.columns) = (rows, columns);
        let stride = groups(columns, engine.format()) + PADDING;
        self.layout = Layout { stride, squares: engine.has_squares() };
        let rows = rows.next_multiple_of(ROW_STEP);
        self.scales.resize(rows, 0.0);
        SharedPointer(self.groups.reserve::<u32>(rows * stride).as_mut_ptr())
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Where its groups lie.
    pub(super) fn layout(&self) -> Layout {
        self.layout
    }

    /// Writes numbers of bf16 as f32, row by row.
    ///
    /// # Panics
    /// If `to` has another size.
    pub fn widen(&self, to: &mut [f32]) {
        assert_eq!(to.len(), self.rows * self.columns, "as many floats as numbers");
        let groups = self.groups.get::<u32>(self.scales.len() * self.layout.stride);
        for (row, to) in to.chunks_exact_mut(self.columns.max(1)).enumerate() {
            for (step, to) in to.chunks_mut(2 * GROUP_STEP).enumerate() {
                let from = &groups[self.layout.at(row, step)..][..GROUP_STEP];
                let numbers = from.iter().flat_map(|group| [group << 16, group & 0xffff_0000]);
                to.iter_mut().zip(numbers).for_each(|(to, bits)| *to = f32::from_bits(bits));
            }
        }
    }

    /// Bytes from one row to the next.
    pub(super) fn stride(&self) -> usize {
        self.layout.stride * GROUP
    }

    /// The bytes from row `first` on, a multiple of [`ROW_STEP`], and the scales of the rows.
    pub(super) fn tail(&self, first: usize) -> (&[u8], &[f32]) {
        (&self.groups.get(self.scales.len() * self.stride())[first * self.stride()..], &self.scales[first..])
    }
}

/// Consecutive rows to be rounded, whole squares of them.
struct Rows<'a> {
    matrix: Matrix<'a>,
    /// First row.
    first: usize,
    rounding: Rounding,
    layout: Layout,
    to: &'a mut [u32],
    scales: &'a mut [f32],
}

impl Kernel for Rows<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        // SAFETY: the caller's promise of instructions.
        unsafe { if self.matrix.transposed { self.of_columns::<S>() } else { self.of_rows::<S>() } }
    }
}

impl Rows<'_> {
    /// From a matrix whose rows are contiguous.
    #[inline(always)]
    unsafe fn of_rows<S: Simd>(self) {
        let Rows { matrix, first, mut rounding, layout, to, scales } = self;
        for (index, row_scale) in scales.iter_mut().enumerate() {
            let row = first + index;
            let values = match row < matrix.rows {
                true => &matrix.data[row * matrix.stride..][..matrix.columns],
                false => &[],
            };
            if rounding.format == Format::Int8 {
                *row_scale = scale(values);
                rounding.inverse = inverse(*row_scale);
            }
            let mut chunks = values.chunks(rounding.step());
            for step in 0..layout.steps() {
                // SAFETY: the caller's promise of instructions.
                let groups = unsafe { rounding.groups::<S>(chunks.next().unwrap_or(&[])) };
                to[layout.at(index, step)..][..GROUP_STEP].copy_from_slice(&groups);
            }
        }
    }

    /// From a matrix of bf16 whose columns are contiguous.
    #[inline(always)]
    unsafe fn of_columns<S: Simd>(self) {
        let Rows { matrix, first, layout, to, scales, .. } = self;
        let column = |index: usize, rows: std::ops::Range<usize>| match index < matrix.columns {
            true => &matrix.data[index * matrix.stride..][rows],
            false => &[],
        };
        for group in 0..layout.steps() * GROUP_STEP {
            for block in (0..scales.len()).step_by(GROUP_STEP) {
                let start = (first + block).min(matrix.rows);
                let rows = start..(start + GROUP_STEP).min(matrix.rows);
                let (even, odd) = (column(2 * group, rows.clone()), column(2 * group + 1, rows));
                // SAFETY: the caller's promise of instructions.
                let values = unsafe { pairs::<S>(even, odd) };
                for (line, value) in values.into_iter().enumerate() {
                    to[layout.at(block + line, group / GROUP_STEP) + group % GROUP_STEP] = value;
                }
            }
        }
    }
}

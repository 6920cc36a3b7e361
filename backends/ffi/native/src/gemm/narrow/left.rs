//! The left operand as rows of groups.

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

/// Memory for left operands, kept from one product to the next.
#[derive(Default)]
pub(super) struct Left {
    groups: Storage,
    scales: Vec<f32>,
    stride: usize,
}

impl Left {
    /// Rounds `matrix`; each row of int8 has a scale.
    ///
    /// # Panics
    /// If a matrix for int8 is stored transposed.
    pub fn fill(&mut self, threads: &mut Threads, matrix: Matrix<'_>, engine: Engine) {
        let format = engine.format();
        assert!(format == Format::Bf16 || !matrix.transposed, "int8 rounds row by row");
        let stride = groups(matrix.columns, format) + PADDING;
        self.stride = stride;
        let rows = matrix.rows.next_multiple_of(ROW_STEP);
        self.scales.resize(rows, 0.0);
        let to = SharedPointer(self.groups.reserve::<u32>(rows * stride).as_mut_ptr());
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
                    stride,
                    to: std::slice::from_raw_parts_mut(to.at(first * stride), count * stride),
                    scales: std::slice::from_raw_parts_mut(scales.at(first), count),
                }
            };
            engine.isa().run(task);
        });
    }

    /// Bytes from one row to the next.
    pub fn stride(&self) -> usize {
        self.stride * GROUP
    }

    /// The bytes from row `first` on, and the scales of the rows.
    pub fn rows(&self, first: usize) -> (&[u8], &[f32]) {
        (&self.groups.get(self.scales.len() * self.stride())[first * self.stride()..], &self.scales[first..])
    }
}

/// Consecutive rows to be rounded.
struct Rows<'a> {
    matrix: Matrix<'a>,
    /// First row.
    first: usize,
    rounding: Rounding,
    stride: usize,
    to: &'a mut [u32],
    scales: &'a mut [f32],
}

impl Kernel for Rows<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        if self.matrix.transposed { self.of_columns() } else { self.of_rows() }
    }
}

impl Rows<'_> {
    /// From a matrix whose rows are contiguous.
    #[inline(always)]
    fn of_rows(self) {
        let Rows { matrix, first, mut rounding, stride, to, scales } = self;
        for (index, (line, row_scale)) in to.chunks_exact_mut(stride).zip(scales).enumerate() {
            let row = first + index;
            if row >= matrix.rows {
                line.fill(0);
                continue;
            }
            let values = &matrix.data[row * matrix.stride..][..matrix.columns];
            if rounding.format == Format::Int8 {
                *row_scale = scale(values);
                rounding.inverse = inverse(*row_scale);
            }
            let mut chunks = values.chunks(rounding.step());
            for part in line[..stride - PADDING].chunks_exact_mut(GROUP_STEP) {
                part.copy_from_slice(&rounding.groups(chunks.next().unwrap_or(&[])));
            }
        }
    }

    /// From a matrix of bf16 whose columns are contiguous.
    #[inline(always)]
    fn of_columns(self) {
        let Rows { matrix, first, stride, to, .. } = self;
        let column = |index: usize, rows: std::ops::Range<usize>| match index < matrix.columns {
            true => &matrix.data[index * matrix.stride..][rows],
            false => &[],
        };
        for group in 0..stride - PADDING {
            for (block, lines) in to.chunks_mut(GROUP_STEP * stride).enumerate() {
                let start = (first + block * GROUP_STEP).min(matrix.rows);
                let rows = start..(start + GROUP_STEP).min(matrix.rows);
                let values = pairs(column(2 * group, rows.clone()), column(2 * group + 1, rows));
                for (line, value) in lines.chunks_exact_mut(stride).zip(values) {
                    line[group] = value;
                }
            }
        }
    }
}

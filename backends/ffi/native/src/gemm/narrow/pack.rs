//! The right operand as panels of groups.

use super::round::{Rounding, inverse, pairs, scale};
use super::{COLUMNS, Engine, Format, GROUP, GROUP_STEP, groups};
use crate::gemm::matrix::Matrix;
use crate::gemm::multiply::SharedPointer;
use crate::gemm::storage::Storage;
use crate::isa::Kernel;
use crate::simd::Simd;
use crate::threads::Threads;

/// Longest sum of int8: the i32 that holds it reaches 2³¹ / 127².
const LONGEST: usize = 133_144;

/// A right operand [inner, columns], rounded, as panels; those of int8 have a scale for each column.
pub struct NarrowPacked {
    panels: Storage,
    scales: Vec<f32>,
    offsets: Vec<i32>,
    inner: usize,
    columns: usize,
    engine: Engine,
}

impl NarrowPacked {
    /// Nothing yet, for `engine`.
    pub fn new(engine: Engine) -> Self {
        let panels = Storage::default();
        Self { panels, scales: Vec::new(), offsets: Vec::new(), inner: 0, columns: 0, engine }
    }

    /// Rounds and packs `matrix`, in the memory that this held if it suffices.
    ///
    /// # Panics
    /// Int8 needs a matrix that is stored transposed, as weights are, of at most 133,144 rows.
    pub fn pack(&mut self, threads: &mut Threads, matrix: Matrix<'_>) {
        let matrix = matrix.checked();
        let format = self.engine.format();
        if format == Format::Int8 {
            assert!(matrix.transposed, "int8 packs weights, which are stored [out, in]");
            assert!(matrix.rows <= LONGEST, "int8 adds at most {LONGEST} products, not {}", matrix.rows);
        }
        (self.inner, self.columns) = (matrix.rows, matrix.columns);
        let panels = self.columns.div_ceil(COLUMNS);
        self.scales.resize(panels * COLUMNS, 0.0);
        self.offsets.resize(panels * COLUMNS, 0);
        let size = groups(self.inner, format) * COLUMNS;
        let to = SharedPointer(self.panels.reserve::<u32>(panels * size).as_mut_ptr());
        let scales = SharedPointer(self.scales.as_mut_ptr());
        let offsets = SharedPointer(self.offsets.as_mut_ptr());
        let engine = self.engine;
        threads.run(panels, &|panel, _| {
            // SAFETY: each panel is a part of its own of the three.
            let task = unsafe {
                Panel {
                    matrix,
                    format,
                    first: panel * COLUMNS,
                    to: std::slice::from_raw_parts_mut(to.at(panel * size), size),
                    scales: std::slice::from_raw_parts_mut(scales.at(panel * COLUMNS), COLUMNS),
                    offsets: std::slice::from_raw_parts_mut(offsets.at(panel * COLUMNS), COLUMNS),
                    left_offset: engine.left_offset(),
                }
            };
            engine.isa().run(task);
        });
    }

    /// Length of the sums: rows of the right operand.
    pub fn inner(&self) -> usize {
        self.inner
    }

    /// Columns of the right operand.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// What reads these panels.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Memory held.
    pub fn bytes(&self) -> usize {
        self.panels.bytes() + (self.scales.len() + self.offsets.len()) * 4
    }

    /// Bytes of panel `index`, and the scales and the offsets of its columns.
    pub(super) fn panel(&self, index: usize) -> (&[u8], &[f32; COLUMNS], &[i32]) {
        let size = groups(self.inner, self.engine.format()) * COLUMNS * GROUP;
        let first = index * COLUMNS;
        let scales = self.scales[first..].first_chunk().expect("scales of whole panels");
        let end = (index + 1) * size;
        (&self.panels.get(end)[end - size..], scales, &self.offsets[first..first + COLUMNS])
    }

    /// The numbers of a column of bf16.
    pub(super) fn column(&self, index: usize) -> impl Iterator<Item = u16> {
        let size = groups(self.inner, Format::Bf16) * COLUMNS;
        let end = (index / COLUMNS + 1) * size;
        let lines = self.panels.get::<u32>(end)[end - size..].chunks_exact(COLUMNS);
        let numbers =
            lines.flat_map(move |line| [line[index % COLUMNS] as u16, (line[index % COLUMNS] >> 16) as u16]);
        numbers.take(self.inner)
    }
}

/// One panel to be packed.
struct Panel<'a> {
    matrix: Matrix<'a>,
    format: Format,
    /// First column.
    first: usize,
    to: &'a mut [u32],
    scales: &'a mut [f32],
    offsets: &'a mut [i32],
    left_offset: u8,
}

impl Kernel for Panel<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        // SAFETY: the caller's promise of instructions.
        unsafe { if self.matrix.transposed { self.of_columns::<S>() } else { self.of_rows::<S>() } }
    }
}

impl Panel<'_> {
    /// Number of columns that are not filled up.
    #[inline(always)]
    fn count(&self) -> usize {
        COLUMNS.min(self.matrix.columns - self.first)
    }

    /// From a matrix whose columns are contiguous.
    #[inline(always)]
    unsafe fn of_columns<S: Simd>(self) {
        let count = self.count();
        let Panel { matrix, format, first, to, scales, offsets, left_offset } = self;
        if count < COLUMNS {
            to.fill(0);
            scales.fill(0.0);
            offsets.fill(0);
        }
        let column = |index: usize| &matrix.data[(first + index) * matrix.stride..][..matrix.rows];
        let mut roundings = [Rounding { format, inverse: 0.0, offset: 0 }; COLUMNS];
        if format == Format::Int8 {
            for index in 0..count {
                scales[index] = scale(column(index));
                roundings[index].inverse = inverse(scales[index]);
                offsets[index] = 0;
            }
        }
        // A few lines of the panel at a time: they are written column by column while they are near.
        let step = roundings[0].step();
        for (block, lines) in to.chunks_exact_mut(GROUP_STEP * COLUMNS).enumerate() {
            let start = (block * step).min(matrix.rows);
            let end = (start + step).min(matrix.rows);
            for index in 0..count {
                // SAFETY: the caller's promise of instructions.
                let groups = unsafe { roundings[index].groups::<S>(&column(index)[start..end]) };
                for (line, group) in lines.chunks_exact_mut(COLUMNS).zip(groups) {
                    line[index] = group;
                }
                if left_offset > 0 {
                    let sum: i32 = groups
                        .iter()
                        .flat_map(|group| group.to_ne_bytes())
                        .map(|byte| i32::from(byte as i8))
                        .sum();
                    offsets[index] -= i32::from(left_offset) * sum;
                }
            }
        }
    }

    /// From a matrix of bf16 whose rows are contiguous.
    #[inline(always)]
    unsafe fn of_rows<S: Simd>(self) {
        let count = self.count();
        let row = |index: usize| match index < self.matrix.rows {
            true => &self.matrix.data[index * self.matrix.stride + self.first..][..count],
            false => &[],
        };
        for (group, line) in self.to.chunks_exact_mut(COLUMNS).enumerate() {
            let (first, second) = (row(2 * group), row(2 * group + 1));
            for (half, to) in line.chunks_exact_mut(GROUP_STEP).enumerate() {
                let part = |row: &'_ [f32]| -> std::ops::Range<usize> {
                    (half * GROUP_STEP).min(row.len())..((half + 1) * GROUP_STEP).min(row.len())
                };
                // SAFETY: the caller's promise of instructions.
                to.copy_from_slice(&unsafe { pairs::<S>(&first[part(first)], &second[part(second)]) });
            }
        }
    }
}

//! The right operand as panels.

use super::matrix::Matrix;
use super::multiply::SharedPointer;
use super::storage::Storage;
use super::tile::TileSize;
use crate::isa::Isa;
use crate::threads::Threads;

/// A right operand [inner, columns] as panels: all rows of the first columns, then all rows of the next, the last
/// panel filled up with zeros. A weight is packed once and multiplied often.
pub struct Packed {
    panels: Storage,
    inner: usize,
    columns: usize,
    isa: Isa,
}

impl Packed {
    /// Nothing yet, for the kernels of `isa`.
    pub fn new(isa: Isa) -> Self {
        Self { panels: Storage::default(), inner: 0, columns: 0, isa }
    }

    /// Packs `matrix`, in the memory that this held if it suffices.
    pub fn pack(&mut self, threads: &mut Threads, matrix: Matrix<'_>) {
        let matrix = matrix.checked();
        let (inner, columns) = (matrix.rows, matrix.columns);
        let width = TileSize::of(self.isa).columns;
        (self.inner, self.columns) = (inner, columns);
        let panels = columns.div_ceil(width);
        let to = SharedPointer(self.panels.reserve::<f32>(panels * width * inner).as_mut_ptr());
        threads.run(panels, &|panel, _| {
            // SAFETY: each panel is a part of the storage of its own.
            let to = unsafe { std::slice::from_raw_parts_mut(to.at(panel * width * inner), width * inner) };
            pack_panel(matrix, panel * width, width, to);
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

    /// The instruction set whose kernels read these panels.
    pub fn isa(&self) -> Isa {
        self.isa
    }

    /// Memory held.
    pub fn bytes(&self) -> usize {
        self.panels.bytes()
    }

    /// All panels.
    pub(super) fn panels(&self) -> &[f32] {
        let width = TileSize::of(self.isa).columns;
        self.panels.get(self.columns.div_ceil(width) * width * self.inner)
    }

    /// Writes the operand back as it was given: [inner, columns], or [columns, inner] if `transposed`.
    ///
    /// # Panics
    /// If `to` has another size.
    pub fn unpack(&self, transposed: bool, to: &mut [f32]) {
        assert_eq!(to.len(), self.inner * self.columns, "unpacking writes the whole operand");
        let width = TileSize::of(self.isa).columns;
        for (index, panel) in self.panels().chunks_exact(width * self.inner.max(1)).enumerate() {
            let first = index * width;
            for (row, line) in panel.chunks_exact(width).enumerate() {
                for (column, &value) in (first..self.columns).zip(line) {
                    to[if transposed { column * self.inner + row } else { row * self.columns + column }] =
                        value;
                }
            }
        }
    }
}

/// Copies columns `first…` of `matrix` to a panel.
pub(super) fn pack_panel(matrix: Matrix<'_>, first: usize, width: usize, to: &mut [f32]) {
    let count = width.min(matrix.columns - first);
    if count < width {
        to.fill(0.0);
    }
    if !matrix.transposed {
        for (row, line) in to.chunks_exact_mut(width).enumerate() {
            let start = row * matrix.stride + first;
            line[..count].copy_from_slice(&matrix.data[start..start + count]);
        }
        return;
    }
    // Sixteen rows of the panel at a time: each cache line of the source is used up while it is near.
    for (block, lines) in to.chunks_mut(16 * width).enumerate() {
        let rows = lines.len() / width;
        for column in 0..count {
            let start = (first + column) * matrix.stride + block * 16;
            let source = &matrix.data[start..start + rows];
            for (row, &value) in source.iter().enumerate() {
                lines[row * width + column] = value;
            }
        }
    }
}

//! A matrix where it lies in memory.

/// A matrix of f32 in someone else's memory, perhaps stored transposed.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    /// Row `i` of what is stored begins at `i · stride`.
    pub data: &'a [f32],
    /// Rows of the matrix that is meant.
    pub rows: usize,
    /// Columns of the matrix that is meant.
    pub columns: usize,
    /// Elements from one stored row to the next.
    pub stride: usize,
    /// Whether the transposed matrix is stored, [columns, rows].
    pub transposed: bool,
}

impl<'a> Matrix<'a> {
    /// `data` is [rows, columns].
    pub fn new(data: &'a [f32], rows: usize, columns: usize) -> Self {
        Self { data, rows, columns, stride: columns, transposed: false }.checked()
    }

    /// `data` is [columns, rows]: a weight [out, in] is the right operand [in, out] of its layer.
    pub fn transposed(data: &'a [f32], rows: usize, columns: usize) -> Self {
        Self { data, rows, columns, stride: rows, transposed: true }.checked()
    }

    /// The same matrix.
    ///
    /// # Panics
    /// If `data` is too short for its size: the kernels read it without looking.
    pub fn checked(self) -> Self {
        let (lines, length) =
            if self.transposed { (self.columns, self.rows) } else { (self.rows, self.columns) };
        if lines > 0 && length > 0 {
            let end = (lines - 1).checked_mul(self.stride).and_then(|start| start.checked_add(length));
            let fits = end.is_some_and(|end| end <= self.data.len());
            let apart = lines == 1 || self.stride >= length;
            assert!(fits && apart, "a matrix of {lines} lines of {length} lies outside its memory");
        }
        self
    }
}

//! Products of the last two axes.

use crate::context::Context;
use crate::error::{Fault, Outcome};
use crate::gemm::{Epilogue, Matrix, multiply};
use crate::primitives::walk::{Walk, product};

/// y [batch…, m, n] = a · b, each perhaps stored transposed; `batches` are the outer axes of y, a and b, as for
/// broadcasting.
#[allow(clippy::too_many_arguments, reason = "those of the exported function")]
pub fn matmul(
    c: &mut Context,
    a: u32,
    b: u32,
    y: u32,
    m: u32,
    n: u32,
    k: u32,
    transposed: u32,
    batches: &[u32],
) -> Outcome {
    let [m, n, k] = [m, n, k].map(|size| size as usize);
    let (left, right, mut to) = (c.read(a)?, c.read(b)?, c.make(y)?);
    let (left, right) = (left.get::<f32>(), right.get::<f32>());
    let axes = batches.len() / 3;
    let counts = [0, 1, 2].map(|operand| batches.get(operand * axes..(operand + 1) * axes).unwrap_or(&[]));
    let [count, of_a, of_b] = [product(counts[0])?, product(counts[1])?, product(counts[2])?];
    let walk = Walk::new(batches, count, [of_a, of_b])?;
    for (elements, [count, rows, columns]) in
        [(to.bytes() / 4, [count, m, n]), (left.len(), [of_a, m, k]), (right.len(), [of_b, k, n])]
    {
        if count.checked_mul(rows).and_then(|rows| rows.checked_mul(columns)) != Some(elements) {
            return Err(Fault::shape(format!(
                "{elements} elements are not {count} matrices of {rows} × {columns}"
            )));
        }
    }
    let matrix = |data, transposed, rows, columns| {
        if transposed { Matrix::transposed(data, rows, columns) } else { Matrix::new(data, rows, columns) }
    };
    let (transpose_a, transpose_b) = (transposed & 1 != 0, transposed & 2 != 0);
    let mut packed = None;
    let results = if m * n == 0 { &mut [] } else { to.get_mut::<f32>() };
    for (batch, y) in results.chunks_exact_mut((m * n).max(1)).enumerate() {
        let [i, j] = walk.index(batch);
        if packed != Some(j) {
            c.products.packed.pack(&mut c.threads, matrix(&right[j * k * n..][..k * n], transpose_b, k, n));
            packed = Some(j);
        }
        let left = matrix(&left[i * m * k..][..m * k], transpose_a, m, k);
        multiply(&mut c.threads, &mut c.products.workspace, left, &c.products.packed, Epilogue::default(), y);
    }
    c.put(y, to)
}

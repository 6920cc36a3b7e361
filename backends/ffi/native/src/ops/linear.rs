//! Linear layers.

use super::named;
use crate::context::Context;
use crate::error::{Fault, Outcome};
use crate::gemm::{Activation, Epilogue, Format, Matrix, NarrowPacked, Packed, multiply, multiply_narrow};
use crate::memory::Block;
use crate::table::Content;
use std::sync::Arc;

const ACTIVATIONS: [Activation; 5] =
    [Activation::None, Activation::Relu, Activation::Tanh, Activation::Gelu, Activation::GeluTanh];

/// y [m, n] = activation(x [m, k] · weightᵀ + bias [n]), weight [n, k].
///
/// A weight that comes a second time without having been read otherwise or written is kept as panels from then on:
/// inference packs it once and holds it once.
#[allow(clippy::too_many_arguments, reason = "those of the exported function")]
pub fn linear(
    c: &mut Context,
    x: u32,
    weight: u32,
    bias: u32,
    activation: u32,
    y: u32,
    m: u32,
    n: u32,
    k: u32,
) -> Outcome {
    let activation = named("activation", activation, &ACTIVATIONS)?;
    let [m, n, k] = [m, n, k].map(|size| size as usize);
    let (x, bias) = (c.read(x)?, if bias == 0 { None } else { Some(c.read(bias)?) });
    let mut to = c.make(y)?;
    demand(x.bytes(), m, k)?;
    demand(c.table.get(weight)?.bytes, n, k)?;
    demand(to.bytes(), m, n)?;
    if let Some(bias) = &bias {
        demand(bias.bytes(), 1, n)?;
    }
    let epilogue = Epilogue { bias: bias.as_ref().map(|bias| bias.get()), activation };
    let left = Matrix::new(x.get(), m, k);
    if c.products.narrow.is_some() {
        let resident = pack_narrow_weight(c, weight, n, k)?;
        if let Some(narrow) = &mut c.products.narrow {
            let packed = resident.as_deref().unwrap_or(&narrow.packed);
            multiply_narrow(&mut c.threads, &mut narrow.workspace, left, packed, epilogue, to.get_mut());
        }
    } else {
        let resident = pack_weight(c, weight, n, k)?;
        let packed = resident.as_deref().unwrap_or(&c.products.packed);
        multiply(&mut c.threads, &mut c.products.workspace, left, packed, epilogue, to.get_mut());
    }
    c.put(y, to)
}

/// The weight's own rounded panels, or none where it was rounded for this call alone.
fn pack_narrow_weight(
    c: &mut Context,
    weight: u32,
    n: usize,
    k: usize,
) -> Outcome<Option<Arc<NarrowPacked>>> {
    let buffer = c.table.get(weight)?;
    if let Some(packed) = &buffer.narrow
        && (packed.columns(), packed.inner()) == (n, k)
    {
        return Ok(Some(Arc::clone(packed)));
    }
    let again = buffer.is_weight;
    let block = c.read(weight)?;
    let matrix = Matrix::transposed(block.get(), k, n);
    let Some(narrow) = &mut c.products.narrow else { return Ok(None) };
    if !again {
        narrow.packed.pack(&mut c.threads, matrix);
        c.table.get(weight)?.is_weight = true;
        return Ok(None);
    }
    let mut packed = NarrowPacked::new(narrow.engine);
    packed.pack(&mut c.threads, matrix);
    let packed = Arc::new(packed);
    c.table.get(weight)?.narrow = Some(Arc::clone(&packed));
    Ok(Some(packed))
}

/// The weight's own panels, or none where it was packed for this call alone.
fn pack_weight(c: &mut Context, weight: u32, n: usize, k: usize) -> Outcome<Option<Arc<Packed>>> {
    let buffer = c.table.get(weight)?;
    if let Content::Packed(packed) = &buffer.content
        && (packed.columns(), packed.inner()) == (n, k)
    {
        return Ok(Some(Arc::clone(packed)));
    }
    let again = buffer.is_weight;
    let block = c.read(weight)?;
    let matrix = Matrix::transposed(block.get(), k, n);
    if !again {
        c.products.packed.pack(&mut c.threads, matrix);
        c.table.get(weight)?.is_weight = true;
        return Ok(None);
    }
    let mut packed = Packed::new(c.isa);
    packed.pack(&mut c.threads, matrix);
    let packed = Arc::new(packed);
    c.set(weight, Content::Packed(Arc::clone(&packed)))?;
    if let Some(plain) = Arc::into_inner(block) {
        plain.release();
    }
    Ok(Some(packed))
}

/// dx [m, k] = dy [m, n] · weight [n, k].
pub fn linear_grad_x(c: &mut Context, dy: u32, weight: u32, dx: u32, m: u32, n: u32, k: u32) -> Outcome {
    let [m, n, k] = [m, n, k].map(|size| size as usize);
    let (dy, weight, mut to) = (c.read(dy)?, c.read(weight)?, c.make(dx)?);
    demand(dy.bytes(), m, n)?;
    demand(weight.bytes(), n, k)?;
    demand(to.bytes(), m, k)?;
    product(c, Matrix::new(dy.get(), m, n), Matrix::new(weight.get(), n, k), &mut to);
    c.put(dx, to)
}

/// dweight [n, k] = dyᵀ · x, dy [m, n], x [m, k].
pub fn linear_grad_weight(c: &mut Context, dy: u32, x: u32, dweight: u32, m: u32, n: u32, k: u32) -> Outcome {
    let [m, n, k] = [m, n, k].map(|size| size as usize);
    let (dy, x, mut to) = (c.read(dy)?, c.read(x)?, c.make(dweight)?);
    demand(dy.bytes(), m, n)?;
    demand(x.bytes(), m, k)?;
    demand(to.bytes(), n, k)?;
    product(c, Matrix::transposed(dy.get(), n, m), Matrix::new(x.get(), m, k), &mut to);
    c.put(dweight, to)
}

/// A product of gradients: int8 has too few steps for them and leaves them to f32.
fn product(c: &mut Context, left: Matrix<'_>, right: Matrix<'_>, to: &mut Block) {
    if let Some(narrow) = c.products.narrow.as_mut().filter(|narrow| narrow.engine.format() == Format::Bf16) {
        narrow.packed.pack(&mut c.threads, right);
        let workspace = &mut narrow.workspace;
        let epilogue = Epilogue::default();
        multiply_narrow(&mut c.threads, workspace, left, &narrow.packed, epilogue, to.get_mut());
        return;
    }
    c.products.packed.pack(&mut c.threads, right);
    let epilogue = Epilogue::default();
    multiply(&mut c.threads, &mut c.products.workspace, left, &c.products.packed, epilogue, to.get_mut());
}

fn demand(bytes: usize, rows: usize, columns: usize) -> Outcome {
    if rows.checked_mul(columns).and_then(|count| count.checked_mul(4)) == Some(bytes) {
        return Ok(());
    }
    Err(Fault::shape(format!("{bytes} bytes are no {rows} × {columns} floats")))
}

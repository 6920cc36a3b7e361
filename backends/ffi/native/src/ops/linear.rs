//! Linear layers.

use super::named;
use crate::context::Context;
use crate::error::{Fault, Outcome};
use crate::gemm::{
    Activation, Epilogue, Format, Halves, Matrix, NarrowOut, NarrowPacked, Packed, multiply, multiply_narrow,
};
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
    let bias = if bias == 0 { None } else { Some(c.read(bias)?) };
    demand(c.table.get(x)?.bytes, m, k)?;
    demand(c.table.get(weight)?.bytes, n, k)?;
    demand(c.table.get(y)?.bytes, m, n)?;
    if let Some(bias) = &bias {
        demand(bias.bytes(), 1, n)?;
    }
    let epilogue = Epilogue { bias: bias.as_ref().map(|bias| bias.get()), activation };
    if c.products.narrow.is_some() {
        return narrow_linear(c, x, weight, epilogue, y, [m, n, k]);
    }
    let (x, mut to) = (c.read(x)?, c.make(y)?);
    let resident = pack_weight(c, weight, n, k)?;
    let packed = resident.as_deref().unwrap_or(&c.products.packed);
    let left = Matrix::new(x.get(), m, k);
    multiply(&mut c.threads, &mut c.products.workspace, left, packed, epilogue, to.get_mut());
    c.put(y, to)
}

/// The same in a lower precision. What comes out of GELU or ReLU goes into the next linear layer: in bf16 it is kept as
/// that rounds it, half as large.
fn narrow_linear(
    c: &mut Context,
    x: u32,
    weight: u32,
    epilogue: Epilogue<'_>,
    y: u32,
    [m, n, k]: [usize; 3],
) -> Outcome {
    let rounded = match &c.table.get(x)?.content {
        Content::Rounded(rounded) if (rounded.rows(), rounded.columns()) == (m, k) => {
            Some(Arc::clone(rounded))
        }
        _ => None,
    };
    let plain = if rounded.is_some() { None } else { Some(c.read(x)?) };
    let resident = pack_narrow_weight(c, weight, n, k)?;
    let Some(narrow) = &mut c.products.narrow else { return Ok(()) };
    let packed = resident.as_deref().unwrap_or(&narrow.packed);
    if let Some(plain) = &plain
        && (narrow.left_of, narrow.left.rows(), narrow.left.columns()) != (x, m, k)
    {
        narrow.left_of = 0;
        narrow.left.round(&mut c.threads, Matrix::new(plain.get(), m, k), narrow.engine);
        narrow.left_of = x;
    }
    let left = rounded.as_deref().unwrap_or(&narrow.left);
    let stays = matches!(epilogue.activation, Activation::Relu | Activation::Gelu | Activation::GeluTanh);
    if stays && narrow.engine.format() == Format::Bf16 {
        let mut to = Arc::try_unwrap(std::mem::take(&mut narrow.spare)).unwrap_or_default();
        multiply_narrow(&mut c.threads, left, packed, epilogue, NarrowOut::Rounded(&mut to));
        narrow.spare = Arc::new(to);
        let content = Content::Rounded(Arc::clone(&narrow.spare));
        return c.set(y, content);
    }
    let mut to = c.pool.allocate(4 * m * n)?;
    multiply_narrow(&mut c.threads, left, packed, epilogue, NarrowOut::Floats(to.get_mut()));
    c.put(y, to)
}

/// The weight's own rounded panels, or none where it was rounded for this call alone.
///
/// Panels of a weight that comes a second time are kept beside it, as training may want its bits next; when it comes
/// another time, those of bf16 and what rounding took away replace it. A training step that computes activations twice
/// reads and writes the weight before that.
fn pack_narrow_weight(
    c: &mut Context,
    weight: u32,
    n: usize,
    k: usize,
) -> Outcome<Option<Arc<NarrowPacked>>> {
    let fits = |packed: &&Arc<NarrowPacked>| (packed.columns(), packed.inner()) == (n, k);
    let buffer = c.table.get(weight)?;
    if let Content::Halves(halves) = &buffer.content
        && fits(&halves.upper())
    {
        return Ok(Some(Arc::clone(halves.upper())));
    }
    let again = buffer.is_weight;
    let beside = buffer.narrow.as_ref().filter(fits).cloned();
    let block = c.read(weight)?;
    let matrix = Matrix::transposed(block.get(), k, n);
    let Some(narrow) = &mut c.products.narrow else { return Ok(None) };
    let own = match beside {
        Some(upper) if again && narrow.engine.format() == Format::Bf16 => {
            let halves = Halves::new(&mut c.threads, Arc::clone(&upper), block.get());
            c.set(weight, Content::Halves(Arc::new(halves)))?;
            if let Some(plain) = Arc::into_inner(block) {
                plain.release();
            }
            return Ok(Some(upper));
        }
        None if again => {
            let mut packed = NarrowPacked::new(narrow.engine);
            packed.pack(&mut c.threads, matrix);
            Some(Arc::new(packed))
        }
        None => {
            narrow.packed.pack(&mut c.threads, matrix);
            None
        }
        beside => beside,
    };
    let buffer = c.table.get(weight)?;
    buffer.narrow.clone_from(&own);
    buffer.is_weight = true;
    Ok(own)
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
        narrow.left_of = 0;
        narrow.left.round(&mut c.threads, left, narrow.engine);
        let out = NarrowOut::Floats(to.get_mut());
        multiply_narrow(&mut c.threads, &narrow.left, &narrow.packed, Epilogue::default(), out);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gemm::Engine;
    use crate::isa::Isa;
    use crate::ops::storage::upload;
    use crate::testing::noise;

    const SIZE: usize = 64;

    fn buffer(c: &mut Context, seed: u64) -> u32 {
        let handle = c.reserve(4.0 * (SIZE * SIZE) as f64).unwrap();
        let bytes: Vec<u8> = noise(seed, SIZE * SIZE).into_iter().flat_map(f32::to_ne_bytes).collect();
        upload(c, handle, &bytes).unwrap();
        handle
    }

    /// A context, a weight in it, and what runs layers of that weight.
    fn layers(format: Format) -> (Context, u32, impl Fn(&mut Context, usize)) {
        let mut c = Context::new(1, Isa::Portable, Some(Engine::best(Isa::Portable, format)), 1 << 20);
        let [x, weight, y] = [1, 2, 3].map(|seed| buffer(&mut c, seed));
        let size = SIZE as u32;
        let run = move |c: &mut Context, count| {
            (0..count).for_each(|_| linear(c, x, weight, 0, 0, y, size, size, size).unwrap());
        };
        (c, weight, run)
    }

    #[test]
    fn the_halves_of_a_weight_that_inference_uses_replace_it_in_bf16() {
        let (mut c, weight, run) = layers(Format::Bf16);
        run(&mut c, 3);
        let buffer = c.table.get(weight).unwrap();
        assert!(matches!(buffer.content, Content::Halves(_)) && buffer.narrow.is_none());
        assert_eq!(c.read(weight).unwrap().get::<f32>(), noise(2, SIZE * SIZE));
        run(&mut c, 2);
        assert!(matches!(c.table.get(weight).unwrap().content, Content::Halves(_)));
    }

    #[test]
    fn a_weight_that_is_read_after_two_layers_as_in_training_stays_plain() {
        let (mut c, weight, run) = layers(Format::Bf16);
        for _ in 0..3 {
            run(&mut c, 2);
            assert!(matches!(c.table.get(weight).unwrap().content, Content::Plain(_)));
            let changed = c.take(weight).unwrap();
            c.put(weight, changed).unwrap();
        }
    }

    #[test]
    fn a_weight_in_int8_stays_whole_beside_its_panels() {
        let (mut c, weight, run) = layers(Format::Int8);
        run(&mut c, 4);
        let buffer = c.table.get(weight).unwrap();
        assert!(matches!(buffer.content, Content::Plain(_)) && buffer.narrow.is_some());
    }
}

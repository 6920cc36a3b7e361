//! Copies that change where elements lie.

use crate::context::Context;
use crate::dtype::DType;
use crate::error::{Fault, Outcome};
use crate::memory::Block;
use crate::primitives::movement::{Axis, copy};
use crate::primitives::walk::{Walk, product};
use std::sync::Arc;

/// y = x, broadcast as `sizes`, the shapes of y and x, say.
pub fn broadcast(c: &mut Context, dtype: u32, x: u32, y: u32, sizes: &[u32]) -> Outcome {
    let bytes = DType::from_code(dtype)?.bytes();
    let (from, mut to) = (c.read(x)?, c.make(y)?);
    let walk = Walk::new(sizes, to.bytes() / bytes, [from.bytes() / bytes])?;
    match bytes {
        4 => c.compute().repeat(&walk, from.get::<u32>(), to.get_mut()),
        _ => c.compute().repeat(&walk, from.get::<u16>(), to.get_mut()),
    }
    c.put(y, to)
}

/// Axis i of y is axis `permutation[i]` of x; `lists` are x's shape and the permutation.
pub fn transpose(c: &mut Context, dtype: u32, x: u32, y: u32, lists: &[u32]) -> Outcome {
    let [shape, permutation] = split(lists)?;
    let steps = strides(shape)?;
    let mut seen = vec![false; shape.len()];
    for axis in permutation {
        match seen.get_mut(*axis as usize) {
            Some(seen) if !*seen => *seen = true,
            _ => return Err(Fault::shape(format!("{permutation:?} is no permutation"))),
        }
    }
    let sizes: Vec<u32> = permutation.iter().map(|axis| shape[*axis as usize]).collect();
    let to = strides(&sizes)?;
    let axes: Vec<Axis> = (0..sizes.len())
        .map(|i| Axis { size: sizes[i] as usize, from: steps[permutation[i] as usize], to: to[i] })
        .collect();
    let (x, mut target) = (read(c, x, dtype, shape)?, make(c, y, dtype, &sizes)?);
    place(c, dtype, &axes, (&x, 0), (&mut target, 0))?;
    c.put(y, target)
}

/// The window of x that begins at `start`; `lists` are x's shape, the start and y's shape.
pub fn slice(c: &mut Context, dtype: u32, x: u32, y: u32, lists: &[u32]) -> Outcome {
    let [shape, start, sizes] = split(lists)?;
    let (x, mut target) = (read(c, x, dtype, shape)?, make(c, y, dtype, sizes)?);
    let (axes, first) = window(shape, start, sizes)?;
    place(c, dtype, &axes, (&x, first), (&mut target, 0))?;
    c.put(y, target)
}

/// Zeros with x placed at `before`; `lists` are x's shape, the place and y's shape.
pub fn pad(c: &mut Context, dtype: u32, x: u32, y: u32, lists: &[u32]) -> Outcome {
    let [shape, before, sizes] = split(lists)?;
    let (x, mut target) = (read(c, x, dtype, shape)?, make(c, y, dtype, sizes)?);
    target.get_mut::<u8>().fill(0);
    let (axes, first) = window(sizes, before, shape)?;
    let axes: Vec<Axis> = axes.iter().map(|axis| Axis { from: axis.to, to: axis.from, ..*axis }).collect();
    place(c, dtype, &axes, (&x, 0), (&mut target, first))?;
    c.put(y, target)
}

/// Joins buffers, each `outer` rows of a length of its own, row by row.
pub fn concat(c: &mut Context, outer: u32, y: u32, xs: &[u32]) -> Outcome {
    let outer = outer as usize;
    let parts: Vec<Arc<Block>> = xs.iter().map(|x| c.read(*x)).collect::<Outcome<_>>()?;
    let mut to = c.make(y)?;
    let total: usize = parts.iter().map(|part| part.bytes()).sum();
    let whole = parts.iter().all(|part| outer > 0 && part.bytes().is_multiple_of(outer));
    if total != to.bytes() || total > 0 && !whole {
        return Err(Fault::shape(format!("{total} bytes in {outer} rows do not make {}", to.bytes())));
    }
    if total > 0 {
        let row = total / outer;
        let mut first = 0;
        for part in &parts {
            let own = part.bytes() / outer;
            let axes = [Axis { size: outer, from: own, to: row }, Axis { size: own, from: 1, to: 1 }];
            copy::<u8>(&mut c.threads, &axes, (part.get(), 0), (to.get_mut(), first));
            first += own;
        }
    }
    c.put(y, to)
}

/// Splits lists of one length that stand one behind the other.
fn split<const N: usize>(lists: &[u32]) -> Outcome<[&[u32]; N]> {
    let length = lists.len() / N;
    if length * N != lists.len() {
        return Err(Fault::shape(format!("{} numbers are not {N} lists of one length", lists.len())));
    }
    Ok(std::array::from_fn(|n| &lists[n * length..][..length]))
}

/// Axes of a window of `sizes` in `shape`, contiguous where they go, and the index of its first element.
fn window(shape: &[u32], start: &[u32], sizes: &[u32]) -> Outcome<(Vec<Axis>, usize)> {
    let fits = (0..shape.len()).all(|i| u64::from(start[i]) + u64::from(sizes[i]) <= u64::from(shape[i]));
    if !fits {
        return Err(Fault::shape(format!("{sizes:?} at {start:?} is no window of {shape:?}")));
    }
    let (from, to) = (strides(shape)?, strides(sizes)?);
    let axes = (0..shape.len()).map(|i| Axis { size: sizes[i] as usize, from: from[i], to: to[i] }).collect();
    Ok((axes, from.iter().zip(start).map(|(step, index)| step * *index as usize).sum()))
}

/// Elements between neighbours of each axis.
fn strides(shape: &[u32]) -> Outcome<Vec<usize>> {
    (0..shape.len()).map(|axis| product(&shape[axis + 1..])).collect()
}

fn read(c: &mut Context, x: u32, dtype: u32, shape: &[u32]) -> Outcome<Arc<Block>> {
    let block = c.read(x)?;
    demand(block.bytes(), dtype, shape)?;
    Ok(block)
}

fn make(c: &mut Context, y: u32, dtype: u32, shape: &[u32]) -> Outcome<Block> {
    let block = c.make(y)?;
    demand(block.bytes(), dtype, shape)?;
    Ok(block)
}

fn demand(bytes: usize, dtype: u32, shape: &[u32]) -> Outcome {
    let dtype = DType::from_code(dtype)?;
    if product(shape)?.checked_mul(dtype.bytes()) == Some(bytes) {
        return Ok(());
    }
    Err(Fault::shape(format!("{bytes} bytes are no {dtype:?} of shape {shape:?}")))
}

fn place(
    c: &mut Context,
    dtype: u32,
    axes: &[Axis],
    (x, x_start): (&Block, usize),
    (y, y_start): (&mut Block, usize),
) -> Outcome {
    match DType::from_code(dtype)?.bytes() {
        4 => copy::<u32>(&mut c.threads, axes, (x.get(), x_start), (y.get_mut(), y_start)),
        _ => copy::<u16>(&mut c.threads, axes, (x.get(), x_start), (y.get_mut(), y_start)),
    }
    Ok(())
}

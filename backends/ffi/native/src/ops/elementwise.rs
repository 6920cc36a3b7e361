//! Functions of elements.
#![allow(clippy::too_many_arguments, reason = "they are those of the exported functions")]

use super::named;
use crate::context::Context;
use crate::dtype::DType;
use crate::error::{Fault, Outcome};
use crate::map::map;
use crate::math::{Erf, Exp, Tanh};
use crate::memory::Block;
use crate::primitives::convert::convert;
use crate::primitives::walk::Walk;
use std::sync::Arc;

#[derive(Clone, Copy)]
enum Unary {
    Neg,
    Abs,
    Exp,
    Log,
    Sqrt,
    Rsqrt,
    Tanh,
    Erf,
    Sin,
    Cos,
}

const UNARY: [Unary; 10] = {
    use Unary::*;
    [Neg, Abs, Exp, Log, Sqrt, Rsqrt, Tanh, Erf, Sin, Cos]
};

#[derive(Clone, Copy)]
enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Max,
    Min,
}

const BINARY: [Binary; 6] = {
    use Binary::*;
    [Add, Sub, Mul, Div, Max, Min]
};

#[derive(Clone, Copy)]
enum Compare {
    Equal,
    Less,
    LessEqual,
}

const COMPARE: [Compare; 3] = [Compare::Equal, Compare::Less, Compare::LessEqual];

/// y = op(x).
pub fn unary(c: &mut Context, op: u32, dtype: u32, x: u32, y: u32) -> Outcome {
    let op = named("function", op, &UNARY)?;
    let (from, mut to) = (c.read(x)?, c.make(y)?);
    if from.bytes() != to.bytes() {
        return Err(Fault::shape(format!("{} bytes do not become {}", from.bytes(), to.bytes())));
    }
    let isa = c.isa;
    match DType::from_code(dtype)? {
        DType::F32 => {
            let (x, y) = (from.get::<f32>(), to.get_mut::<f32>());
            match op {
                Unary::Neg => c.compute().map(x, y, |x: f32| -x),
                Unary::Abs => c.compute().map(x, y, f32::abs),
                Unary::Exp => map(isa, &mut c.threads, Exp, x, y),
                Unary::Log => c.compute().map(x, y, f32::ln),
                Unary::Sqrt => c.compute().map(x, y, f32::sqrt),
                Unary::Rsqrt => c.compute().map(x, y, |x: f32| 1.0 / x.sqrt()),
                Unary::Tanh => map(isa, &mut c.threads, Tanh, x, y),
                Unary::Erf => map(isa, &mut c.threads, Erf, x, y),
                Unary::Sin => c.compute().map(x, y, f32::sin),
                Unary::Cos => c.compute().map(x, y, f32::cos),
            }
        }
        DType::I32 => {
            let (x, y) = (from.get::<i32>(), to.get_mut::<i32>());
            match op {
                Unary::Neg => c.compute().map(x, y, i32::wrapping_neg),
                Unary::Abs => c.compute().map(x, y, i32::wrapping_abs),
                _ => return Err(Fault::dtype("i32 has neg and abs only: cast it to f32")),
            }
        }
        other => return Err(storage_only(other)),
    }
    c.put(y, to)
}

/// y = op(a, b), broadcast as `sizes` say; without a handle b is `scalar`.
pub fn binary(
    c: &mut Context,
    op: u32,
    dtype: u32,
    a: u32,
    b: u32,
    scalar: f64,
    y: u32,
    sizes: &[u32],
) -> Outcome {
    let op = named("function", op, &BINARY)?;
    let dtype = DType::from_code(dtype)?;
    let (left, right, mut to) = (c.read(a)?, operand(c, b, scalar, dtype)?, c.make(y)?);
    let walk = Walk::new(sizes, to.bytes() / 4, [left.bytes() / 4, right.bytes() / 4])?;
    let mut compute = c.compute();
    match dtype {
        DType::F32 => {
            let (operands, y) = ((left.get::<f32>(), right.get::<f32>()), to.get_mut::<f32>());
            match op {
                Binary::Add => compute.zip(&walk, operands, y, |a: f32, b| a + b),
                Binary::Sub => compute.zip(&walk, operands, y, |a: f32, b| a - b),
                Binary::Mul => compute.zip(&walk, operands, y, |a: f32, b| a * b),
                Binary::Div => compute.zip(&walk, operands, y, |a: f32, b| a / b),
                Binary::Max => {
                    compute.zip(&walk, operands, y, |a: f32, b| if a > b || a.is_nan() { a } else { b })
                }
                Binary::Min => {
                    compute.zip(&walk, operands, y, |a: f32, b| if a < b || a.is_nan() { a } else { b })
                }
            }
        }
        DType::I32 => {
            let (operands, y) = ((left.get::<i32>(), right.get::<i32>()), to.get_mut::<i32>());
            match op {
                Binary::Add => compute.zip(&walk, operands, y, i32::wrapping_add),
                Binary::Sub => compute.zip(&walk, operands, y, i32::wrapping_sub),
                Binary::Mul => compute.zip(&walk, operands, y, i32::wrapping_mul),
                // As JavaScript stores an infinite quotient.
                Binary::Div => {
                    compute.zip(&walk, operands, y, |a, b| if b == 0 { 0 } else { a.wrapping_div(b) })
                }
                Binary::Max => compute.zip(&walk, operands, y, |a: i32, b| a.max(b)),
                Binary::Min => compute.zip(&walk, operands, y, |a: i32, b| a.min(b)),
            }
        }
        other => return Err(storage_only(other)),
    }
    c.put(y, to)
}

/// y = op(a, b) ? 1 : 0, i32, broadcast as `sizes` say; without a handle b is `scalar`.
pub fn compare(
    c: &mut Context,
    op: u32,
    dtype: u32,
    a: u32,
    b: u32,
    scalar: f64,
    y: u32,
    sizes: &[u32],
) -> Outcome {
    let op = named("comparison", op, &COMPARE)?;
    let dtype = DType::from_code(dtype)?;
    let (left, right, mut to) = (c.read(a)?, operand(c, b, scalar, dtype)?, c.make(y)?);
    let walk = Walk::new(sizes, to.bytes() / 4, [left.bytes() / 4, right.bytes() / 4])?;
    let y_elements = to.get_mut::<i32>();
    let mut compute = c.compute();
    match dtype {
        DType::F32 => {
            let operands = (left.get::<f32>(), right.get::<f32>());
            match op {
                Compare::Equal => compute.zip(&walk, operands, y_elements, |a, b| i32::from(a == b)),
                Compare::Less => compute.zip(&walk, operands, y_elements, |a, b| i32::from(a < b)),
                Compare::LessEqual => compute.zip(&walk, operands, y_elements, |a, b| i32::from(a <= b)),
            }
        }
        DType::I32 => {
            let operands = (left.get::<i32>(), right.get::<i32>());
            match op {
                Compare::Equal => compute.zip(&walk, operands, y_elements, |a, b| i32::from(a == b)),
                Compare::Less => compute.zip(&walk, operands, y_elements, |a, b| i32::from(a < b)),
                Compare::LessEqual => compute.zip(&walk, operands, y_elements, |a, b| i32::from(a <= b)),
            }
        }
        other => return Err(storage_only(other)),
    }
    c.put(y, to)
}

/// y = condition ≠ 0 ? a : b, broadcast as `sizes` say; without handles a and b are numbers.
pub fn choose(
    c: &mut Context,
    dtype: u32,
    condition: u32,
    a: u32,
    a_number: f64,
    b: u32,
    b_number: f64,
    y: u32,
    sizes: &[u32],
) -> Outcome {
    let dtype = DType::from_code(dtype)?;
    let condition = c.read(condition)?;
    let (left, right) = (operand(c, a, a_number, dtype)?, operand(c, b, b_number, dtype)?);
    let mut to = c.make(y)?;
    let count = |block: &Block| block.bytes() / dtype.bytes();
    let walk = Walk::new(sizes, count(&to), [condition.bytes() / 4, count(&left), count(&right)])?;
    let mut compute = c.compute();
    match dtype.bytes() {
        4 => compute.choose(&walk, condition.get(), (left.get::<u32>(), right.get::<u32>()), to.get_mut()),
        _ => compute.choose(&walk, condition.get(), (left.get::<u16>(), right.get::<u16>()), to.get_mut()),
    }
    c.put(y, to)
}

/// y = x as another type.
pub fn cast(c: &mut Context, x: u32, from: u32, y: u32, to: u32) -> Outcome {
    let (from, to) = (DType::from_code(from)?, DType::from_code(to)?);
    let (source, mut target) = (c.read(x)?, c.make(y)?);
    let (count, result) = (source.bytes() / from.bytes(), target.bytes() / to.bytes());
    if count != result {
        return Err(Fault::shape(format!("{count} elements do not become {result}")));
    }
    convert(&mut c.compute(), &source, from, &mut target, to);
    c.put(y, target)
}

/// The elements of a handle, or one number where there is none.
fn operand(c: &mut Context, handle: u32, scalar: f64, dtype: DType) -> Outcome<Arc<Block>> {
    if handle != 0 {
        return c.read(handle);
    }
    let mut block = c.pool.allocate(dtype.bytes())?;
    match dtype.bytes() {
        4 => block.get_mut::<u32>()[0] = dtype.encode(scalar),
        _ => block.get_mut::<u16>()[0] = dtype.encode(scalar) as u16,
    }
    Ok(Arc::new(block))
}

fn storage_only(dtype: DType) -> Fault {
    Fault::dtype(format!("{dtype:?} only stores: cast it to f32"))
}

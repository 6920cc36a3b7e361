//! The functions that TypeScript calls, and all of them.
//!
//! Each op gets the number of a context, handles, numbers and lists, and returns 0 or a [`Status`](crate::error::Status);
//! `taxon_last_error` has the text. Results go to handles that `taxon_alloc` gave before. No pointer is kept.

use crate::context::Context;
use crate::error::{Fault, Outcome};
use crate::gemm::{Engine, Format};
use crate::isa::Isa;
use crate::memory::Number;
use crate::ops;
use crate::registry::{enter, enter_without, insert, last_error, remove};

/// Goes up with every change of a name, a parameter or a meaning below; `library.ts` holds the same number.
pub const ABI_VERSION: u32 = 2;

/// Most threads of one context.
const MOST_THREADS: u32 = 256;

/// Version of the exported functions.
#[unsafe(no_mangle)]
pub extern "C" fn taxon_abi_version() -> u32 {
    ABI_VERSION
}

/// A new context, or 0. `threads` is 1 to 256, or 0 for as many as the process may use at once: its affinity and the quota
/// of its control group count, not the machine. `instructions` 0 takes the best set, 1 … 4 are avx512, avx2, neon and
/// portable; `precision` 0 … 2 are f32, bf16 and int8, in which linear layers multiply; at most `pool_bytes` of freed
/// memory are kept for reuse.
#[unsafe(no_mangle)]
pub extern "C" fn taxon_context_create(
    threads: u32,
    instructions: u32,
    precision: u32,
    pool_bytes: f64,
) -> u32 {
    enter_without("create a backend", || {
        let names = ["", "avx512", "avx2", "neon", "portable"];
        let name = names.get(instructions as usize).copied().unwrap_or("?");
        let available = Isa::available();
        let isa = available.iter().find(|isa| name.is_empty() || isa.name() == name).ok_or_else(|| {
            let known = available.iter().map(|isa| isa.name()).collect::<Vec<_>>().join(", ");
            Fault::device(format!("this machine has no instructions \"{name}\": available are {known}"))
        })?;
        let engine = match precision {
            0 => None,
            1 => Some(Engine::best(*isa, Format::Bf16)),
            2 => Some(Engine::best(*isa, Format::Int8)),
            _ => {
                return Err(Fault::range(format!(
                    "there is no precision {precision}: 0 … 2 are f32, bf16 and int8"
                )));
            }
        };
        if threads > MOST_THREADS {
            return Err(Fault::range(format!("{threads} threads are not possible: use 1 to {MOST_THREADS}")));
        }
        let usable = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = if threads == 0 { usable() } else { threads as usize };
        // A float becomes the nearest integer in range, and NaN becomes 0.
        insert(Context::new(threads, *isa, engine, pool_bytes as usize))
    })
}

/// Gives a context back, with its threads and its memory.
#[unsafe(no_mangle)]
pub extern "C" fn taxon_context_free(context: u32) -> i32 {
    let removed = enter_without("dispose a backend", || remove(context).map(|()| 1));
    if removed == 1 { 0 } else { crate::error::Status::Disposed as i32 }
}

/// Writes threads, number of the instruction set, that of the [method](crate::gemm::Method) of linear layers (0 in f32),
/// live buffers, their bytes, and pooled bytes.
///
/// # Safety
/// `to` points to `length` floats.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn taxon_context_facts(context: u32, to: *mut f64, length: u32) -> i32 {
    enter(context, "describe", |c| {
        let isa = ["avx512", "avx2", "neon", "portable"].iter().position(|name| *name == c.isa.name());
        let facts = [
            c.threads.count() as f64,
            isa.map_or(0.0, |index| index as f64 + 1.0),
            c.products.narrow.as_ref().map_or(0.0, |narrow| f64::from(narrow.engine.method() as u32)),
            c.table.count() as f64,
            c.table.bytes() as f64,
            c.pool.bytes() as f64,
        ];
        if to.is_null() || length as usize != facts.len() {
            return Err(Fault::shape(format!("{length} numbers are not the {} expected", facts.len())));
        }
        // SAFETY: `to` is not null and the caller says that it points to so many.
        unsafe { std::slice::from_raw_parts_mut(to.cast::<[u8; 8]>(), facts.len()) }
            .iter_mut()
            .zip(facts)
            .for_each(|(to, fact)| *to = fact.to_ne_bytes());
        Ok(())
    })
}

/// Writes the text of the last refusal, as UTF-8, as far as it fits, and returns its whole length. Context 0: of calls
/// without one, on this thread.
///
/// # Safety
/// `to` points to `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn taxon_last_error(context: u32, to: *mut u8, length: u32) -> u32 {
    let text = last_error(context);
    let fits = if to.is_null() { 0 } else { text.len().min(length as usize) };
    if fits > 0 {
        // SAFETY: `to` is not null and the caller says that it points to `length` bytes.
        unsafe { std::slice::from_raw_parts_mut(to, fits) }.copy_from_slice(&text.as_bytes()[..fits]);
    }
    text.len() as u32
}

/// A handle for a buffer of `bytes`, or 0.
#[unsafe(no_mangle)]
pub extern "C" fn taxon_alloc(context: u32, bytes: f64) -> u32 {
    let mut handle = 0;
    enter(context, "allocate a buffer", |c| {
        handle = c.reserve(bytes)?;
        Ok(())
    });
    handle
}

/// Fills a buffer with bytes of the host.
///
/// # Safety
/// `from` points to `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn taxon_upload(context: u32, x: u32, from: *const u8, length: f64) -> i32 {
    enter(context, "upload", |c| {
        // SAFETY: the caller says that `from` points to so many bytes.
        ops::storage::upload(c, x, unsafe { list(from, length as usize)? })
    })
}

/// Copies the bytes of a buffer to the host.
///
/// # Safety
/// `to` points to `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn taxon_read(context: u32, x: u32, to: *mut u8, length: f64) -> i32 {
    enter(context, "read", |c| {
        let block = ops::storage::read(c, x, length)?;
        if to.is_null() && block.bytes() > 0 {
            return Err(Fault::shape("there is no memory to read to"));
        }
        if !to.is_null() {
            // SAFETY: the block has `length` bytes, `read` made sure, and the caller says that `to` points to so many.
            unsafe { std::ptr::copy_nonoverlapping(block.get().as_ptr(), to, block.bytes()) }
        }
        Ok(())
    })
}

/// The list of `length` numbers at `from`.
///
/// # Safety
/// `from` points to `length` numbers that nobody writes during the call.
unsafe fn list<'a, T: Number>(from: *const T, length: usize) -> Outcome<&'a [T]> {
    if length == 0 {
        return Ok(&[]);
    }
    if from.is_null() || !from.is_aligned() || length > isize::MAX as usize / size_of::<T>() {
        return Err(Fault::shape(format!("a list of {length} numbers is missing")));
    }
    // SAFETY: not null, aligned, and the caller says that it points to so many.
    Ok(unsafe { std::slice::from_raw_parts(from, length) })
}

/// Declares exported ops: their arguments behind the context, lists as pointer and length, and what they call.
macro_rules! ops {
    ($($(#[$doc:meta])* $symbol:ident, $action:literal, ($($name:ident: $type:ty),*) $([$($list:ident: $element:ty, $length:ident),*])? => $op:path;)*) => { $(
        $(#[$doc])*
        ///
        /// # Safety
        /// A list points to as many numbers as its length says.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $symbol(context: u32, $($name: $type,)* $($($list: *const $element, $length: u32),*)?) -> i32 {
            enter(context, $action, |c| {
                // SAFETY: as the function says.
                $($(let $list = unsafe { list($list, $length as usize)? };)*)?
                $op(c, $($name,)* $($($list),*)?)
            })
        }
    )* };
}

ops! {
    /// Gives a buffer back.
    taxon_free, "free a buffer", (x: u32) => ops::storage::free;
    /// Copies elements and shape of one buffer to another of its size.
    taxon_assign, "assign", (destination: u32, source: u32) => ops::storage::assign;
    /// Fills a buffer with one value of a dtype.
    taxon_fill, "fill", (dtype: u32, value: f64, y: u32) => ops::storage::fill;
    /// y = op(x).
    taxon_unary, "run a unary function", (op: u32, dtype: u32, x: u32, y: u32) => ops::elementwise::unary;
    /// y = op(a, b); b 0 stands for the scalar. Sizes: shapes of y, a, b, or none where they are equal or of one element.
    taxon_binary, "run a binary function", (op: u32, dtype: u32, a: u32, b: u32, scalar: f64, y: u32) [sizes: u32, length] => ops::elementwise::binary;
    /// y = op(a, b) ? 1 : 0; as `taxon_binary`.
    taxon_compare, "compare", (op: u32, dtype: u32, a: u32, b: u32, scalar: f64, y: u32) [sizes: u32, length] => ops::elementwise::compare;
    /// y = condition ? a : b; a or b 0 stand for their numbers. Sizes: shapes of y, condition, a, b, or none.
    taxon_where, "choose", (dtype: u32, condition: u32, a: u32, a_number: f64, b: u32, b_number: f64, y: u32) [sizes: u32, length] => ops::elementwise::choose;
    /// y = x as another dtype.
    taxon_cast, "cast", (x: u32, from: u32, y: u32, to: u32) => ops::elementwise::cast;
    /// y [outer, inner] = op(x [outer, size, inner]).
    taxon_reduce, "reduce", (op: u32, dtype: u32, x: u32, size: u32, inner: u32, y: u32) => ops::reduction::reduce;
    /// y = x, broadcast. Sizes: shapes of y and x.
    taxon_broadcast, "broadcast", (dtype: u32, x: u32, y: u32) [sizes: u32, length] => ops::movement::broadcast;
    /// y = x with other order of axes. Lists: shape of x, permutation.
    taxon_transpose, "transpose", (dtype: u32, x: u32, y: u32) [lists: u32, length] => ops::movement::transpose;
    /// A window of x. Lists: shape of x, start, shape of y.
    taxon_slice, "slice", (dtype: u32, x: u32, y: u32) [lists: u32, length] => ops::movement::slice;
    /// x among zeros. Lists: shape of x, place, shape of y.
    taxon_pad, "pad", (dtype: u32, x: u32, y: u32) [lists: u32, length] => ops::movement::pad;
    /// Buffers of `outer` rows each, row by row.
    taxon_concat, "concatenate", (outer: u32, y: u32) [xs: u32, length] => ops::movement::concat;
    /// Rows of x by id.
    taxon_gather, "gather", (x: u32, from: u32, ids: u32, width: u32, y: u32, to: u32) => ops::indexing::gather;
    /// Zeros plus rows of updates by id.
    taxon_scatter_add, "scatter", (dtype: u32, ids: u32, updates: u32, width: u32, y: u32) => ops::indexing::scatter_add;
    /// y [batch…, m, n] = a · b; transposed: 1 for a stored [k, m], 2 for b stored [n, k]. Batches: outer axes of y, a, b.
    taxon_matmul, "multiply matrices", (a: u32, b: u32, y: u32, m: u32, n: u32, k: u32, transposed: u32) [batches: u32, length] => ops::matmul::matmul;
    /// y [m, n] = activation(x [m, k] · weightᵀ + bias); bias 0 is none.
    taxon_linear, "run a linear layer", (x: u32, weight: u32, bias: u32, activation: u32, y: u32, m: u32, n: u32, k: u32) => ops::linear::linear;
    /// dx [m, k] = dy [m, n] · weight.
    taxon_linear_grad_x, "differentiate a linear layer", (dy: u32, weight: u32, dx: u32, m: u32, n: u32, k: u32) => ops::linear::linear_grad_x;
    /// dweight [n, k] = dyᵀ · x.
    taxon_linear_grad_weight, "differentiate a linear layer", (dy: u32, x: u32, dweight: u32, m: u32, n: u32, k: u32) => ops::linear::linear_grad_weight;
    /// Softmax of rows.
    taxon_softmax, "run softmax", (x: u32, size: u32, y: u32) => ops::rows::softmax;
    /// Its gradient.
    taxon_softmax_grad, "differentiate softmax", (dy: u32, y: u32, size: u32, dx: u32) => ops::rows::softmax_grad;
    /// GELU; form 0 is that of erf, 1 that of tanh.
    taxon_gelu, "run gelu", (form: u32, x: u32, y: u32) => ops::rows::gelu;
    /// Its gradient.
    taxon_gelu_grad, "differentiate gelu", (form: u32, dy: u32, x: u32, dx: u32) => ops::rows::gelu_grad;
    /// Layer normalisation of rows; weight and bias 0 are none.
    taxon_layer_norm, "normalise layers", (x: u32, weight: u32, bias: u32, size: u32, eps: f32, y: u32) => ops::rows::layer_norm;
    /// Its gradients; results 0 are not wanted.
    taxon_layer_norm_grad, "differentiate layerNorm", (dy: u32, x: u32, weight: u32, size: u32, eps: f32, dx: u32, dweight: u32, dbias: u32) => ops::rows::layer_norm_grad;
    /// Uniform numbers of a key; rows are i32 ids.
    taxon_random, "draw random numbers", (key0: u32, key1: u32, rows: u32, columns: u32, y: u32) => ops::random::random;
    /// Inverted dropout.
    taxon_dropout, "drop out", (key0: u32, key1: u32, p: f64, rows: u32, x: u32, columns: u32, y: u32) => ops::random::dropout;
    /// Loss of rows of logits; class weights 0 are none.
    taxon_cross_entropy, "compute cross-entropy", (logits: u32, labels: u32, class_weights: u32, label_smoothing: f32, classes: u32, loss: u32) => ops::cross_entropy::cross_entropy;
    /// Its gradient.
    taxon_cross_entropy_grad, "differentiate cross-entropy", (dloss: u32, logits: u32, labels: u32, class_weights: u32, label_smoothing: f32, classes: u32, dlogits: u32) => ops::cross_entropy::cross_entropy_grad;
    /// One AdamW step of one parameter, in place; gradient scale 0 is none.
    taxon_adamw, "update a parameter", (param: u32, grad: u32, m: u32, v: u32, grad_scale: u32, beta1: f64, beta2: f64, eps: f64, step: f64, learning_rate: f64, weight_decay: f64) => ops::optimizer::adamw;
    /// Sums of squares of buffers.
    taxon_sum_squares, "sum squares", (y: u32) [xs: u32, length] => ops::optimizer::sum_squares;
    /// Packed attention; rows 0: nothing is dropped. Starts: those of queries, then those of keys.
    taxon_attention, "attend", (q: u32, k: u32, v: u32, heads: u32, head_dim: u32, scale: f32, key0: u32, key1: u32, p: f64, rows: u32, y: u32) [starts: i32, length] => ops::attention::attention;
    /// Its gradients.
    taxon_attention_grad, "differentiate attention", (dy: u32, q: u32, k: u32, v: u32, heads: u32, head_dim: u32, scale: f32, key0: u32, key1: u32, p: f64, rows: u32, dq: u32, dk: u32, dv: u32) [starts: i32, length] => ops::attention::attention_grad;
    /// Panics inside a kernel, on a thread of the pool if there is one: tests prove with it that the process lives on.
    taxon_panic, "test a panic", () => ops::storage::panic;
}

//! Each op: checks handles and sizes, then calls kernels.

use crate::error::{Fault, Outcome};

pub mod attention;
pub mod cross_entropy;
pub mod elementwise;
pub mod indexing;
pub mod linear;
pub mod matmul;
pub mod movement;
pub mod optimizer;
pub mod random;
pub mod reduction;
pub mod rows;
pub mod storage;

/// The name with a number in `names`, which TypeScript lists in the same order.
fn named<T: Copy>(what: &str, code: u32, names: &[T]) -> Outcome<T> {
    let found = names.get(code as usize).copied();
    found
        .ok_or_else(|| Fault::device(format!("there is no {what} {code}: 0 … {} are known", names.len() - 1)))
}

//! Kernels of Taxon's ffi backend.

pub mod abi;
pub mod attention;
pub mod context;
pub mod cross_entropy;
pub mod dtype;
pub mod error;
pub mod gelu;
pub mod gemm;
pub mod isa;
pub mod map;
pub mod math;
pub mod memory;
pub mod normalization;
pub mod normalization_grad;
pub mod ops;
pub mod optimizer;
pub mod parallel;
pub mod primitives;
pub mod random;
pub mod registry;
pub mod rows;
pub mod simd;
pub mod softmax;
pub mod source_hash;
pub mod split;
pub mod table;
pub mod threads;

#[cfg(test)]
mod testing;

//! Kernels of Taxon's ffi backend.

pub mod abi;
pub mod context;
pub mod dtype;
pub mod error;
pub mod gemm;
pub mod isa;
pub mod memory;
pub mod ops;
pub mod registry;
pub mod simd;
pub mod source_hash;
pub mod table;
pub mod threads;

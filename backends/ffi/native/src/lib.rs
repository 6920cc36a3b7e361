//! Kernels of Taxon's ffi backend.

pub mod isa;
pub mod simd;
pub mod source_hash;
pub mod threads;

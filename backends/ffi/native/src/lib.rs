//! Kernels of Taxon's ffi backend.

pub mod isa;
pub mod simd;
pub mod threads;

//! Kernels of Taxon's ffi backend.

pub mod handshake;
pub mod isa;
pub mod simd;
pub mod threads;

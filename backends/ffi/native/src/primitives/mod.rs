//! Kernels of the primitives: elementwise functions, copies, reductions, rows by id.

pub mod convert;
pub mod elementwise;
pub mod indexing;
pub mod movement;
pub mod reduction;
pub mod walk;

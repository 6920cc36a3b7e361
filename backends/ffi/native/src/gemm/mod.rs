//! Matrix products: C = activation(A · B + bias), with B packed into panels beforehand.
//!
//! A *panel* holds as many columns of B as one tile computes, row behind row, so that the innermost loop reads memory
//! in order. A *tile* is the part of C whose sums stay in registers. A *unit* is a rectangle of tiles that one thread
//! computes. Each element of C is one sum over k in ascending order, however tiles and units are cut: a row's bits
//! depend neither on other rows nor on the threads.

mod activation;
mod ahead;
mod kernel;
mod left;
mod matrix;
mod multiply;
mod narrow;
mod pack;
mod plan;
mod storage;
mod tile;

pub use activation::Activation;
pub use ahead::Ahead;
pub use matrix::Matrix;
pub use multiply::{Epilogue, Workspace, multiply};
pub use narrow::{Engine, Format, Halves, Method, NarrowOut, NarrowPacked, Rounded, multiply_narrow};
pub use pack::Packed;
pub use storage::Storage;
pub use tile::{Start, Tile, TileSize, tile};

#[cfg(test)]
mod tests;

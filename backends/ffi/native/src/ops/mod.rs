//! Each op: checks handles and sizes, then calls kernels.

pub mod storage;

//! Vectors of f32 and of 32-bit integers, one type for each instruction set.
//!
//! Kernels are written once against [`Simd`]. All functions are unsafe for one reason: the machine must have the
//! instructions (see [`crate::isa::Isa::run`]); those with pointers also need memory that is valid for the lanes read
//! or written, at any alignment.
#![allow(missing_docs, reason = "the names say what one instruction does")]
#![allow(clippy::missing_safety_doc, reason = "said once, above")]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;

#[cfg(target_arch = "x86_64")]
pub use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;
#[cfg(target_arch = "aarch64")]
pub use neon::Neon;
pub use portable::Portable;

/// The vector operations of one instruction set.
pub trait Simd: Copy + Send + Sync + 'static {
    /// `LANES` floats.
    type F: Copy;
    /// `LANES` 32-bit integers; add and shifts wrap.
    type I: Copy;
    /// One truth value per lane.
    type M: Copy;
    const LANES: usize;
    /// Vector registers: how many sums a kernel can hold.
    const REGISTERS: usize;
    /// Vectors of a row of a matrix product's tile.
    const TILE_VECTORS: usize;

    unsafe fn load(from: *const f32) -> Self::F;
    unsafe fn store(to: *mut f32, x: Self::F);
    /// The first `count` lanes (0 ≤ count ≤ LANES), the others 0; nothing behind them is touched.
    unsafe fn load_first(from: *const f32, count: usize) -> Self::F;
    unsafe fn store_first(to: *mut f32, count: usize, x: Self::F);
    unsafe fn load_i(from: *const i32) -> Self::I;
    /// The upper 16 bits of each lane.
    unsafe fn store_upper(to: *mut u16, x: Self::I);

    /// Asks for the cache line of an address, which need not be valid; does nothing where std has no instruction for it.
    #[inline(always)]
    fn prefetch(_from: *const f32) {}

    /// The same, into the second cache only.
    #[inline(always)]
    fn prefetch_early(_from: *const f32) {}

    unsafe fn splat(x: f32) -> Self::F;
    unsafe fn add(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn sub(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn mul(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn div(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn sqrt(x: Self::F) -> Self::F;
    /// 1 / x for a finite |x| ≥ 2⁻¹⁰⁰ and for +∞, within 1 ulp of `div`.
    #[inline(always)]
    unsafe fn reciprocal(x: Self::F) -> Self::F {
        // SAFETY: as this function's.
        unsafe { Self::div(Self::splat(1.0), x) }
    }
    /// x · 2ⁿ for whole |n| ≤ 250, rounded at most twice.
    #[inline(always)]
    unsafe fn scale_by_power(x: Self::F, n: Self::F) -> Self::F {
        // As a product of two powers: the exponent of one float reaches only 127.
        // SAFETY: as this function's.
        unsafe {
            let power =
                |n: Self::I| Self::as_float(Self::shift_left::<23>(Self::add_i(n, Self::splat_i(127))));
            let half = Self::round(Self::mul(n, Self::splat(0.5)));
            let rest = Self::sub(n, half);
            Self::mul(Self::mul(x, power(Self::to_int(half))), power(Self::to_int(rest)))
        }
    }
    /// a · b + c, rounded once where the instruction set has it.
    unsafe fn fma(a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    /// NaN in a lane of either operand may or may not pass through.
    unsafe fn max(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn min(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn abs(x: Self::F) -> Self::F;
    /// To the nearest integer, ties to even, of a magnitude below 2²².
    unsafe fn round(x: Self::F) -> Self::F;
    /// a < b, false for NaN.
    unsafe fn less(a: Self::F, b: Self::F) -> Self::M;
    unsafe fn is_nan(x: Self::F) -> Self::M;
    /// True in the first `count` lanes (0 ≤ count ≤ LANES).
    unsafe fn first_lanes(count: usize) -> Self::M;
    /// Lane by lane: mask ? a : b.
    unsafe fn select(mask: Self::M, a: Self::F, b: Self::F) -> Self::F;
    /// a₀ b₀ a₁ b₁ …: the first half and the second.
    unsafe fn interleave(a: Self::F, b: Self::F) -> (Self::F, Self::F);
    /// Sum of the lanes; the order depends on the instruction set alone.
    unsafe fn sum(x: Self::F) -> f32;
    /// Largest lane.
    unsafe fn largest(x: Self::F) -> f32;

    unsafe fn splat_i(x: i32) -> Self::I;
    unsafe fn add_i(a: Self::I, b: Self::I) -> Self::I;
    unsafe fn xor_i(a: Self::I, b: Self::I) -> Self::I;
    unsafe fn rotate_left<const BITS: i32, const REST: i32>(x: Self::I) -> Self::I;
    unsafe fn shift_left<const BITS: i32>(x: Self::I) -> Self::I;
    /// Fills with zeros.
    unsafe fn shift_right<const BITS: i32>(x: Self::I) -> Self::I;
    /// Exact for integers of a magnitude below 2²⁴.
    unsafe fn to_float(x: Self::I) -> Self::F;
    /// Rounds to nearest, ties to even, of a magnitude below 2²².
    unsafe fn to_int(x: Self::F) -> Self::I;
    /// The same bits as floats.
    unsafe fn as_float(x: Self::I) -> Self::F;
    /// The same bits as integers.
    unsafe fn as_int(x: Self::F) -> Self::I;
}

//! Plain Rust: 4 lanes that the compiler turns into the platform's baseline vectors.
#![allow(clippy::undocumented_unsafe_blocks, reason = "only pointers are unsafe here; see the module above")]

use super::Simd;
use std::array::from_fn;

/// No instruction set in particular.
#[derive(Clone, Copy)]
pub struct Portable;

type F = [f32; 4];
type I = [i32; 4];

/// 1.5 · 2²³: a float of that size has no bits behind the point, so adding it rounds. The baseline of x86-64 has no
/// instruction for that, and a call of the C library for each lane would cost more than the rest of a kernel.
const SHIFTER: f32 = 12_582_912.0;

impl Simd for Portable {
    type F = F;
    type I = I;
    type M = [bool; 4];
    const LANES: usize = 4;
    const REGISTERS: usize = 16;
    const TILE_VECTORS: usize = 2;

    #[inline(always)]
    unsafe fn load(from: *const f32) -> F {
        unsafe { from.cast::<F>().read_unaligned() }
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, x: F) {
        unsafe { to.cast::<F>().write_unaligned(x) }
    }
    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> F {
        from_fn(|i| if i < count { unsafe { *from.add(i) } } else { 0.0 })
    }
    #[inline(always)]
    unsafe fn store_first(to: *mut f32, count: usize, x: F) {
        for (i, value) in x.iter().enumerate().take(count) {
            unsafe { *to.add(i) = *value }
        }
    }
    #[inline(always)]
    unsafe fn load_i(from: *const i32) -> I {
        unsafe { from.cast::<I>().read_unaligned() }
    }
    #[inline(always)]
    unsafe fn store_upper(to: *mut u16, x: I) {
        unsafe { to.cast::<[u16; 4]>().write_unaligned(x.map(|lane| (lane as u32 >> 16) as u16)) }
    }
    #[inline(always)]
    unsafe fn splat(x: f32) -> F {
        [x; 4]
    }
    #[inline(always)]
    unsafe fn add(a: F, b: F) -> F {
        from_fn(|i| a[i] + b[i])
    }
    #[inline(always)]
    unsafe fn sub(a: F, b: F) -> F {
        from_fn(|i| a[i] - b[i])
    }
    #[inline(always)]
    unsafe fn mul(a: F, b: F) -> F {
        from_fn(|i| a[i] * b[i])
    }
    #[inline(always)]
    unsafe fn div(a: F, b: F) -> F {
        from_fn(|i| a[i] / b[i])
    }
    #[inline(always)]
    unsafe fn sqrt(x: F) -> F {
        from_fn(|i| x[i].sqrt())
    }
    #[inline(always)]
    unsafe fn fma(a: F, b: F, c: F) -> F {
        from_fn(|i| a[i] * b[i] + c[i])
    }
    #[inline(always)]
    unsafe fn max(a: F, b: F) -> F {
        from_fn(|i| if a[i] > b[i] { a[i] } else { b[i] })
    }
    #[inline(always)]
    unsafe fn min(a: F, b: F) -> F {
        from_fn(|i| if a[i] < b[i] { a[i] } else { b[i] })
    }
    #[inline(always)]
    unsafe fn abs(x: F) -> F {
        from_fn(|i| x[i].abs())
    }
    #[inline(always)]
    unsafe fn round(x: F) -> F {
        from_fn(|i| (x[i] + SHIFTER) - SHIFTER)
    }
    #[inline(always)]
    unsafe fn less(a: F, b: F) -> [bool; 4] {
        from_fn(|i| a[i] < b[i])
    }
    #[inline(always)]
    unsafe fn is_nan(x: F) -> [bool; 4] {
        from_fn(|i| x[i].is_nan())
    }
    #[inline(always)]
    unsafe fn first_lanes(count: usize) -> [bool; 4] {
        from_fn(|i| i < count)
    }
    #[inline(always)]
    unsafe fn interleave(a: F, b: F) -> (F, F) {
        ([a[0], b[0], a[1], b[1]], [a[2], b[2], a[3], b[3]])
    }
    #[inline(always)]
    unsafe fn select(mask: [bool; 4], a: F, b: F) -> F {
        from_fn(|i| if mask[i] { a[i] } else { b[i] })
    }
    #[inline(always)]
    unsafe fn sum(x: F) -> f32 {
        (x[0] + x[2]) + (x[1] + x[3])
    }
    #[inline(always)]
    unsafe fn largest(x: F) -> f32 {
        x[0].max(x[1]).max(x[2].max(x[3]))
    }
    #[inline(always)]
    unsafe fn splat_i(x: i32) -> I {
        [x; 4]
    }
    #[inline(always)]
    unsafe fn add_i(a: I, b: I) -> I {
        from_fn(|i| a[i].wrapping_add(b[i]))
    }
    #[inline(always)]
    unsafe fn xor_i(a: I, b: I) -> I {
        from_fn(|i| a[i] ^ b[i])
    }
    #[inline(always)]
    unsafe fn rotate_left<const BITS: i32, const REST: i32>(x: I) -> I {
        x.map(|lane| lane.rotate_left(BITS as u32))
    }
    #[inline(always)]
    unsafe fn shift_left<const BITS: i32>(x: I) -> I {
        x.map(|lane| lane << BITS)
    }
    #[inline(always)]
    unsafe fn shift_right<const BITS: i32>(x: I) -> I {
        x.map(|lane| (lane as u32 >> BITS) as i32)
    }
    #[inline(always)]
    unsafe fn to_float(x: I) -> F {
        x.map(|lane| lane as f32)
    }
    #[inline(always)]
    unsafe fn to_int(x: F) -> I {
        x.map(|lane| (lane + SHIFTER).to_bits().wrapping_sub(SHIFTER.to_bits()) as i32)
    }
    #[inline(always)]
    unsafe fn as_float(x: I) -> F {
        x.map(|lane| f32::from_bits(lane as u32))
    }
    #[inline(always)]
    unsafe fn as_int(x: F) -> I {
        x.map(|lane| lane.to_bits() as i32)
    }
}

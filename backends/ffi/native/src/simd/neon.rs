//! Advanced SIMD of 64-bit ARM: 4 lanes.
#![allow(clippy::undocumented_unsafe_blocks, reason = "each block is one instruction; see the module above")]

use super::Simd;
use std::arch::aarch64::*;

/// NEON.
#[derive(Clone, Copy)]
pub struct Neon;

impl Simd for Neon {
    type F = float32x4_t;
    type I = uint32x4_t;
    type M = uint32x4_t;
    const LANES: usize = 4;
    const REGISTERS: usize = 32;
    const TILE_VECTORS: usize = 2;

    #[inline(always)]
    unsafe fn load(from: *const f32) -> float32x4_t {
        unsafe { vld1q_f32(from) }
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, x: float32x4_t) {
        unsafe { vst1q_f32(to, x) }
    }
    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> float32x4_t {
        let mut lanes = [0f32; 4];
        unsafe {
            std::ptr::copy_nonoverlapping(from, lanes.as_mut_ptr(), count);
            vld1q_f32(lanes.as_ptr())
        }
    }
    #[inline(always)]
    unsafe fn store_first(to: *mut f32, count: usize, x: float32x4_t) {
        let mut lanes = [0f32; 4];
        unsafe {
            vst1q_f32(lanes.as_mut_ptr(), x);
            std::ptr::copy_nonoverlapping(lanes.as_ptr(), to, count);
        }
    }
    #[inline(always)]
    unsafe fn load_i(from: *const i32) -> uint32x4_t {
        unsafe { vld1q_u32(from.cast()) }
    }
    #[inline(always)]
    unsafe fn store_upper(to: *mut u16, x: uint32x4_t) {
        unsafe { vst1_u16(to, vshrn_n_u32::<16>(x)) }
    }
    #[inline(always)]
    unsafe fn splat(x: f32) -> float32x4_t {
        unsafe { vdupq_n_f32(x) }
    }
    #[inline(always)]
    unsafe fn add(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vaddq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn sub(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vsubq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn mul(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vmulq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn div(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vdivq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn sqrt(x: float32x4_t) -> float32x4_t {
        unsafe { vsqrtq_f32(x) }
    }
    #[inline(always)]
    unsafe fn fma(a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t {
        unsafe { vfmaq_f32(c, a, b) }
    }
    #[inline(always)]
    unsafe fn max(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vmaxq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn min(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vminq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn abs(x: float32x4_t) -> float32x4_t {
        unsafe { vabsq_f32(x) }
    }
    #[inline(always)]
    unsafe fn round(x: float32x4_t) -> float32x4_t {
        unsafe { vrndnq_f32(x) }
    }
    #[inline(always)]
    unsafe fn less(a: float32x4_t, b: float32x4_t) -> uint32x4_t {
        unsafe { vcltq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn is_nan(x: float32x4_t) -> uint32x4_t {
        unsafe { vmvnq_u32(vceqq_f32(x, x)) }
    }
    #[inline(always)]
    unsafe fn first_lanes(count: usize) -> uint32x4_t {
        unsafe { vcltq_u32(vld1q_u32([0, 1, 2, 3].as_ptr()), vdupq_n_u32(count as u32)) }
    }
    #[inline(always)]
    unsafe fn interleave(a: float32x4_t, b: float32x4_t) -> (float32x4_t, float32x4_t) {
        unsafe { (vzip1q_f32(a, b), vzip2q_f32(a, b)) }
    }
    #[inline(always)]
    unsafe fn select(mask: uint32x4_t, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vbslq_f32(mask, a, b) }
    }
    #[inline(always)]
    unsafe fn sum(x: float32x4_t) -> f32 {
        unsafe { vaddvq_f32(x) }
    }
    #[inline(always)]
    unsafe fn largest(x: float32x4_t) -> f32 {
        unsafe { vmaxvq_f32(x) }
    }
    #[inline(always)]
    unsafe fn splat_i(x: i32) -> uint32x4_t {
        unsafe { vdupq_n_u32(x as u32) }
    }
    #[inline(always)]
    unsafe fn add_i(a: uint32x4_t, b: uint32x4_t) -> uint32x4_t {
        unsafe { vaddq_u32(a, b) }
    }
    #[inline(always)]
    unsafe fn xor_i(a: uint32x4_t, b: uint32x4_t) -> uint32x4_t {
        unsafe { veorq_u32(a, b) }
    }
    #[inline(always)]
    unsafe fn rotate_left<const BITS: i32, const REST: i32>(x: uint32x4_t) -> uint32x4_t {
        unsafe { vorrq_u32(vshlq_n_u32::<BITS>(x), vshrq_n_u32::<REST>(x)) }
    }
    #[inline(always)]
    unsafe fn shift_left<const BITS: i32>(x: uint32x4_t) -> uint32x4_t {
        unsafe { vshlq_n_u32::<BITS>(x) }
    }
    #[inline(always)]
    unsafe fn shift_right<const BITS: i32>(x: uint32x4_t) -> uint32x4_t {
        unsafe { vshrq_n_u32::<BITS>(x) }
    }
    #[inline(always)]
    unsafe fn to_float(x: uint32x4_t) -> float32x4_t {
        unsafe { vcvtq_f32_s32(vreinterpretq_s32_u32(x)) }
    }
    #[inline(always)]
    unsafe fn to_int(x: float32x4_t) -> uint32x4_t {
        unsafe { vreinterpretq_u32_s32(vcvtnq_s32_f32(x)) }
    }
    #[inline(always)]
    unsafe fn as_float(x: uint32x4_t) -> float32x4_t {
        unsafe { vreinterpretq_f32_u32(x) }
    }
    #[inline(always)]
    unsafe fn as_int(x: float32x4_t) -> uint32x4_t {
        unsafe { vreinterpretq_u32_f32(x) }
    }
}

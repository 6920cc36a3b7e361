//! Transcendental functions of one vector. NaN gives NaN; infinities follow the formula.

use crate::simd::Simd;
use std::f32::consts::LOG2_E;

/// A function that is applied to each element.
pub trait Function: Copy + Sync {
    /// Its values in the lanes of `x`.
    ///
    /// # Safety
    /// The machine has the instructions of `S`; so for all functions of this file.
    unsafe fn apply<S: Simd>(self, x: S::F) -> S::F;
}

/// [`exp`] as a function of elements.
#[derive(Clone, Copy)]
pub struct Exp;

/// [`tanh`] as a function of elements.
#[derive(Clone, Copy)]
pub struct Tanh;

/// [`erf`] as a function of elements.
#[derive(Clone, Copy)]
pub struct Erf;

impl Function for Exp {
    #[inline(always)]
    unsafe fn apply<S: Simd>(self, x: S::F) -> S::F {
        // SAFETY: the caller's promise.
        unsafe { exp::<S>(x) }
    }
}

impl Function for Tanh {
    #[inline(always)]
    unsafe fn apply<S: Simd>(self, x: S::F) -> S::F {
        // SAFETY: the caller's promise.
        unsafe { tanh::<S>(x) }
    }
}

impl Function for Erf {
    #[inline(always)]
    unsafe fn apply<S: Simd>(self, x: S::F) -> S::F {
        // SAFETY: the caller's promise.
        unsafe { erf::<S>(x) }
    }
}

/// c₀ + c₁x + c₂x² + … by Horner's rule.
#[inline(always)]
unsafe fn polynomial<S: Simd, const N: usize>(x: S::F, coefficients: [f32; N]) -> S::F {
    // SAFETY: the caller's promise.
    unsafe {
        let mut value = S::splat(coefficients[N - 1]);
        for c in coefficients.into_iter().rev().skip(1) {
            value = S::fma(value, x, S::splat(c));
        }
        value
    }
}

/// (eʳ − 1 − r) / r² on |r| ≤ ln 2 / 2; Cephes' expf.
const EXP: [f32; 6] = [0.5, 1.666_666_5e-1, 4.166_579_6e-2, 8.333_452e-3, 1.398_2e-3, 1.987_569_2e-4];

/// eˣ within 1.5 ulp; results under 2⁻¹²⁶ lose bits gradually.
///
/// # Safety
/// The machine has the instructions of `S`.
#[inline(always)]
pub unsafe fn exp<S: Simd>(x: S::F) -> S::F {
    // SAFETY: the caller's promise.
    unsafe {
        // Beyond these bounds the result is 0 or ∞ in any case. NaN passes: it is the second operand.
        let x = S::min(S::splat(89.0), S::max(S::splat(-104.0), x));
        let n = S::round(S::mul(x, S::splat(LOG2_E)));
        // x = n·ln 2 + r with |r| ≤ ln 2 / 2; ln 2 in two parts (Cody & Waite), the first exact when multiplied by n.
        let r = S::fma(n, S::splat(-0.693_359_4), x);
        let r = S::fma(n, S::splat(2.121_944_4e-4), r);
        let q = polynomial::<S, 6>(r, EXP);
        let mantissa = S::add(S::splat(1.0), S::fma(S::mul(q, r), r, r));
        S::scale_by_power(mantissa, n)
    }
}

/// x · P(x²) / Q(x²) up to |x| = limit, ±1 beyond.
#[inline(always)]
unsafe fn odd_rational<S: Simd, const P: usize, const Q: usize>(
    x: S::F,
    limit: f32,
    numerator: [f32; P],
    denominator: [f32; Q],
) -> S::F {
    // SAFETY: the caller's promise.
    unsafe {
        let near = S::min(S::splat(limit), S::max(S::splat(-limit), x));
        let square = S::mul(near, near);
        let p = S::mul(near, polynomial::<S, P>(square, numerator));
        let near = S::mul(p, S::reciprocal(polynomial::<S, Q>(square, denominator)));
        let far = S::select(S::less(x, S::splat(0.0)), S::splat(-1.0), S::splat(1.0));
        S::select(S::less(S::splat(limit), S::abs(x)), far, near)
    }
}

/// tanh x, within 5e-7 of it relatively, also near 0, and ±1 from where it is within that of ±1: 1 − tanh² must vanish
/// far from 0. Coefficients of Eigen's `ptanh_float`.
///
/// # Safety
/// The machine has the instructions of `S`.
#[inline(always)]
pub unsafe fn tanh<S: Simd>(x: S::F) -> S::F {
    const NUMERATOR: [f32; 7] = [
        4.893_524_6e-3,
        6.372_619_3e-4,
        1.485_722_4e-5,
        5.122_297_1e-8,
        -8.604_672e-11,
        2.000_188e-13,
        -2.760_768_5e-16,
    ];
    const DENOMINATOR: [f32; 4] = [4.893_525e-3, 2.268_434_6e-3, 1.185_347_1e-4, 1.198_258_4e-6];
    // SAFETY: the caller's promise.
    unsafe { odd_rational::<S, 7, 4>(x, 7.998_811_7, NUMERATOR, DENOMINATOR) }
}

/// erf x, within 5e-7 of it relatively, also near 0, and ±1 where that is the nearest float: 1 + erf must vanish far
/// below 0. Coefficients of XLA's `ErfImpl32`.
///
/// # Safety
/// The machine has the instructions of `S`.
#[inline(always)]
pub unsafe fn erf<S: Simd>(x: S::F) -> S::F {
    const NUMERATOR: [f32; 7] = [
        -1.609_603_3e-2,
        -2.954_6e-3,
        -7.349_906e-4,
        -5.692_506_5e-5,
        -2.101_024e-6,
        2.770_681_5e-8,
        -2.726_142_3e-10,
    ];
    const DENOMINATOR: [f32; 5] =
        [-1.426_474e-2, -7.373_329e-3, -1.682_827e-3, -2.133_740_6e-4, -1.456_607_2e-5];
    // SAFETY: the caller's promise.
    unsafe { odd_rational::<S, 7, 5>(x, 3.95, NUMERATOR, DENOMINATOR) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{apply, erf64, grid};

    /// Distance in units of the last place of `expected`, counting subnormal ones as 2⁻¹⁴⁹.
    fn ulps(got: f32, expected: f64) -> f64 {
        let nearest = (expected.abs() as f32).clamp(f32::MIN_POSITIVE, f32::MAX);
        let ulp = f64::from(nearest.next_up()) - f64::from(nearest);
        (f64::from(got) - expected).abs() / ulp
    }

    #[test]
    fn exp_is_within_one_and_a_half_ulp() {
        for (isa, x, y) in apply(Exp, &grid(-87.3, 88.7, 200_000)) {
            let error = ulps(y, f64::from(x).exp());
            assert!(error <= 1.5, "{} exp({x}) = {y:e}: {error} ulp", isa.name());
        }
    }

    #[test]
    fn exp_ends_in_zero_and_infinity() {
        for (isa, x, y) in apply(Exp, &grid(-110.0, -87.3, 10_000)) {
            let error = ulps(y, f64::from(x).exp());
            assert!(error <= 1.5, "{} exp({x}) = {y:e}: {error} ulp", isa.name());
        }
        let cases =
            [(f32::NEG_INFINITY, 0.0), (-1e30, 0.0), (89.0, f32::INFINITY), (f32::INFINITY, f32::INFINITY)];
        for (x, expected) in cases {
            assert!(apply(Exp, &[x]).iter().all(|&(_, _, y)| y == expected));
        }
        assert!(apply(Exp, &[f32::NAN]).iter().all(|&(_, _, y)| y.is_nan()));
    }

    #[test]
    fn tanh_and_erf_are_relatively_exact() {
        let tiny = [1e-30, -1e-10, 1e-5];
        let xs: Vec<f32> = grid(-10.0, 10.0, 100_001).into_iter().chain(tiny).collect();
        for (isa, x, y) in apply(Tanh, &xs) {
            let expected = f64::from(x).tanh();
            assert!(
                (f64::from(y) - expected).abs() <= 5e-7 * expected.abs(),
                "{} tanh({x}) = {y}",
                isa.name()
            );
        }
        for (isa, x, y) in apply(Erf, &xs) {
            let expected = erf64(f64::from(x));
            assert!(
                (f64::from(y) - expected).abs() <= 5e-7 * expected.abs(),
                "{} erf({x}) = {y}",
                isa.name()
            );
        }
    }

    #[test]
    fn tanh_and_erf_end_at_one() {
        for (x, expected) in [(f32::INFINITY, 1.0), (f32::NEG_INFINITY, -1.0f32)] {
            assert!(apply(Tanh, &[x, 9.0 * expected]).iter().all(|&(_, _, y)| y == expected));
            assert!(apply(Erf, &[x, 4.0 * expected]).iter().all(|&(_, _, y)| y == expected));
        }
        assert!(apply(Tanh, &[f32::NAN]).iter().all(|&(_, _, y)| y.is_nan()));
        assert!(apply(Erf, &[f32::NAN]).iter().all(|&(_, _, y)| y.is_nan()));
    }
}

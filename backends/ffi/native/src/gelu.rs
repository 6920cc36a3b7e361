//! GELU x·Φ(x) and its tanh form (Hendrycks & Gimpel 2016).

use crate::isa::Isa;
use crate::map::{map, map_grad};
use crate::math::{Function, erf, exp};
use crate::simd::Simd;
use crate::threads::Threads;
use std::f32::consts::FRAC_1_SQRT_2;

const CUBIC: f32 = 0.044_715;
const SQRT_2_OVER_PI: f32 = 0.797_884_6;
const INVERSE_SQRT_2_PI: f32 = 0.398_942_3;

/// x·Φ(x) with the normal distribution function Φ. −∞ gives NaN, as −∞ · 0 does.
#[derive(Clone, Copy)]
pub struct Gelu;

/// d gelu / dx = Φ(x) + x·φ(x).
#[derive(Clone, Copy)]
pub struct GeluDerivative;

/// The tanh form ½x(1 + tanh u), u = √(2/π)(x + 0.044715x³), as x / (1 + e⁻²ᵘ). −∞ gives NaN.
#[derive(Clone, Copy)]
pub struct GeluTanh;

/// s + x·s(1 − s)·2u′ with s = 1 / (1 + e⁻²ᵘ); 1 − s is computed as s·e⁻²ᵘ, which does not cancel.
#[derive(Clone, Copy)]
pub struct GeluTanhDerivative;

impl Function for Gelu {
    #[inline(always)]
    unsafe fn apply<S: Simd>(self, x: S::F) -> S::F {
        // SAFETY: the caller's promise.
        unsafe {
            let half = S::mul(x, S::splat(0.5));
            S::mul(half, S::add(S::splat(1.0), erf::<S>(S::mul(x, S::splat(FRAC_1_SQRT_2)))))
        }
    }
}

impl Function for GeluDerivative {
    #[inline(always)]
    unsafe fn apply<S: Simd>(self, x: S::F) -> S::F {
        // SAFETY: the caller's promise.
        unsafe {
            let error = erf::<S>(S::mul(x, S::splat(FRAC_1_SQRT_2)));
            let cdf = S::fma(error, S::splat(0.5), S::splat(0.5));
            // Beyond ±20 the density is 0, but x² may be ∞, and ∞ · 0 is NaN.
            let near = S::min(S::splat(20.0), S::max(S::splat(-20.0), x));
            let density = exp::<S>(S::mul(S::mul(near, near), S::splat(-0.5)));
            S::fma(S::mul(near, S::splat(INVERSE_SQRT_2_PI)), density, cdf)
        }
    }
}

impl Function for GeluTanh {
    #[inline(always)]
    unsafe fn apply<S: Simd>(self, x: S::F) -> S::F {
        // SAFETY: the caller's promise.
        unsafe { S::mul(x, S::reciprocal(S::add(S::splat(1.0), exp_minus_2u::<S>(x)))) }
    }
}

impl Function for GeluTanhDerivative {
    #[inline(always)]
    unsafe fn apply<S: Simd>(self, x: S::F) -> S::F {
        // SAFETY: the caller's promise.
        unsafe {
            let e = S::min(S::splat(1e30), exp_minus_2u::<S>(x)); // finite, as s is 0 beyond
            let s = S::reciprocal(S::add(S::splat(1.0), e));
            // Beyond ±100, s(1 − s) is 0, but x³ may be ∞, and ∞ · 0 is NaN.
            let near = S::min(S::splat(100.0), S::max(S::splat(-100.0), x));
            let (cubic, linear) = (6.0 * SQRT_2_OVER_PI * CUBIC, 2.0 * SQRT_2_OVER_PI);
            let slope = S::fma(S::mul(near, near), S::splat(cubic), S::splat(linear));
            S::fma(S::mul(near, slope), S::mul(S::mul(s, s), e), s)
        }
    }
}

#[inline(always)]
unsafe fn exp_minus_2u<S: Simd>(x: S::F) -> S::F {
    // SAFETY: the caller's promise.
    unsafe {
        let (cubic, linear) = (-2.0 * SQRT_2_OVER_PI * CUBIC, -2.0 * SQRT_2_OVER_PI);
        exp::<S>(S::mul(x, S::fma(S::mul(x, x), S::splat(cubic), S::splat(linear))))
    }
}

/// Which formula stands for GELU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeluForm {
    /// With the error function.
    Erf,
    /// With tanh.
    Tanh,
}

/// y = gelu(x).
pub fn gelu(isa: Isa, threads: &mut Threads, form: GeluForm, x: &[f32], y: &mut [f32]) {
    match form {
        GeluForm::Erf => map(isa, threads, Gelu, x, y),
        GeluForm::Tanh => map(isa, threads, GeluTanh, x, y),
    }
}

/// dx = dy · gelu′(x).
pub fn gelu_grad(isa: Isa, threads: &mut Threads, form: GeluForm, dy: &[f32], x: &[f32], dx: &mut [f32]) {
    match form {
        GeluForm::Erf => map_grad(isa, threads, GeluDerivative, dy, x, dx),
        GeluForm::Tanh => map_grad(isa, threads, GeluTanhDerivative, dy, x, dx),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{apply, assert_close, erf64, grid, noise};
    use std::f64::consts::{PI, SQRT_2};

    fn cdf(x: f64) -> f64 {
        0.5 * (1.0 + erf64(x / SQRT_2))
    }

    fn inner(x: f64) -> f64 {
        (2.0 / PI).sqrt() * (x + 0.044715 * x.powi(3))
    }

    /// Checks `function` on all instruction sets; the error grows with the result.
    fn check<F: Function>(name: &str, function: F, formula: impl Fn(f64) -> f64) {
        for (isa, x, y) in apply(function, &grid(-12.0, 12.0, 48_001)) {
            let expected = formula(f64::from(x));
            let allowed = 4e-7 * expected.abs().max(f64::from(x).abs()).max(1.0);
            assert!(
                (f64::from(y) - expected).abs() <= allowed,
                "{} {name}({x}) = {y}, not {expected}",
                isa.name()
            );
        }
    }

    #[test]
    fn both_forms_agree_with_their_formulas() {
        check("gelu", Gelu, |x| x * cdf(x));
        check("gelu_tanh", GeluTanh, |x| 0.5 * x * (1.0 + inner(x).tanh()));
    }

    #[test]
    fn both_derivatives_agree_with_their_formulas() {
        check("gelu_derivative", GeluDerivative, |x| cdf(x) + x * (-0.5 * x * x).exp() / (2.0 * PI).sqrt());
        check("gelu_tanh_derivative", GeluTanhDerivative, |x| {
            let t = inner(x).tanh();
            let slope = (2.0 / PI).sqrt() * (1.0 + 3.0 * 0.044715 * x * x);
            0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * slope
        });
    }

    #[test]
    fn large_values_pass_or_vanish() {
        for x in [40.0, 1e20, 3e38] {
            assert!(apply(Gelu, &[x]).iter().all(|r| r.2 == x));
            assert!(apply(GeluTanh, &[x]).iter().all(|r| r.2 == x));
            assert!(apply(GeluTanh, &[-x]).iter().all(|r| r.2 == 0.0));
            assert!(apply(GeluDerivative, &[x]).iter().all(|r| (r.2 - 1.0).abs() <= 1e-6));
            assert!(apply(GeluDerivative, &[-x]).iter().all(|r| r.2.abs() <= 1e-6));
            assert!(apply(GeluTanhDerivative, &[x]).iter().all(|r| r.2 == 1.0));
            assert!(apply(GeluTanhDerivative, &[-x]).iter().all(|r| r.2.abs() <= 1e-25));
        }
    }

    #[test]
    fn minus_infinity_and_nan_give_nan() {
        for x in [f32::NEG_INFINITY, f32::NAN] {
            assert!(apply(GeluTanh, &[x]).iter().all(|r| r.2.is_nan()));
        }
        assert!(apply(Gelu, &[f32::NAN]).iter().all(|r| r.2.is_nan()));
    }

    #[test]
    fn the_gradient_is_the_derivative_times_dy() {
        let (dy, x) = (noise(1, 40_003), noise(2, 40_003));
        let expected: Vec<f64> = (dy.iter().zip(&x))
            .map(|(&d, &x)| {
                f64::from(d)
                    * (cdf(x.into()) + f64::from(x) * (-0.5 * f64::from(x).powi(2)).exp() / (2.0 * PI).sqrt())
            })
            .collect();
        for isa in Isa::available() {
            let mut dx = vec![0.0; x.len()];
            gelu_grad(isa, &mut Threads::new(2), GeluForm::Erf, &dy, &x, &mut dx);
            assert_close(isa.name(), &dx, &expected, 1e-6);
        }
    }
}

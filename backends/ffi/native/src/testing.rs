//! What the unit tests of several kernels share.

use crate::isa::Isa;
use crate::map::map;
use crate::math::Function;
use crate::threads::Threads;

/// `count` numbers from `first` to `last`.
pub fn grid(first: f32, last: f32, count: usize) -> Vec<f32> {
    (0..count).map(|i| first + (last - first) * (i as f32 / (count - 1) as f32)).collect()
}

/// `count` numbers in [−1, 1) that look random (SplitMix64), the same for the same `seed`.
pub fn noise(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) >> 40
    };
    (0..count).map(|_| next() as f32 / (1 << 23) as f32 - 1.0).collect()
}

/// `function` of each of `xs` on every instruction set: (instruction set, x, value).
pub fn apply<F: Function>(function: F, xs: &[f32]) -> Vec<(Isa, f32, f32)> {
    let mut results = Vec::new();
    for isa in Isa::available() {
        let mut ys = vec![0.0; xs.len()];
        map(isa, &mut Threads::new(1), function, xs, &mut ys);
        results.extend(xs.iter().zip(ys).map(|(&x, y)| (isa, x, y)));
    }
    results
}

/// The error function in f64: 2/√π · e^(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, DLMF 7.6.2.
pub fn erf64(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum, mut n) = (x, x, 1.0);
    while term.abs() > 1e-17 * sum.abs() {
        term *= 2.0 * x * x / (2.0 * n + 1.0);
        sum += term;
        n += 1.0;
    }
    2.0 / std::f64::consts::PI.sqrt() * (-x * x).exp() * sum
}

/// Panics with the worst element if one differs by more than `allowed`.
pub fn assert_close(name: &str, got: &[f32], expected: &[f64], allowed: f64) {
    assert_eq!(got.len(), expected.len(), "{name}");
    let error = |i: usize| {
        let difference = (f64::from(got[i]) - expected[i]).abs();
        if difference.is_nan() { f64::INFINITY } else { difference }
    };
    let Some(worst) = (0..got.len()).max_by(|&a, &b| error(a).total_cmp(&error(b))) else { return };
    assert!(
        error(worst) <= allowed,
        "{name}: worst at {worst}: got {}, expected {}, allowed {allowed}",
        got[worst],
        expected[worst]
    );
}

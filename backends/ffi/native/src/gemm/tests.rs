//! Products against sums in f64, at the edges of tiles, panels and blocks.

use super::*;
use crate::isa::Isa;
use crate::threads::Threads;

/// Numbers in [−1, 1) without a pattern that a wrong index could meet by chance.
pub(super) fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(747_796_405).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// [rows, columns] stored as [columns, rows].
pub(super) fn transposed(x: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..rows * columns).map(|i| x[i % rows * columns + i / rows]).collect()
}

/// Σ a·b and Σ |a·b| of an element, in f64.
pub(super) fn exact(a: &[f32], b: &[f32], columns: usize, inner: usize, at: usize) -> (f64, f64) {
    let (row, column) = (at / columns, at % columns);
    let products = (0..inner).map(|p| f64::from(a[row * inner + p]) * f64::from(b[p * columns + column]));
    products.fold((0.0, 0.0), |(sum, size), x| (sum + x, size + x.abs()))
}

const SIZES: [(usize, usize, usize); 12] = [
    (1, 1, 1),
    (1, 7, 33),
    (3, 0, 5),
    (6, 5, 16),
    (7, 64, 17),
    (14, 9, 32),
    (15, 31, 31),
    (29, 512, 70),
    (32, 100, 96),
    (113, 20, 65),
    (16, 800, 40),
    (230, 1024, 37),
];

#[test]
fn products_equal_sums_in_f64_for_all_orders_and_instruction_sets() {
    let mut threads = Threads::new(2);
    for isa in Isa::available() {
        for (rows, inner, columns) in SIZES {
            let (a, b) = (numbers(rows * inner, 1), numbers(inner * columns, 2));
            let (at, bt) = (transposed(&a, rows, inner), transposed(&b, inner, columns));
            let bias = numbers(columns, 3);
            let mut first: Option<Vec<f32>> = None;
            for (turned_left, turned_right) in [(false, false), (false, true), (true, false), (true, true)] {
                let left = if turned_left {
                    Matrix::transposed(&at, rows, inner)
                } else {
                    Matrix::new(&a, rows, inner)
                };
                let right = if turned_right {
                    Matrix::transposed(&bt, inner, columns)
                } else {
                    Matrix::new(&b, inner, columns)
                };
                let mut packed = Packed::new(isa);
                packed.pack(&mut threads, right);
                let mut out = vec![f32::NAN; rows * columns];
                let epilogue = Epilogue { bias: Some(&bias), ..Epilogue::default() };
                multiply(&mut threads, &mut Workspace::default(), left, &packed, epilogue, &mut out);
                for (i, &got) in out.iter().enumerate() {
                    let (sum, size) = exact(&a, &b, columns, inner, i);
                    let want = sum + f64::from(bias[i % columns]);
                    // Each rounding errs by at most ε/2 of the sum so far; most of them cancel.
                    let allowed = 2.0 * f64::from(f32::EPSILON) * (size + 1.0);
                    let error = (f64::from(got) - want).abs();
                    assert!(
                        error <= allowed,
                        "{isa:?} {rows}x{columns}x{inner} at {i}: {got}, expected {want}"
                    );
                }
                // The order of storage changes no bit.
                assert_eq!(*first.get_or_insert_with(|| out.clone()), out);
            }
        }
    }
}

#[test]
fn a_row_has_the_same_bits_alone_and_among_others_and_with_any_number_of_threads() {
    for isa in Isa::available() {
        let (rows, inner, columns) = (130, 1100, 77);
        let (a, b) = (numbers(rows * inner, 4), numbers(inner * columns, 5));
        let mut one = Threads::new(1);
        let mut packed = Packed::new(isa);
        packed.pack(&mut one, Matrix::new(&b, inner, columns));
        let product = |threads: &mut Threads, a: &[f32]| {
            let mut out = vec![0.0; a.len() / inner * columns];
            let left = Matrix::new(a, a.len() / inner, inner);
            multiply(threads, &mut Workspace::default(), left, &packed, Epilogue::default(), &mut out);
            out
        };
        let whole = product(&mut one, &a);
        assert_eq!(whole, product(&mut Threads::new(3), &a));
        for (row, want) in whole.chunks_exact(columns).enumerate() {
            assert_eq!(product(&mut one, &a[row * inner..(row + 1) * inner]), want);
        }
    }
}

#[test]
fn relu_follows_the_sums() {
    for isa in Isa::available() {
        let mut threads = Threads::new(1);
        let (a, b) = (numbers(20 * 8, 6), numbers(8 * 35, 7));
        let mut packed = Packed::new(isa);
        packed.pack(&mut threads, Matrix::new(&b, 8, 35));
        let mut product = |activation| {
            let mut out = vec![0.0; 20 * 35];
            let epilogue = Epilogue { bias: None, activation };
            multiply(
                &mut threads,
                &mut Workspace::default(),
                Matrix::new(&a, 20, 8),
                &packed,
                epilogue,
                &mut out,
            );
            out
        };
        let plain = product(Activation::None);
        assert!(plain.iter().any(|&x| x < 0.0));
        assert_eq!(product(Activation::Relu), plain.iter().map(|&x| x.max(0.0)).collect::<Vec<_>>());
    }
}

#[test]
fn unpacking_gives_back_what_was_packed() {
    let mut threads = Threads::new(1);
    for isa in Isa::available() {
        let b = numbers(37 * 45, 8);
        let mut packed = Packed::new(isa);
        packed.pack(&mut threads, Matrix::new(&b, 37, 45));
        let mut back = vec![0.0; b.len()];
        packed.unpack(false, &mut back);
        assert_eq!(back, b);
        packed.unpack(true, &mut back);
        assert_eq!(back, transposed(&b, 37, 45));
    }
}

#[test]
#[should_panic(expected = "lies outside its memory")]
fn a_matrix_larger_than_its_memory_is_refused() {
    Matrix::new(&[0.0; 5], 2, 3);
}

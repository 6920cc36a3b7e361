//! Products against sums in f64 of what the operands are rounded to, for every engine of this machine.

use super::*;
use crate::dtype::{bf16_from_f32, bf16_to_f32};
use crate::gemm::tests::{exact, numbers, transposed};
use crate::gemm::{Activation, Epilogue, Matrix};
use crate::isa::Isa;
use crate::threads::Threads;

/// Rows, length of the sums and columns around the edges of tiles, groups and panels.
const SIZES: [(usize, usize, usize); 10] = [
    (1, 1, 1),
    (1, 7, 33),
    (3, 0, 5),
    (7, 64, 17),
    (15, 31, 31),
    (16, 65, 32),
    (17, 128, 64),
    (33, 200, 70),
    (70, 129, 96),
    (150, 800, 40),
];

fn engines(format: Format) -> Vec<Engine> {
    Isa::available().into_iter().flat_map(|isa| Engine::available(isa, format)).collect()
}

fn product(
    engine: Engine,
    threads: usize,
    left: Matrix<'_>,
    right: Matrix<'_>,
    epilogue: Epilogue<'_>,
) -> Vec<f32> {
    let mut threads = Threads::new(threads);
    let mut packed = NarrowPacked::new(engine);
    packed.pack(&mut threads, right);
    let mut out = vec![f32::NAN; left.rows * right.columns];
    let mut rounded = Rounded::default();
    rounded.round(&mut threads, left, engine);
    multiply_narrow(&mut threads, &rounded, &packed, epilogue, NarrowOut::Floats(&mut out));
    out
}

#[test]
fn products_of_bf16_equal_sums_of_the_rounded_operands_for_all_orders() {
    let round = |x: Vec<f32>| x.into_iter().map(|x| bf16_to_f32(bf16_from_f32(x))).collect::<Vec<_>>();
    for engine in engines(Format::Bf16) {
        for (rows, inner, columns) in SIZES {
            let (a, b) = (numbers(rows * inner, 1), numbers(inner * columns, 2));
            let (at, bt) = (transposed(&a, rows, inner), transposed(&b, inner, columns));
            let (rounded_a, rounded_b) = (round(a.clone()), round(b.clone()));
            let bias = numbers(columns, 3);
            let epilogue = Epilogue { bias: Some(&bias), ..Epilogue::default() };
            let mut first: Option<Vec<f32>> = None;
            for left in [Matrix::new(&a, rows, inner), Matrix::transposed(&at, rows, inner)] {
                for right in [Matrix::new(&b, inner, columns), Matrix::transposed(&bt, inner, columns)] {
                    let out = product(engine, 2, left, right, epilogue);
                    for (i, &got) in out.iter().enumerate() {
                        let (sum, size) = exact(&rounded_a, &rounded_b, columns, inner, i);
                        let want = sum + f64::from(bias[i % columns]);
                        // Products of bf16 are exact in f32; each addition errs by at most ε of the sum so far.
                        let allowed = 2.0 * f64::from(f32::EPSILON) * (size + 1.0);
                        let error = (f64::from(got) - want).abs();
                        assert!(
                            error <= allowed,
                            "{engine:?} {rows}x{columns}x{inner} at {i}: {got}, expected {want}"
                        );
                    }
                    // The order of storage changes no bit.
                    assert_eq!(*first.get_or_insert_with(|| out.clone()), out);
                }
            }
        }
    }
}

#[test]
fn products_of_int8_err_by_half_a_step_of_each_operand_and_equally_on_all_engines() {
    for (rows, inner, columns) in SIZES {
        let (a, b) = (numbers(rows * inner, 4), numbers(inner * columns, 5));
        let bt = transposed(&b, inner, columns);
        let bias = numbers(columns, 6);
        let epilogue = Epilogue { bias: Some(&bias), ..Epilogue::default() };
        let largest = |values: &mut dyn Iterator<Item = f32>| values.fold(0f32, |most, x| most.max(x.abs()));
        let mut first: Option<Vec<f32>> = None;
        for engine in engines(Format::Int8) {
            let (left, right) = (Matrix::new(&a, rows, inner), Matrix::transposed(&bt, inner, columns));
            let out = product(engine, 2, left, right, epilogue);
            for (i, &got) in out.iter().enumerate() {
                let (row, column) = (i / columns, i % columns);
                let want = exact(&a, &b, columns, inner, i).0 + f64::from(bias[column]);
                let of_a = largest(&mut a[row * inner..(row + 1) * inner].iter().copied());
                let of_b = largest(&mut (0..inner).map(|p| b[p * columns + column]));
                // Each factor errs by half a step, 1/254 of the largest, and a product by both and their product.
                let allowed = inner as f32 * of_a * of_b * (2.0 / 254.0 + 1.0 / 254.0 / 254.0) + 1e-4;
                let error = (f64::from(got) - want).abs();
                assert!(
                    error <= f64::from(allowed),
                    "{engine:?} {rows}x{columns}x{inner} at {i}: {got}, expected {want}"
                );
            }
            assert_eq!(*first.get_or_insert_with(|| out.clone()), out, "{engine:?}");
        }
    }
}

#[test]
fn whole_numbers_that_fill_int8_are_multiplied_exactly() {
    let (rows, inner, columns) = (40, 300, 40);
    // 127 in each row and column, so that all scales are 1; and the most negative sums that there are.
    let whole = |x: f32| (x * 127.0).round();
    let mut a: Vec<f32> = numbers(rows * inner, 7).into_iter().map(whole).collect();
    let mut bt: Vec<f32> = numbers(columns * inner, 8).into_iter().map(whole).collect();
    a.chunks_exact_mut(inner).for_each(|row| row[0] = 127.0);
    bt.chunks_exact_mut(inner).for_each(|row| row[1] = -127.0);
    a[..inner].fill(-127.0);
    bt[..inner].fill(127.0);
    let b = transposed(&bt, columns, inner);
    for engine in engines(Format::Int8) {
        let (left, right) = (Matrix::new(&a, rows, inner), Matrix::transposed(&bt, inner, columns));
        let out = product(engine, 1, left, right, Epilogue::default());
        for (i, &got) in out.iter().enumerate() {
            assert_eq!(f64::from(got), exact(&a, &b, columns, inner, i).0, "{engine:?} at {i}");
        }
    }
}

#[test]
fn a_row_has_the_same_bits_alone_and_among_others_and_with_any_number_of_threads() {
    let (rows, inner, columns) = (130, 1100, 77);
    let (a, bt) = (numbers(rows * inner, 9), numbers(inner * columns, 10));
    let right = Matrix::transposed(&bt, inner, columns);
    for engine in engines(Format::Bf16).into_iter().chain(engines(Format::Int8)) {
        let run = |threads, a: &[f32]| {
            product(engine, threads, Matrix::new(a, a.len() / inner, inner), right, Epilogue::default())
        };
        let whole = run(1, &a);
        assert_eq!(whole, run(3, &a), "{engine:?}");
        for row in (0..rows).step_by(13) {
            let alone = run(1, &a[row * inner..(row + 1) * inner]);
            assert_eq!(whole[row * columns..(row + 1) * columns], alone, "{engine:?} row {row}");
        }
    }
}

#[test]
fn activations_follow_the_sums() {
    let (a, bt) = (numbers(20 * 8, 11), numbers(8 * 35, 12));
    for engine in engines(Format::Bf16).into_iter().chain(engines(Format::Int8)) {
        let run = |activation| {
            let (left, right) = (Matrix::new(&a, 20, 8), Matrix::transposed(&bt, 8, 35));
            product(engine, 1, left, right, Epilogue { bias: None, activation })
        };
        let plain = run(Activation::None);
        assert!(plain.iter().any(|&x| x < 0.0));
        assert_eq!(run(Activation::Relu), plain.iter().map(|&x| x.max(0.0)).collect::<Vec<_>>());
    }
}

#[test]
fn a_rounded_result_is_what_the_next_product_would_round() {
    for (rows, inner, columns) in SIZES {
        let (a, bt) = (numbers(rows * inner, 15), numbers(inner * columns, 16));
        let next = numbers(columns * 24, 17);
        for engine in engines(Format::Bf16) {
            let (left, right) = (Matrix::new(&a, rows, inner), Matrix::transposed(&bt, inner, columns));
            let epilogue = Epilogue { bias: None, activation: Activation::Gelu };
            let floats = product(engine, 2, left, right, epilogue);
            let threads = &mut Threads::new(2);
            let (mut left_rounded, mut rounded) = (Rounded::default(), Rounded::default());
            left_rounded.round(threads, left, engine);
            let pack = |matrix| {
                let mut packed = NarrowPacked::new(engine);
                packed.pack(&mut Threads::new(1), matrix);
                packed
            };
            let out = NarrowOut::Rounded(&mut rounded);
            multiply_narrow(threads, &left_rounded, &pack(right), epilogue, out);
            let mut widened = vec![f32::NAN; rows * columns];
            rounded.widen(&mut widened);
            let expected: Vec<f32> = floats.iter().map(|&x| bf16_to_f32(bf16_from_f32(x))).collect();
            assert_eq!(widened, expected, "{engine:?} {rows}x{columns}x{inner}");
            let second = Matrix::new(&next, columns, 24);
            let mut out = vec![f32::NAN; rows * 24];
            let epilogue = Epilogue::default();
            multiply_narrow(threads, &rounded, &pack(second), epilogue, NarrowOut::Floats(&mut out));
            assert_eq!(out, product(engine, 1, Matrix::new(&floats, rows, columns), second, epilogue));
        }
    }
}

#[test]
fn rows_of_zeros_nan_and_infinity_stay_so_and_leave_their_neighbours_alone() {
    let (inner, columns) = (70, 40);
    let bt = numbers(columns * inner, 13);
    let mut a = numbers(4 * inner, 14);
    let before = a.clone();
    a[..inner].fill(0.0);
    a[inner + 3] = f32::NAN;
    a[2 * inner + 5] = f32::INFINITY;
    for engine in engines(Format::Bf16).into_iter().chain(engines(Format::Int8)) {
        let right = Matrix::transposed(&bt, inner, columns);
        let run = |a| product(engine, 1, Matrix::new(a, 4, inner), right, Epilogue::default());
        let (out, untouched) = (run(&a), run(&before));
        assert!(out[..columns].iter().all(|&x| x == 0.0), "{engine:?}");
        assert!(out[columns..2 * columns].iter().all(|x| x.is_nan()), "{engine:?}");
        assert!(out[2 * columns..3 * columns].iter().all(|x| !x.is_finite()), "{engine:?}");
        assert_eq!(out[3 * columns..], untouched[3 * columns..], "{engine:?}");
    }
}

#[test]
#[should_panic(expected = "int8 adds at most 133144 products")]
fn sums_that_an_i32_cannot_hold_are_refused() {
    let long = vec![0.0; 133_145];
    let right = Matrix::transposed(&long, 133_145, 1);
    NarrowPacked::new(Engine::best(Isa::Portable, Format::Int8)).pack(&mut Threads::new(1), right);
}

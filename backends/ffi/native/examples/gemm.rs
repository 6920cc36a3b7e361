//! Speed of the products of a transformer encoder.
//!
//! ```sh
//! cargo run --release --example gemm
//! ```

use std::time::{Duration, Instant};
use taxon::gemm::{Epilogue, Matrix, Packed, Workspace, multiply};
use taxon::isa::Isa;
use taxon::threads::Threads;

/// Rows, columns and length of the sums of linear layers' forward products.
const LINEAR: [(usize, usize, usize); 11] = [
    (32, 1536, 768),
    (32, 768, 512),
    (32, 3072, 768),
    (32, 768, 3072),
    (128, 1536, 768),
    (128, 768, 3072),
    (1024, 768, 512),
    (1024, 1536, 768),
    (1024, 3072, 768),
    (1024, 768, 3072),
    (4096, 3072, 768),
];

fn main() {
    for isa in Isa::available() {
        for count in [1, std::thread::available_parallelism().map_or(1, usize::from)] {
            let mut threads = Threads::new(count);
            for (rows, columns, inner) in LINEAR {
                report(isa, &mut threads, "linear", (rows, columns, inner), (false, true));
            }
            report(isa, &mut threads, "dx", (1024, 768, 3072), (false, false));
            report(isa, &mut threads, "dweight", (3072, 768, 1024), (true, false));
            report(isa, &mut threads, "dweight", (768, 3072, 1024), (true, false));
        }
    }
}

/// Prints the best speed of a product whose operands are stored transposed or not.
fn report(
    isa: Isa,
    threads: &mut Threads,
    name: &str,
    size: (usize, usize, usize),
    transposed: (bool, bool),
) {
    let (rows, columns, inner) = size;
    let view = |data, rows, columns, transposed| {
        if transposed { Matrix::transposed(data, rows, columns) } else { Matrix::new(data, rows, columns) }
    };
    let (a, b) = (vec![0.5; rows * inner], vec![0.25; inner * columns]);
    let (left, right) = (view(&a, rows, inner, transposed.0), view(&b, inner, columns, transposed.1));
    let mut out = vec![0.0; rows * columns];
    let mut workspace = Workspace::default();
    let mut packed = Packed::new(isa);
    let packing = best(|| packed.pack(threads, right));
    let product = best(|| multiply(threads, &mut workspace, left, &packed, Epilogue::default(), &mut out));
    println!(
        "{name:8} {:9} {} threads {rows:5}x{columns:5}x{inner:5}: {:7.1} GFLOP/s, {:8.3} ms, packing {:6.3} ms",
        isa.name(),
        threads.count(),
        2.0 * (rows * columns * inner) as f64 / product.as_secs_f64() / 1e9,
        product.as_secs_f64() * 1e3,
        packing.as_secs_f64() * 1e3,
    );
}

/// The shortest of many runs: the machine's other work only ever adds to one.
fn best(mut run: impl FnMut()) -> Duration {
    let mut shortest = Duration::MAX;
    let begin = Instant::now();
    let mut runs = 0;
    while runs < 5 || begin.elapsed() < Duration::from_millis(250) {
        let start = Instant::now();
        run();
        shortest = shortest.min(start.elapsed());
        runs += 1;
    }
    shortest
}

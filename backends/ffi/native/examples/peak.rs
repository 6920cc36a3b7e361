//! The roofline: how many operations a second this machine reaches with nothing but multiply-adds in registers.
//!
//! ```sh
//! cargo run --release --example peak
//! ```

use std::hint::black_box;
use std::time::Instant;
use taxon::isa::{Isa, Kernel};
use taxon::simd::Simd;
use taxon::threads::Threads;

/// Independent sums, enough to hide the latency of a multiply-add on two ports.
const SUMS: usize = 12;
const STEPS: usize = 200_000;

/// Multiply-adds in registers.
struct MultiplyAdds;

impl Kernel for MultiplyAdds {
    /// Operations done, two for each lane of a multiply-add.
    type Output = usize;

    #[inline(always)]
    unsafe fn run<S: Simd>(self) -> usize {
        // SAFETY: `Isa::run` calls this only where the machine has the instructions of `S`.
        unsafe {
            let factor = S::splat(black_box(0.999));
            let mut sums = [factor; SUMS];
            for _ in 0..STEPS {
                for sum in &mut sums {
                    *sum = S::fma(*sum, factor, factor);
                }
            }
            black_box(sums.iter().map(|&sum| S::sum(sum)).sum::<f32>());
        }
        2 * S::LANES * SUMS * STEPS
    }
}

fn main() {
    for isa in Isa::available() {
        for count in [1, std::thread::available_parallelism().map_or(1, usize::from)] {
            let mut threads = Threads::new(count);
            let units = 8 * count;
            let mut best = 0f64;
            for _ in 0..40 {
                let start = Instant::now();
                threads.run(units, &|_, _| {
                    black_box(isa.run(MultiplyAdds));
                });
                let operations = (units * isa.run(Counted)) as f64;
                best = best.max(operations / start.elapsed().as_secs_f64() / 1e9);
            }
            println!("f32 {:9} {count} threads: {best:7.1} GFLOP/s", isa.name());
        }
    }
}

/// The operations of one `MultiplyAdds`.
struct Counted;

impl Kernel for Counted {
    type Output = usize;

    #[inline(always)]
    unsafe fn run<S: Simd>(self) -> usize {
        2 * S::LANES * SUMS * STEPS
    }
}

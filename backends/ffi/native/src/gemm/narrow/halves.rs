//! A weight without its f32 numbers, which can be had back.

use super::{Format, NarrowPacked};
use crate::split::{Parts, elements, for_rows};
use crate::threads::Threads;
use std::sync::{Arc, Mutex, PoisonError};

/// A weight [columns, inner] as panels of bf16 and what rounding took away: the lower 16 bits of each number are, as a
/// signed integer, the distance from the rounded number's bits to its own. 4 bytes a number, as before.
pub struct Halves {
    upper: Arc<NarrowPacked>,
    /// [columns, inner].
    lower: Vec<u16>,
    /// Places and bits of numbers whose halves make another one: NaN, and every number halfway between two of bf16 that
    /// was rounded towards zero, since the distance of those is 2¹⁵.
    exceptions: Vec<(u32, u32)>,
}

/// The bits that are `lower` away from those of a number of bf16.
#[inline(always)]
fn join(upper: u16, lower: u16) -> u32 {
    (u32::from(upper) << 16).wrapping_add_signed(i32::from(lower as i16))
}

impl Halves {
    /// Splits `weight`, which `upper` was packed from, [columns, inner].
    ///
    /// # Panics
    /// If sizes differ, or `upper` is not bf16.
    pub fn new(threads: &mut Threads, upper: Arc<NarrowPacked>, weight: &[f32]) -> Self {
        let (columns, inner) = (upper.columns(), upper.inner());
        assert_eq!(upper.engine().format(), Format::Bf16, "int8 keeps too little of a number");
        assert_eq!(weight.len(), columns * inner, "the weight that was packed");
        let mut lower = vec![0; weight.len()];
        let parts = Parts::new(&mut lower);
        let exceptions = Mutex::new(Vec::new());
        for_rows(threads, columns, inner, &|range| {
            let mut found = Vec::new();
            for column in range {
                let row = elements(&(column..column + 1), inner);
                // SAFETY: ranges are disjoint, and so are rows.
                let lower = unsafe { parts.part(row.clone()) };
                for (((place, x), upper), lower) in
                    row.clone().zip(&weight[row]).zip(upper.column(column)).zip(lower)
                {
                    let bits = x.to_bits();
                    *lower = bits as u16;
                    if join(upper, *lower) != bits {
                        found.push((place as u32, bits));
                    }
                }
            }
            exceptions.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
        });
        let exceptions = exceptions.into_inner().unwrap_or_else(PoisonError::into_inner);
        Self { upper, lower, exceptions }
    }

    /// The panels.
    pub fn upper(&self) -> &Arc<NarrowPacked> {
        &self.upper
    }

    /// Writes the weight as it was given, to the bit.
    ///
    /// # Panics
    /// If `to` has another size.
    pub fn write_to(&self, threads: &mut Threads, to: &mut [f32]) {
        assert_eq!(to.len(), self.lower.len(), "the whole weight");
        let inner = self.upper.inner();
        let parts = Parts::new(to);
        for_rows(threads, self.upper.columns(), inner, &|range| {
            for column in range {
                let row = elements(&(column..column + 1), inner);
                // SAFETY: ranges are disjoint, and so are rows.
                let to = unsafe { parts.part(row.clone()) };
                for ((to, upper), lower) in to.iter_mut().zip(self.upper.column(column)).zip(&self.lower[row])
                {
                    *to = f32::from_bits(join(upper, *lower));
                }
            }
        });
        for &(place, bits) in &self.exceptions {
            to[place as usize] = f32::from_bits(bits);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gemm::{Engine, Matrix};
    use crate::isa::Isa;

    /// Writes `weight` back from its halves; also gives the number of exceptions.
    fn round_trip(engine: Engine, weight: &[f32], inner: usize) -> (Vec<f32>, usize) {
        let threads = &mut Threads::new(2);
        let columns = weight.len() / inner;
        let mut upper = NarrowPacked::new(engine);
        upper.pack(threads, Matrix::transposed(weight, inner, columns));
        let halves = Halves::new(threads, Arc::new(upper), weight);
        let mut back = vec![0.0; weight.len()];
        halves.write_to(threads, &mut back);
        (back, halves.exceptions.len())
    }

    fn engines() -> impl Iterator<Item = Engine> {
        Isa::available().into_iter().flat_map(|isa| Engine::available(isa, Format::Bf16))
    }

    #[test]
    fn numbers_of_every_sign_and_exponent_come_back_to_the_bit() {
        // Around each border of lower halves, on uppers that are even, odd, and about to carry into the exponent.
        let lowers = [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff];
        let uppers = (0..=0x1ff).flat_map(|top| [0, 1, 2, 0x3f, 0x40, 0x7e, 0x7f].map(|low| top << 7 | low));
        let bits: Vec<u32> = uppers.flat_map(|upper: u32| lowers.map(|lower| upper << 16 | lower)).collect();
        let weight: Vec<f32> = bits.iter().map(|&bits| f32::from_bits(bits)).collect();
        for engine in engines() {
            for inner in [1, 3, 84, 512, weight.len()] {
                let (back, _) = round_trip(engine, &weight, inner);
                let same = back.iter().zip(&bits).all(|(x, &bits)| x.to_bits() == bits);
                assert!(same, "{engine:?}, {inner} numbers a row");
            }
        }
    }

    #[test]
    fn halves_need_no_more_memory_than_the_weight() {
        let (columns, inner) = (96, 320);
        let weight = crate::testing::noise(1, columns * inner);
        let mut upper = NarrowPacked::new(Engine::best(Isa::Portable, Format::Bf16));
        upper.pack(&mut Threads::new(1), Matrix::transposed(&weight, inner, columns));
        let halves = Halves::new(&mut Threads::new(1), Arc::new(upper), &weight);
        // Panels have a scale and an offset for each column, whichever the format.
        let bytes = halves.upper.bytes() - 8 * columns + 2 * halves.lower.len() + 8 * halves.exceptions.len();
        assert!((4 * weight.len()..4 * weight.len() + 64).contains(&bytes), "{bytes}");
    }

    #[test]
    fn only_nan_and_numbers_halfway_that_were_rounded_down_are_exceptions() {
        let bits =
            [0x3f80_8000, 0xbf80_8000, 0x3f81_8000, 0x7f7f_ffff, 0x7f80_0000, 0x7f80_0001, 0xffff_ffff];
        let weight = bits.map(f32::from_bits);
        for engine in engines() {
            assert_eq!(round_trip(engine, &weight, 7).1, 4, "{engine:?}");
        }
    }
}

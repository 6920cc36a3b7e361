//! Which instructions multiply narrow numbers, found at run time.

#[cfg(target_arch = "x86_64")]
use super::amx;
use super::finish::Finish;
use super::{Tile, bf16, int8};
use crate::isa::Isa;

/// What operands are rounded to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The upper half of an f32.
    Bf16,
    /// −127 … 127 times the scale of a row or a column.
    Int8,
}

impl Format {
    /// Numbers of a group.
    pub(super) fn of_group(self) -> usize {
        match self {
            Format::Bf16 => 2,
            Format::Int8 => 4,
        }
    }
}

/// A way to multiply; the number is its code in calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// AMX tiles of bf16.
    #[cfg(target_arch = "x86_64")]
    AmxBf16 = 1,
    /// Dot products of AVX512-BF16.
    #[cfg(target_arch = "x86_64")]
    Avx512Bf16 = 2,
    /// bf16 widened to f32 on the way to the multiplier: the same rounding, without its speed.
    EmulatedBf16 = 3,
    /// AMX tiles of int8.
    #[cfg(target_arch = "x86_64")]
    AmxInt8 = 4,
    /// Dot products of AVX512-VNNI.
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni = 5,
    /// Sums of neighbouring products of AVX2.
    #[cfg(target_arch = "x86_64")]
    Avx2Int8 = 6,
    /// Plain Rust.
    PortableInt8 = 7,
}

/// A method, and the instruction set for all that surrounds the products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Engine {
    isa: Isa,
    method: Method,
}

impl Engine {
    /// All that this machine runs within `isa`, best first.
    pub fn available(isa: Isa, format: Format) -> Vec<Engine> {
        let mut methods = Vec::new();
        #[cfg(target_arch = "x86_64")]
        match (isa, format) {
            (Isa::Avx512, Format::Bf16) => {
                if amx::available(format) {
                    methods.push(Method::AmxBf16);
                }
                if is_x86_feature_detected!("avx512bf16") {
                    methods.push(Method::Avx512Bf16);
                }
            }
            (Isa::Avx512, Format::Int8) => {
                if amx::available(format) {
                    methods.push(Method::AmxInt8);
                }
                if is_x86_feature_detected!("avx512vnni") {
                    methods.push(Method::Avx512Vnni);
                }
                methods.push(Method::Avx2Int8);
            }
            (Isa::Avx2, Format::Int8) => methods.push(Method::Avx2Int8),
            _ => {}
        }
        methods.push(match format {
            Format::Bf16 => Method::EmulatedBf16,
            Format::Int8 => Method::PortableInt8,
        });
        methods.into_iter().map(|method| Engine { isa, method }).collect()
    }

    /// The best of them.
    pub fn best(isa: Isa, format: Format) -> Engine {
        Self::available(isa, format)[0]
    }

    /// How it multiplies.
    pub fn method(self) -> Method {
        self.method
    }

    /// The instruction set of conversions and activations.
    pub(super) fn isa(self) -> Isa {
        self.isa
    }

    /// What it multiplies.
    pub fn format(self) -> Format {
        match self.method {
            Method::EmulatedBf16 => Format::Bf16,
            Method::PortableInt8 => Format::Int8,
            #[cfg(target_arch = "x86_64")]
            Method::AmxBf16 | Method::Avx512Bf16 => Format::Bf16,
            #[cfg(target_arch = "x86_64")]
            Method::AmxInt8 | Method::Avx512Vnni | Method::Avx2Int8 => Format::Int8,
        }
    }

    /// What is added to each int8 of the left operand: VNNI multiplies unsigned numbers by signed ones.
    pub(super) fn left_offset(self) -> u8 {
        match self.method {
            #[cfg(target_arch = "x86_64")]
            Method::Avx512Vnni => 128,
            _ => 0,
        }
    }

    /// Whether rows of the left operand lie in squares of [`ROW_STEP`] rows and [`GROUP_STEP`] groups, one behind the
    /// other along the sums: loaded from distant rows, tiles of AMX take three times as long.
    pub(super) fn has_squares(self) -> bool {
        match self.method {
            #[cfg(target_arch = "x86_64")]
            Method::AmxBf16 | Method::AmxInt8 => true,
            _ => false,
        }
    }

    /// Runs `work`, which calls `multiply`, with what the engine needs on this thread.
    pub(super) fn with<T>(self, work: impl FnOnce() -> T) -> T {
        match self.method {
            #[cfg(target_arch = "x86_64")]
            Method::AmxBf16 | Method::AmxInt8 => {
                // SAFETY: `available` asked for AMX.
                let _tiles = unsafe { amx::Tiles::configure() };
                work()
            }
            _ => work(),
        }
    }

    /// Computes the sums of a tile and finishes the one before; with AMX both at once.
    ///
    /// # Safety
    /// Only inside of `with`. The pointers of the tile are valid for its sizes, the sums of the one before are others,
    /// and its part of the result may be written.
    #[inline]
    pub(super) unsafe fn multiply(self, tile: &Tile, before: Option<&Finish<'_>>) {
        // SAFETY: as promised by the caller; `available` asked the machine for the instructions.
        unsafe {
            #[cfg(target_arch = "x86_64")]
            if let Method::AmxBf16 | Method::AmxInt8 = self.method {
                return self.isa.run(amx::Beside { format: self.format(), tile, before });
            }
            if let Some(before) = before {
                self.isa.run(before);
            }
            match self.method {
                #[cfg(target_arch = "x86_64")]
                Method::Avx512Bf16 => bf16::multiply_avx512(tile),
                Method::EmulatedBf16 => self.isa.run(bf16::Emulated(tile)),
                #[cfg(target_arch = "x86_64")]
                Method::Avx512Vnni => int8::multiply_avx512(tile),
                #[cfg(target_arch = "x86_64")]
                Method::Avx2Int8 => int8::multiply_avx2(tile),
                Method::PortableInt8 => int8::multiply_portable(tile),
                #[cfg(target_arch = "x86_64")]
                Method::AmxBf16 | Method::AmxInt8 => {}
            }
        }
    }
}

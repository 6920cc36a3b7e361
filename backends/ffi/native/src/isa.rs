//! Which instructions the kernels use, found at run time: one library serves every machine of a platform.

use crate::simd::{Portable, Simd};

#[cfg(target_arch = "aarch64")]
use crate::simd::Neon;
#[cfg(target_arch = "x86_64")]
use crate::simd::{Avx2, Avx512};

/// An instruction set for which the kernels are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
    /// AVX-512 F, BW, DQ, VL with FMA: 16 floats.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// AVX2 with FMA: 8 floats.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Advanced SIMD of 64-bit ARM: 4 floats.
    #[cfg(target_arch = "aarch64")]
    Neon,
    /// Plain Rust, 4 floats, vectorised by the compiler for the platform's baseline.
    Portable,
}

/// A computation that is compiled once for each instruction set. Implement `run` with `#[inline(always)]`: only
/// then are the vector operations compiled into a function that has their instructions enabled.
pub trait Kernel {
    /// What `run` returns.
    type Output;
    /// Computes with the vectors of `S`.
    ///
    /// # Safety
    /// The machine has the instructions of `S`.
    unsafe fn run<S: Simd>(self) -> Self::Output;
}

impl Isa {
    /// All that this library contains and this machine runs, best first.
    pub fn available() -> Vec<Isa> {
        let mut found = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            let fma = is_x86_feature_detected!("fma") && is_x86_feature_detected!("avx2");
            let wide = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            if fma && wide {
                found.push(Isa::Avx512);
            }
            if fma {
                found.push(Isa::Avx2);
            }
        }
        #[cfg(target_arch = "aarch64")]
        if std::arch::is_aarch64_feature_detected!("neon") {
            found.push(Isa::Neon);
        }
        found.push(Isa::Portable);
        found
    }

    /// Name as the user writes it.
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => "avx512",
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => "avx2",
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => "neon",
            Isa::Portable => "portable",
        }
    }

    /// Runs `kernel` compiled for this instruction set.
    #[inline]
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        // SAFETY: values other than Portable come from `available`, which asked the machine for the features that
        // the functions below enable.
        unsafe {
            match self {
                #[cfg(target_arch = "x86_64")]
                Isa::Avx512 => run_avx512(kernel),
                #[cfg(target_arch = "x86_64")]
                Isa::Avx2 => run_avx2(kernel),
                #[cfg(target_arch = "aarch64")]
                Isa::Neon => kernel.run::<Neon>(),
                Isa::Portable => kernel.run::<Portable>(),
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
unsafe fn run_avx512<K: Kernel>(kernel: K) -> K::Output {
    // SAFETY: the caller has checked the features that this function enables.
    unsafe { kernel.run::<Avx512>() }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn run_avx2<K: Kernel>(kernel: K) -> K::Output {
    // SAFETY: the caller has checked the features that this function enables.
    unsafe { kernel.run::<Avx2>() }
}

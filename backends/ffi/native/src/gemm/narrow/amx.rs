//! Tiles of AMX: registers of 16 rows by 64 bytes, and their products. By assembly, as std has no stable functions.

use super::finish::Finish;
use super::{COLUMNS, Format, GROUP, Tile};
use crate::gemm::activation::Elements;
use crate::isa::Kernel;
use crate::math::Function;
use crate::simd::Simd;
use std::arch::asm;
use std::arch::x86_64::{__cpuid, __cpuid_count, _MM_HINT_T1, _mm_prefetch};
use std::sync::OnceLock;

/// Bytes of a line of a panel or of the sums.
const LINE: usize = COLUMNS * GROUP;
/// Bytes between two 16 × 16 squares of sums.
const BELOW: usize = 16 * LINE;
/// Bytes of a row of a square of the left operand.
const ROW: usize = 64;
/// Bytes of a square.
const SQUARE: usize = 16 * ROW;
/// How far ahead of its use a panel is fetched to the second cache, in bytes: left to itself the processor reads panels
/// from main memory at two thirds of the speed.
const EARLY: usize = 16 << 10;

/// Fetches the 16 lines of a step of a panel, two cache lines each, to the second cache.
#[inline(always)]
fn prefetch(lines: *const u8) {
    for at in (0..BELOW).step_by(64) {
        // SAFETY: the instruction reads nothing, whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(lines.wrapping_add(at).cast()) };
    }
}

/// Products of two squares of the left operand and two tiles of a panel.
macro_rules! four {
    ($product:literal, $upper:expr, $lower:expr, $panel:expr) => {
        asm!(
            "tileloadd tmm6, [{panel} + {line}]",
            "tileloadd tmm4, [{upper} + {row}]",
            "tileloadd tmm7, [{panel} + {line} + 64]",
            "tileloadd tmm5, [{lower} + {row}]",
            concat!($product, " tmm0, tmm4, tmm6"),
            concat!($product, " tmm1, tmm4, tmm7"),
            concat!($product, " tmm2, tmm5, tmm6"),
            concat!($product, " tmm3, tmm5, tmm7"),
            upper = in(reg) $upper, lower = in(reg) $lower, panel = in(reg) $panel,
            row = in(reg) ROW, line = in(reg) LINE, options(nostack, readonly),
        )
    };
}

/// Products of one square and two tiles of a panel.
macro_rules! two {
    ($product:literal, $upper:expr, $panel:expr) => {
        asm!(
            "tileloadd tmm6, [{panel} + {line}]",
            "tileloadd tmm4, [{upper} + {row}]",
            "tileloadd tmm7, [{panel} + {line} + 64]",
            concat!($product, " tmm0, tmm4, tmm6"),
            concat!($product, " tmm1, tmm4, tmm7"),
            upper = in(reg) $upper, panel = in(reg) $panel,
            row = in(reg) ROW, line = in(reg) LINE, options(nostack, readonly),
        )
    };
}

/// Whether the machine has tiles for `format` and the system lets this process use them.
#[allow(unused_unsafe, reason = "asking the processor is safe only in later versions of std")]
pub(super) fn available(format: Format) -> bool {
    const TILES: u32 = 1 << 24;
    const OSXSAVE: u32 = 1 << 27;
    const TILE_STATE: u32 = 3 << 17;
    let products = match format {
        Format::Bf16 => 1 << 22,
        Format::Int8 => 1 << 25,
    };
    // SAFETY: every x86-64 processor answers; leaf 7 is read only where there is one.
    let (saves, features) = unsafe {
        let last = __cpuid(0).eax;
        (__cpuid(1).ecx & OSXSAVE != 0, if last >= 7 { __cpuid_count(7, 0).edx } else { 0 })
    };
    if !saves || features & (TILES | products) != TILES | products {
        return false;
    }
    let state: u32;
    // SAFETY: the system has enabled the instruction (OSXSAVE); it reads a register.
    unsafe { asm!("xgetbv", in("ecx") 0, out("eax") state, out("edx") _, options(nomem, nostack)) };
    static PERMITTED: OnceLock<bool> = OnceLock::new();
    state & TILE_STATE == TILE_STATE && *PERMITTED.get_or_init(permitted)
}

/// Asks Linux for the right to use tiles: it keeps their 8 KiB only for processes that want them.
#[cfg(target_os = "linux")]
fn permitted() -> bool {
    const ARCH_PRCTL: isize = 158;
    const ARCH_REQ_XCOMP_PERM: usize = 0x1023;
    const XFEATURE_XTILEDATA: usize = 18;
    let result: isize;
    // SAFETY: the call changes only what this process may use; the kernel takes rcx and r11.
    unsafe {
        asm!("syscall", inlateout("rax") ARCH_PRCTL => result, in("rdi") ARCH_REQ_XCOMP_PERM,
            in("rsi") XFEATURE_XTILEDATA, out("rcx") _, out("r11") _, options(nostack));
    }
    result == 0
}

/// How to ask other systems is not known here.
#[cfg(not(target_os = "linux"))]
fn permitted() -> bool {
    false
}

/// The memory format of `ldtilecfg`.
#[repr(C, align(64))]
struct Configuration {
    palette: u8,
    start_row: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

/// All eight tiles at full size, on this thread, until dropped: with tiles in use the system saves more at each switch.
pub(super) struct Tiles(());

impl Tiles {
    /// # Safety
    /// [`available`] said yes.
    pub unsafe fn configure() -> Self {
        let mut configuration =
            Configuration { palette: 1, start_row: 0, reserved: [0; 14], row_bytes: [0; 16], rows: [0; 16] };
        configuration.row_bytes[..8].fill(64);
        configuration.rows[..8].fill(16);
        // SAFETY: the machine has AMX; the configuration is a valid one.
        unsafe { asm!("ldtilecfg [{}]", in(reg) &configuration, options(nostack, readonly)) };
        Self(())
    }
}

impl Drop for Tiles {
    fn drop(&mut self) {
        // SAFETY: `configure`, the only way here, needs AMX. The compiler keeps nothing in tiles.
        unsafe { asm!("tilerelease", options(nostack, nomem)) };
    }
}

/// A tile to be multiplied, with its sums in registers 0 to 3, while the tile before is finished: the products of a step
/// take 64 cycles, in which the processor has time for some hundred other instructions.
pub(super) struct Beside<'a> {
    pub format: Format,
    pub tile: &'a Tile,
    pub before: Option<&'a Finish<'a>>,
}

impl Kernel for Beside<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        // SAFETY: whoever made this promises that tiles are configured and the operands are valid.
        unsafe {
            match self.before {
                Some(before) => before.activation.of::<S>(&self),
                None => {
                    begin();
                    (0..self.steps()).for_each(|step| self.step(step));
                    self.end();
                }
            }
        }
    }
}

impl Elements for &Beside<'_> {
    #[inline(always)]
    unsafe fn each<S: Simd>(self, function: impl Function) {
        let (rows, steps) = (self.before.map_or(0, |before| before.rows.len()), self.steps());
        let (mut row, mut credit) = (0, 0);
        // SAFETY: as `run`.
        unsafe {
            begin();
            for step in 0..steps {
                self.step(step);
                credit += rows;
                while credit >= steps {
                    credit -= steps;
                    if let Some(before) = self.before {
                        before.row::<S>(row, function);
                    }
                    row += 1;
                }
            }
            self.end();
        }
    }
}

impl Beside<'_> {
    fn steps(&self) -> usize {
        self.tile.groups / 16
    }

    /// Adds the products of 16 groups.
    ///
    /// # Safety
    /// [`Tiles`] are configured, the machine has the products, and the pointers are valid for the sizes.
    #[inline(always)]
    unsafe fn step(&self, step: usize) {
        let Tile { rows, left, left_stride, panel, far, .. } = *self.tile;
        // SAFETY: reads 16 lines of the panel and 16 rows of 64 bytes of one square or two, as promised by the caller.
        // Prefetching reads nothing. Tiles are not registers of the compiler.
        unsafe {
            let (panel, upper) = (panel.add(step * BELOW), left.add(step * SQUARE));
            let lower = upper.wrapping_add(16 * left_stride);
            if far {
                prefetch(panel.wrapping_add(EARLY));
            }
            match (self.format, rows > 16) {
                (Format::Bf16, true) => four!("tdpbf16ps", upper, lower, panel),
                (Format::Bf16, false) => two!("tdpbf16ps", upper, panel),
                (Format::Int8, true) => four!("tdpbssd", upper, lower, panel),
                (Format::Int8, false) => two!("tdpbssd", upper, panel),
            }
        }
    }

    /// Writes the sums.
    ///
    /// # Safety
    /// As `step`.
    #[inline(always)]
    unsafe fn end(&self) {
        // SAFETY: 16 or 32 lines of the sums, as promised by the caller.
        unsafe {
            asm!("tilestored [{sums} + {line}], tmm0", "tilestored [{sums} + {line} + 64], tmm1",
                sums = in(reg) self.tile.sums, line = in(reg) LINE, options(nostack));
            if self.tile.rows > 16 {
                asm!("tilestored [{sums} + {line}], tmm2", "tilestored [{sums} + {line} + 64], tmm3",
                    sums = in(reg) self.tile.sums.cast::<u8>().add(BELOW), line = in(reg) LINE, options(nostack));
            }
        }
    }
}

/// Sums of nothing.
///
/// # Safety
/// [`Tiles`] are configured.
#[inline(always)]
unsafe fn begin() {
    // SAFETY: the caller's promise; tiles are not registers of the compiler.
    unsafe {
        asm!("tilezero tmm0", "tilezero tmm1", "tilezero tmm2", "tilezero tmm3", options(nostack, nomem));
    }
}

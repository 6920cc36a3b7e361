//! Tiles of AMX: registers of 16 rows by 64 bytes, and their products. By assembly, as std has no stable functions.

use super::{COLUMNS, Format, GROUP, Tile};
use std::arch::asm;
use std::arch::x86_64::{__cpuid, __cpuid_count};
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

/// Fetches the 16 lines of a step of a panel, two cache lines each, if the panel is far.
macro_rules! prefetch {
    () => {
        "test {far}, {far}
        jz 3f
        .irp at, 0, 128, 256, 384, 512, 640, 768, 896, 1024, 1152, 1280, 1408, 1536, 1664, 1792, 1920
        prefetcht1 [{panel} + {early} + \\at]
        prefetcht1 [{panel} + {early} + \\at + 64]
        .endr
        3:"
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

/// Writes a function that multiplies one or two 16-row tiles of the left operand by two of a panel.
macro_rules! multiply {
    ($name:ident, $product:literal) => {
        /// # Safety
        /// [`Tiles`] are configured, the machine has the products, and the pointers are valid for the sizes.
        pub(super) unsafe fn $name(tile: &Tile) {
            let Tile { rows, groups, left, left_stride, panel, far, sums, .. } = *tile;
            // SAFETY: reads `rows` rows of the left operand and the panel, `groups / 16` times 64 and 16 · LINE bytes;
            // writes lines of `sums`, as promised by the caller. Tiles are not registers of the compiler.
            unsafe {
                if rows > 16 {
                    asm!(
                        "tilezero tmm0", "tilezero tmm1", "tilezero tmm2", "tilezero tmm3",
                        "2:",
                        prefetch!(),
                        "tileloadd tmm6, [{panel} + {line}]",
                        "tileloadd tmm4, [{upper} + {row}]",
                        "tileloadd tmm7, [{panel} + {line} + 64]",
                        "tileloadd tmm5, [{lower} + {row}]",
                        concat!($product, " tmm0, tmm4, tmm6"),
                        concat!($product, " tmm1, tmm4, tmm7"),
                        concat!($product, " tmm2, tmm5, tmm6"),
                        concat!($product, " tmm3, tmm5, tmm7"),
                        "add {upper}, {square}", "add {lower}, {square}", "add {panel}, {below}",
                        "dec {steps}",
                        "jnz 2b",
                        "tilestored [{sums} + {line}], tmm0",
                        "tilestored [{sums} + {line} + 64], tmm1",
                        "tilestored [{sums} + {line} + {below}], tmm2",
                        "tilestored [{sums} + {line} + {below} + 64], tmm3",
                        upper = inout(reg) left => _,
                        lower = inout(reg) left.add(16 * left_stride) => _,
                        row = in(reg) ROW,
                        far = in(reg) usize::from(far),
                        panel = inout(reg) panel => _,
                        line = in(reg) LINE,
                        steps = inout(reg) groups / 16 => _,
                        sums = in(reg) sums,
                        below = const BELOW,
                        early = const EARLY,
                        square = const SQUARE,
                        options(nostack),
                    );
                } else {
                    asm!(
                        "tilezero tmm0", "tilezero tmm1",
                        "2:",
                        prefetch!(),
                        "tileloadd tmm6, [{panel} + {line}]",
                        "tileloadd tmm4, [{left} + {row}]",
                        "tileloadd tmm7, [{panel} + {line} + 64]",
                        concat!($product, " tmm0, tmm4, tmm6"),
                        concat!($product, " tmm1, tmm4, tmm7"),
                        "add {left}, {square}", "add {panel}, {below}",
                        "dec {steps}",
                        "jnz 2b",
                        "tilestored [{sums} + {line}], tmm0",
                        "tilestored [{sums} + {line} + 64], tmm1",
                        left = inout(reg) left => _,
                        row = in(reg) ROW,
                        far = in(reg) usize::from(far),
                        panel = inout(reg) panel => _,
                        line = in(reg) LINE,
                        steps = inout(reg) groups / 16 => _,
                        sums = in(reg) sums,
                        below = const BELOW,
                        early = const EARLY,
                        square = const SQUARE,
                        options(nostack),
                    );
                }
            }
        }
    };
}

multiply!(multiply_bf16, "tdpbf16ps");
multiply!(multiply_int8, "tdpbssd");

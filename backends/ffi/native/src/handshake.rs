//! What TypeScript asks before it calls anything else: whether this is the library it was written for.

/// Version of the functions that this library exports. It goes up with every change of a name, a parameter or a
/// meaning; `backends/ffi/library.ts` holds the same number.
pub const ABI_VERSION: u32 = 1;

/// Version of the exported functions.
#[unsafe(no_mangle)]
pub extern "C" fn taxon_abi_version() -> u32 {
    ABI_VERSION
}

/// Hash of the sources that this library was built from, see `build.rs`.
#[unsafe(no_mangle)]
pub extern "C" fn taxon_source_hash() -> u32 {
    const HASH: u32 = match u32::from_str_radix(env!("TAXON_SOURCE_HASH"), 10) {
        Ok(hash) => hash,
        Err(_) => panic!("build.rs writes a decimal number"),
    };
    HASH
}

/// Threads that the process may use at once: its affinity and the quota of its control group count, not the machine.
#[unsafe(no_mangle)]
pub extern "C" fn taxon_available_threads() -> u32 {
    std::thread::available_parallelism().map_or(1, |count| u32::try_from(count.get()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_build_rs() {
        assert_eq!(taxon_source_hash().to_string(), env!("TAXON_SOURCE_HASH"));
    }

    #[test]
    fn at_least_one_thread_is_available() {
        assert!(taxon_available_threads() >= 1);
    }
}

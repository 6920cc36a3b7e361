//! By what TypeScript knows a library that was built from other sources than those beside it.

/// Hash of the sources that this library was built from, see `build.rs`.
#[unsafe(no_mangle)]
pub extern "C" fn taxon_source_hash() -> u32 {
    const HASH: u32 = match u32::from_str_radix(env!("TAXON_SOURCE_HASH"), 10) {
        Ok(hash) => hash,
        Err(_) => panic!("build.rs writes a decimal number"),
    };
    HASH
}

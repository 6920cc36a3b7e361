//! Gives the library the hash of its sources, by which `backends/ffi/source_hash.ts` knows a stale one.

use std::fs;
use std::path::{Path, PathBuf};

/// Everything that goes into the library; folders count with all their files.
const SOURCES: [&str; 4] = ["Cargo.lock", "Cargo.toml", "build.rs", "src"];

fn main() {
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
        collect(Path::new(source), &mut files);
    }
    let mut named: Vec<(String, PathBuf)> =
        files.into_iter().map(|path| (path.to_string_lossy().replace('\\', "/"), path)).collect();
    named.sort();
    let mut hash = 0x811c_9dc5;
    for (name, path) in named {
        let content = fs::read(&path).unwrap_or_else(|error| panic!("cannot read {name}: {error}"));
        hash = fnv1a(fnv1a(hash, name.as_bytes()), &content);
    }
    println!("cargo:rustc-env=TAXON_SOURCE_HASH={hash}");
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if !path.is_dir() {
        return files.push(path.to_path_buf());
    }
    for entry in fs::read_dir(path).unwrap_or_else(|error| panic!("cannot list {}: {error}", path.display()))
    {
        collect(&entry.expect("a folder's entry").path(), files);
    }
}

/// FNV-1a with 32 bits (Fowler, Noll, Vo): short enough to write twice, and nobody has a reason to deceive it.
fn fnv1a(hash: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

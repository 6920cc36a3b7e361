import { modules } from "./builtin.ts";
import { mayRead } from "./runtime.ts";

/** What the library is built from; folders count with all their files. As in `native/build.rs`. */
const SOURCES = ["Cargo.lock", "Cargo.toml", "build.rs", "src"];

/**
 * Hash of the native sources, computed as `native/build.rs` computes the one it gives to the library: FNV-1a with 32
 * bits over names and contents, in the order of the names.
 *
 * @param folder The crate's folder.
 * @returns Undefined where there are no sources, or none that this process may read.
 */
export function sourceHash(folder: URL): number | undefined {
  if (!mayRead(folder)) return undefined;
  try {
    const files = SOURCES.flatMap((name) => filesBelow(folder, name)).sort();
    return files.reduce(
      (hash, name) =>
        fnv1a(fnv1a(hash, new TextEncoder().encode(name)), modules.fs().readFileSync(new URL(name, folder))),
      0x811c9dc5,
    );
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}

function filesBelow(folder: URL, name: string): string[] {
  if (!modules.fs().statSync(new URL(name, folder)).isDirectory()) return [name];
  return modules.fs().readdirSync(new URL(name, folder)).flatMap((entry) =>
    filesBelow(folder, `${name}/${entry}`)
  );
}

function fnv1a(hash: number, bytes: Uint8Array): number {
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

import { DeviceError } from "@taxon/tensor";
import { hasSystem, modules } from "./builtin.ts";
import { elfProblem } from "./elf.ts";
import {
  type LoadedLibrary,
  machine,
  mayLoad,
  mayRead,
  MissingKoffi,
  openLibrary,
  type Signatures,
} from "./runtime.ts";
import { sourceHash } from "./source_hash.ts";

/** Version of the functions that the library exports; `native/src/abi.rs` holds the same number. */
export const ABI_VERSION = 2;

/** The crate of a checkout; a published package has none. */
export const crate: URL = new URL("./native/", import.meta.url);

/** Where cargo puts the library of a checkout. */
export const builtLibrary: URL = new URL(`./target/release/${libraryFileName()}`, crate);

/** What the package with the library of this platform is called, e.g. `@taxon/backend-ffi-linux-x64-gnu`. */
export const platformPackage: string = `@taxon/backend-ffi-${platformName()}`;

/** Why the library cannot be used, and what to do about it. */
export class LibraryError extends DeviceError {
  /** The name that `toString` and logs show. */
  override name = "LibraryError";
  /** What is wrong, without a full stop. */
  readonly reason: string;
  /** What to do about it, an imperative. */
  readonly remedy: string;

  /**
   * Joins both to one line.
   *
   * @param remedy Default: to build the library.
   */
  constructor(reason: string, remedy = REMEDY, options?: ErrorOptions) {
    super(`Cannot use backend "ffi": ${reason}; ${remedy}`, options);
    this.reason = reason;
    this.remedy = remedy;
  }
}

const REMEDY = 'run "deno task build:ffi", which needs Rust';

/** What every version exports, so that a library of another one can still say which it is. */
const handshake = {
  taxon_abi_version: { parameters: [], result: "u32", optional: true },
  taxon_source_hash: { parameters: [], result: "u32", optional: true },
} as const;

/**
 * Finds the library: the one given, else that of the checkout, else that of the platform's package.
 *
 * @throws {LibraryError} If there is none.
 */
export async function findLibrary(given?: string | URL): Promise<URL> {
  if (!hasSystem) throw new LibraryError("a page cannot load a library", "compute on webgpu or the cpu");
  if (given !== undefined) {
    return given instanceof URL || given.startsWith("file:")
      ? new URL(given)
      : modules.url().pathToFileURL(given);
  }
  if (isFile(builtLibrary)) return builtLibrary;
  try {
    return (await import(platformPackage)).default; // by a computed name: a project without it must run, too
  } catch {
    if (isFile(new URL("Cargo.toml", crate))) throw new LibraryError("its library is not built");
    if (!mayRead(builtLibrary) && mayLoad(builtLibrary)) return builtLibrary; // loading it will tell
    throw new LibraryError(
      "its library is not installed",
      `add npm:${platformPackage} to the imports of deno.json, or install it with npm`,
    );
  }
}

/**
 * Makes sure that a file is the library that this version was written for.
 *
 * Needs the permission to load it and no other. With the permission to read, truncated files and changed sources are
 * noticed, too.
 *
 * @param expected ABI, and the crate that the library was built from: by default the checkout's for the checkout's library.
 * @throws {LibraryError} If it is not.
 */
export function checkLibrary(
  library: URL,
  { abiVersion = ABI_VERSION, sources = library.href === builtLibrary.href ? crate : undefined }: {
    abiVersion?: number;
    sources?: URL;
  } = {},
): void {
  const path = modules.url().fileURLToPath(library);
  if (!mayLoad(library)) {
    throw new LibraryError(`this process may not load ${path}`, `run it with --allow-ffi=${path}`);
  }
  if (mayRead(library)) {
    if (!isFile(library)) throw new LibraryError(`there is no ${path}`);
    const problem = machine.os === "linux" ? elfProblem(library) : undefined;
    if (problem) throw new LibraryError(`${path} ${problem}`);
  }
  using loaded = loadLibrary(library, handshake);
  const { taxon_abi_version: abi, taxon_source_hash: hash } = loaded.symbols;
  if (!abi || !hash) throw new LibraryError(`${path} is no library of Taxon`);
  if (abi() !== abiVersion) {
    throw new LibraryError(`${path} has ABI ${abi()}, this version of Taxon needs ${abiVersion}`);
  }
  const current = sources && sourceHash(sources);
  if (current !== undefined && hash() !== current) {
    throw new LibraryError(`${path} is stale: its sources have changed since it was built`);
  }
}

/**
 * Loads a library that {@linkcode checkLibrary} found right.
 *
 * @throws {LibraryError} If the system cannot load it, or if it lacks a function.
 */
export function loadLibrary<S extends Signatures>(
  library: URL,
  symbols: S,
): LoadedLibrary<S> {
  try {
    return openLibrary(library, symbols);
  } catch (error) {
    if (error instanceof MissingKoffi) throw new LibraryError(error.message, "npm install koffi");
    const path = modules.url().fileURLToPath(library);
    throw new LibraryError(`the system cannot load ${path} (${(error as Error).message})`, undefined, {
      cause: error,
    });
  }
}

/** `libtaxon.so`, `libtaxon.dylib` or `taxon.dll`. */
function libraryFileName(): string {
  if (machine.os === "windows") return "taxon.dll";
  return machine.os === "darwin" ? "libtaxon.dylib" : "libtaxon.so";
}

/** System, processor and C library in npm's words: `linux-x64-gnu`, `darwin-arm64`. */
function platformName(): string {
  const { os, arch, env } = machine;
  const names = [os === "windows" ? "win32" : os, arch === "x86_64" ? "x64" : "arm64"];
  return (os === "linux" && env ? [...names, env] : names).join("-");
}

/** Whether there is a file; false also where this process may not look. */
function isFile(path: URL): boolean {
  if (!mayRead(path)) return false;
  return modules.fs().statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

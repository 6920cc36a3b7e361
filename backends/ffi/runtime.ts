import { modules } from "./builtin.ts";

/** What is asked of Deno, where the backend runs in it. */
interface DenoRuntime {
  readonly build: { readonly os: string; readonly arch: string; readonly env?: string };
  readonly permissions: {
    querySync(permission: { name: "read" | "ffi"; path: URL }): { readonly state: string };
  };
  dlopen(
    path: URL,
    symbols: Signatures,
  ): { readonly symbols: Readonly<Record<string, unknown>>; close(): void };
}

/** What is asked of Node's process object, which Deno and Bun have as well. */
interface ProcessRuntime {
  readonly platform: string;
  readonly arch: string;
  readonly report?: { getReport(): unknown };
}

const host = globalThis as { readonly Deno?: DenoRuntime; readonly process?: ProcessRuntime };

/** The system, the processor and the C library in Deno's words: linux, x86_64, gnu. */
export const machine: { readonly os: string; readonly arch: string; readonly env?: string } =
  host.Deno?.build ?? machineOfNode(host.process);

function machineOfNode(process: ProcessRuntime | undefined): typeof machine {
  const { platform = "", arch = "" } = process ?? {};
  const { header } = (platform === "linux" ? process?.report?.getReport() : undefined) as {
    header?: { glibcVersionRuntime?: string };
  } ?? {};
  return {
    os: platform === "win32" ? "windows" : platform,
    arch: { x64: "x86_64", arm64: "aarch64" }[arch] ?? arch,
    ...platform === "linux" && { env: header && !header.glibcVersionRuntime ? "musl" : "gnu" },
  };
}

/** Whether Deno lets this process read a file or folder; Node has no such permissions. */
export function mayRead(path: URL): boolean {
  return path.protocol === "file:" && isGranted("read", path);
}

/** Whether Deno lets this process load a library. */
export function mayLoad(path: URL): boolean {
  return path.protocol === "file:" && isGranted("ffi", path);
}

function isGranted(name: "read" | "ffi", path: URL): boolean {
  return host.Deno === undefined || host.Deno.permissions.querySync({ name, path }).state === "granted";
}

/** Types of parameters and results. */
export type NativeType = "u32" | "i32" | "f32" | "f64" | "buffer";

/** The functions of a library by name; optional ones may be missing. */
export type Signatures = Readonly<
  Record<string, {
    readonly parameters: readonly NativeType[];
    readonly result: "u32" | "i32";
    readonly optional?: true;
  }>
>;

type Arguments<P extends readonly NativeType[]> = {
  [I in keyof P]: P[I] extends "buffer" ? ArrayBufferView | null : number;
};

/** The functions to call; null for those that are missing. */
export type Functions<S extends Signatures> = {
  readonly [Name in keyof S]:
    | ((...args: Arguments<S[Name]["parameters"]>) => number)
    | (S[Name] extends { readonly optional: true } ? null : never);
};

/** A loaded library; disposing it unloads it, after which its functions must not be called. */
export interface LoadedLibrary<S extends Signatures> extends Disposable {
  readonly symbols: Functions<S>;
  close(): void;
}

/**
 * Loads a library: through Deno, or through koffi in Node and Bun.
 *
 * @throws {Error} If the system cannot load it, or if it lacks a function; if koffi is not installed.
 */
export function openLibrary<S extends Signatures>(path: URL, signatures: S): LoadedLibrary<S> {
  const { symbols, close } = host.Deno
    ? openInDeno(host.Deno, path, signatures)
    : openByKoffi(path, signatures);
  return { symbols: symbols as Functions<S>, close, [Symbol.dispose]: close };
}

function openInDeno(deno: DenoRuntime, path: URL, signatures: Signatures) {
  const loaded = deno.dlopen(path, signatures);
  return { symbols: loaded.symbols, close: () => loaded.close() };
}

/** The part of koffi that is used. */
interface Koffi {
  load(path: string): {
    func(name: string, result: string, parameters: readonly string[]): unknown;
    unload(): void;
  };
}

/** koffi is not there. */
export class MissingKoffi extends Error {
  override name = "MissingKoffi";
}

const koffiTypes: Readonly<Record<NativeType, string>> = {
  u32: "uint32",
  i32: "int32",
  f32: "float",
  f64: "double",
  buffer: "void *",
};

function openByKoffi(path: URL, signatures: Signatures) {
  const library = koffi().load(modules.url().fileURLToPath(path));
  const load = ([name, { parameters, result, optional }]: [string, Signatures[string]]) => {
    try {
      return [name, library.func(name, koffiTypes[result], parameters.map((type) => koffiTypes[type]))];
    } catch (error) {
      if (optional) return [name, null];
      library.unload();
      throw error;
    }
  };
  return { symbols: Object.fromEntries(Object.entries(signatures).map(load)), close: () => library.unload() };
}

function koffi(): Koffi {
  const require = modules.module().createRequire(import.meta.url);
  try {
    return require("koffi");
  } catch (error) {
    throw new MissingKoffi("koffi is not installed", { cause: error });
  }
}

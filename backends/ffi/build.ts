/**
 * Builds the native library of a checkout, as `deno task build:ffi` does.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { builtLibrary, checkLibrary, crate, LibraryError, platformPackage } from "./library.ts";

export { builtLibrary, crate, platformPackage };

/** Why a build failed, in one line. */
export class BuildError extends Error {
  /** The name that `toString` and logs show. */
  override name = "BuildError";
}

/** Whether the checkout has a library that was built from the sources as they are. */
export function isBuilt(): boolean {
  try {
    checkLibrary(builtLibrary);
    return true;
  } catch (error) {
    if (error instanceof LibraryError) return false;
    throw error;
  }
}

/** Whether cargo, Rust's build tool, is on the search path and may be run. */
export async function hasCargo(): Promise<boolean> {
  if (Deno.permissions.querySync({ name: "run", command: "cargo" }).state !== "granted") return false;
  try {
    return (await cargo(["--version"])).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Builds the library with cargo, without the network: it depends on no other crate.
 *
 * @throws {BuildError} If it cannot.
 */
export async function buildLibrary(): Promise<void> {
  const { success, stderr } = await cargo([
    ...["build", "--release", "--lib", "--locked", "--offline"],
    ...["--target-dir", fileURLToPath(new URL("target", crate))],
  ]);
  if (!success) {
    throw new BuildError(`Cannot build the ffi backend: ${firstError(new TextDecoder().decode(stderr))}`);
  }
  try {
    checkLibrary(builtLibrary);
  } catch (error) {
    if (!(error instanceof LibraryError)) throw error;
    const remedy = "remove backends/ffi/native/target and build again"; // cargo goes by times, which a copy may keep
    throw new BuildError(`Cannot build the ffi backend: after the build ${error.reason}; ${remedy}`);
  }
}

/**
 * Runs cargo in the crate's folder: it and rustup obey the configuration of the folder they are started in, which may
 * be anyone's and may name any program as the compiler.
 */
function cargo(args: string[]): Promise<Deno.CommandOutput> {
  return new Deno.Command("cargo", { args, cwd: crate, stdout: "null", stderr: "piped" }).output();
}

/** The line that says what is wrong among all that cargo prints. */
function firstError(printed: string): string {
  const lines = printed.split("\n").map((line) => line.trim());
  return (lines.find((line) => line.startsWith("error")) ?? lines.at(-1) ?? "").replace(
    /^error(\[\w+\])?: /,
    "",
  );
}

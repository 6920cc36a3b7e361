/**
 * Builds the native library of a checkout, as `deno task build:ffi` does.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { builtLibrary, checkLibrary, crate, LibraryError } from "./library.ts";

export { builtLibrary };

/** Why a build failed, in one line. */
export class BuildError extends Error {
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
    return (await new Deno.Command("cargo", { args: ["--version"], stdout: "null", stderr: "null" }).output())
      .success;
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
  const { success, stderr } = await new Deno.Command("cargo", {
    args: [
      ...["build", "--release", "--lib", "--locked", "--offline"],
      ...["--manifest-path", fileURLToPath(new URL("Cargo.toml", crate))],
      ...["--target-dir", fileURLToPath(new URL("target", crate))],
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
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

/** The line that says what is wrong among all that cargo prints. */
function firstError(printed: string): string {
  const lines = printed.split("\n").map((line) => line.trim());
  return (lines.find((line) => line.startsWith("error")) ?? lines.at(-1) ?? "").replace(
    /^error(\[\w+\])?: /,
    "",
  );
}

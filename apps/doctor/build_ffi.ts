/** `deno task build:ffi`: builds the library of the ffi backend, unless it is up to date. */
import { createLog, printError } from "@taxon/app-shared";
import { BuildError, buildLibrary, hasCargo, isBuilt } from "@taxon/backend-ffi/build";

const log = createLog();
if (isBuilt()) {
  log.note("The library of the ffi backend is up to date");
} else if (!await hasCargo()) {
  printError("Cannot build the ffi backend: cargo is not on the search path; install Rust 1.89 or newer");
  Deno.exit(1);
} else {
  try {
    await buildLibrary();
    log.note("Built the library of the ffi backend");
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    printError(error.message);
    Deno.exit(1);
  }
}

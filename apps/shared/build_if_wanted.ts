import { buildLibrary, hasCargo, isBuilt } from "@taxon/backend-ffi/build";
import type { Log } from "./log.ts";
import { reasonOf } from "./data_files.ts";

/**
 * Builds the library of the ffi backend if `backend` could use it, it is not built from the sources as they are, and Rust
 * is there. A build that fails is told, and the choice of the backend goes on without it.
 */
export async function buildIfWanted(backend: string, log: Log): Promise<void> {
  if (!["auto", "ffi"].includes(backend) || isBuilt() || !await hasCargo()) return;
  log.note("building the ffi backend with cargo: once, for about a minute");
  try {
    await buildLibrary();
  } catch (error) {
    log.warn(reasonOf(error));
  }
}

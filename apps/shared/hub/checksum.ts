import { createHash } from "node:crypto";
import type { HubFile } from "./listing.ts";

/** Reads a file and returns whether it is the one that the Hub lists. */
export async function hasChecksum(path: string, { size, hash }: HubFile): Promise<boolean> {
  // The Web's digest takes whole files only, and these do not fit everywhere
  const state = createHash(hash.length === 64 ? "sha256" : "sha1");
  if (hash.length === 40) state.update(`blob ${size}\0`); // git's own prefix
  using file = await Deno.open(path);
  const buffer = new Uint8Array(2 ** 20);
  for (let count; (count = await file.read(buffer)) !== null;) state.update(buffer.subarray(0, count));
  return state.digest("hex") === hash;
}

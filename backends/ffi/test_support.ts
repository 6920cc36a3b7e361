import { Context } from "./context.ts";
import { findLibrary, loadLibrary } from "./library.ts";
import { symbols } from "./symbols.ts";

/** A context of the library, below the backend: calls go to the exported functions themselves. */
export async function openContext(threads = 2): Promise<Context> {
  const library = loadLibrary(await findLibrary(), symbols);
  return new Context(library, { threads, instructions: "best", poolBytes: 2 ** 20 });
}

/** The handle of a new buffer with these elements. */
export function upload({ native, id }: Context, data: Float32Array | Int32Array): number {
  const handle = native.taxon_alloc(id, data.byteLength);
  const bytes = new Uint8Array(data.buffer as ArrayBuffer);
  if (native.taxon_upload(id, handle, bytes, bytes.length) !== 0) throw new Error("cannot upload");
  return handle;
}

/** The f32 elements of a buffer. */
export function download({ native, id }: Context, handle: number, length: number): Float32Array {
  const data = new Float32Array(length);
  if (native.taxon_read(id, handle, new Uint8Array(data.buffer), data.byteLength) !== 0) {
    throw new Error("cannot read");
  }
  return data;
}

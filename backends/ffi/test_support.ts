import { Context } from "./context.ts";
import { createFfiBackend } from "./create.ts";
import { checkLibrary, findLibrary, LibraryError, loadLibrary } from "./library.ts";
import { symbols } from "./symbols.ts";

/** Why there is no library here, if there is none. */
export const missing: string | undefined = await findLibrary().then(checkLibrary).then(
  () => undefined,
  (error) => {
    if (error instanceof LibraryError) return error.reason;
    throw error;
  },
);

/** A test that needs the library. Where it must exist, the conformance tests fail without it. */
export function nativeTest(name: string, fn: () => Promise<void>): void {
  const skipped = missing === undefined ? "" : ` (skipped: ${missing})`;
  Deno.test({ name: name + skipped, ignore: missing !== undefined, fn });
}

/** A context of the library, below the backend: calls go to the exported functions themselves. */
export async function openContext(threads = 2): Promise<Context> {
  const library = loadLibrary(await findLibrary(), symbols);
  return new Context(library, { threads, instructions: "best", precision: "f32", poolBytes: 2 ** 20 });
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

/** Computes the same small layer again and again, and gives the distinct results. */
export async function computeOften(times: number): Promise<string[]> {
  using backend = await createFfiBackend({ threads: 2 });
  const [rows, inputs, outputs] = [33, 48, 200];
  const spec = (...shape: number[]) => ({ shape, dtype: "f32" }) as const;
  const data = (count: number) => Float32Array.from({ length: count }, (_, i) => (i * 37) % 101 / 101);
  const upload = (...shape: number[]) => {
    const out = spec(...shape);
    return { ...out, buffer: backend.upload(data(shape[0] * shape[1]), out) };
  };
  const results = new Set<string>();
  for (let i = 0; i < times; i++) {
    const [x, weight] = [upload(rows, inputs), upload(outputs, inputs)];
    const out = spec(rows, outputs);
    const y = { ...out, buffer: backend.fused.linear!({ x, weight, activation: "geluTanh" }, out) };
    results.add(backend.readSync(y).join());
    for (const { buffer } of [x, weight, y]) backend.free(buffer);
  }
  return [...results];
}

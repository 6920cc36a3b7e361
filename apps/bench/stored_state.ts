import type { StateEntry } from "@taxon/nn";
import { headerEnd, readHeader } from "@taxon/safetensors";

/** The f32 tensors of a file that stays open. */
export interface StoredState extends Disposable {
  /**
   * Each is read when its `data` is asked for, and gone with the next one: a model is loaded without a second copy of
   * all its weights, which the garbage collector would leave for a while.
   */
  readonly entries: ReadonlyMap<string, StateEntry>;
}

/** Opens a safetensors file of f32 tensors. */
export function openState(path: string): StoredState {
  const { size } = Deno.statSync(path);
  const file = Deno.openSync(path);
  const read = (start: number, end: number): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(end - start);
    file.seekSync(start, Deno.SeekMode.Start);
    for (let at = 0; at < bytes.length;) {
      const count = file.readSync(bytes.subarray(at));
      if (count === null) throw new RangeError(`Cannot read ${path}: it ends at byte ${start + at}`);
      at += count;
    }
    return bytes;
  };
  const { tensors } = readHeader(read(0, headerEnd(read(0, 8), size)), size);
  let last = new ArrayBuffer(0);
  const entries = [...tensors].map(([name, { shape, start, end }]): [string, StateEntry] => {
    return [name, {
      shape,
      get data(): Float32Array {
        last.transfer(0); // frees its memory at once
        return new Float32Array(last = read(start, end).buffer);
      },
    }];
  });
  return { entries: new Map(entries), [Symbol.dispose]: () => (last.transfer(0), file.close()) };
}

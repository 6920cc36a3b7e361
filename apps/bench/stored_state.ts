import { FolderFiles, openSafetensors } from "@taxon/classifier";
import { readFloats } from "@taxon/model";
import type { StateEntry } from "@taxon/nn";

/** The f32 tensors of a file that stays open. */
export interface StoredState extends Disposable {
  /** Each is read when its `data` is asked for, and gone with the next one. */
  readonly entries: ReadonlyMap<string, StateEntry>;
}

/** Opens a safetensors file of a folder. */
export function openState(folder: string, name: string): StoredState {
  using files = new DisposableStack();
  const tensors = openSafetensors(new FolderFiles(folder), name, files);
  const entries = [...tensors].map(([name, tensor]): [string, StateEntry] => {
    return [name, {
      shape: tensor.shape,
      get data(): Float32Array {
        return readFloats(name, tensor);
      },
    }];
  });
  const held = files.move();
  return { entries: new Map(entries), [Symbol.dispose]: () => held.dispose() };
}

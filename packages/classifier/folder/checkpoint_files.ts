import { JsonFields, type StoredTensor, type StoredTensors } from "@taxon/model";
import { headerEnd, readHeader } from "@taxon/safetensors";
import type { FolderFiles } from "./folder_files.ts";
import { reasonOf } from "./reason.ts";

const SINGLE = "model.safetensors";
const INDEX = "model.safetensors.index.json";

/** Checkpoints of encoders have a few thousand tensors, each about 120 bytes of header. */
const MAX_HEADER_BYTES = 16 * 2 ** 20;

/** XLM-RoBERTa XL, the largest encoder in use, has 14 GB. */
const MAX_CHECKPOINT_BYTES = 32 * 2 ** 30;

const MAX_SHARDS = 1000;

/** Files of weights that run code or need another library, and how to get rid of them. */
const FOREIGN = ["pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "flax_model.msgpack"];

/** The tensors of a checkpoint, whose files stay open until it is disposed. */
export interface OpenedCheckpoint extends Disposable {
  /** By name; one cannot be read any more after disposal. */
  readonly tensors: StoredTensors;
}

/**
 * Opens `model.safetensors`, or the shards that `model.safetensors.index.json` lists. Only headers are read; a tensor's
 * bytes are read when they are asked for.
 *
 * @throws {Error} If a file is missing or broken, or the index and the shards do not agree.
 */
export function openCheckpoint(folder: FolderFiles): OpenedCheckpoint {
  using files = new DisposableStack();
  let tensors: StoredTensors;
  if (folder.has(SINGLE)) tensors = openSafetensors(folder, SINGLE, files);
  else if (folder.has(INDEX)) tensors = openShards(folder, files);
  else throw new Error(`Cannot load ${folder.directory}/${SINGLE}: ${missingReason(folder)}`);
  const held = files.move();
  return { tensors, [Symbol.dispose]: () => held.dispose() };
}

/**
 * Opens one file of tensors, which `files` closes.
 *
 * @throws {Error} If it is missing or broken.
 */
export function openSafetensors(
  folder: FolderFiles,
  name: string,
  files: DisposableStack,
): Map<string, StoredTensor> {
  const file = files.use(folder.open(name));
  const { size } = file;
  try {
    if (size > MAX_CHECKPOINT_BYTES) {
      throw new RangeError(`it has ${size} bytes; checkpoints of up to ${MAX_CHECKPOINT_BYTES} are read`);
    }
    const start = file.read(0, Math.min(8, size));
    const end = headerEnd(start, size);
    if (end > MAX_HEADER_BYTES) {
      throw new RangeError(`its header has ${end} bytes; headers of up to ${MAX_HEADER_BYTES} are read`);
    }
    const { tensors } = readHeader(file.read(0, end), size);
    let last = new Uint8Array();
    files.defer(() => discard(last));
    const read = (start: number, end: number) => {
      discard(last);
      return last = file.read(start, end - start);
    };
    return new Map([...tensors].map(([name, { dtype, shape, start, end }]) => {
      return [name, { dtype, shape, read: () => read(start, end) }];
    }));
  } catch (error) {
    throw new Error(`Cannot load ${folder.directory}/${name}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Frees bytes now, where the engine can (Node from 22): the garbage collector would let a second copy of all weights pile up. */
function discard(bytes: Uint8Array<ArrayBuffer>): void {
  bytes.buffer.transfer?.(0);
}

/** The index says in which file each tensor is; it must be there, and nothing else may be. */
function openShards(folder: FolderFiles, files: DisposableStack): StoredTensors {
  const listed = readIndex(folder);
  const names = new Set(listed.values());
  if (names.size > MAX_SHARDS) {
    throw refuse(folder, `it lists ${names.size} files; at most ${MAX_SHARDS} are read`);
  }
  const shards = new Map([...names].map((name) => [name, openSafetensors(folder, name, files)]));
  for (const [file, tensors] of shards) {
    const unlisted = [...tensors.keys()].find((tensor) => listed.get(tensor) !== file);
    if (unlisted !== undefined) {
      const place = listed.get(unlisted);
      throw refuse(folder, `${file} holds ${unlisted}, which is listed ${place ? `in ${place}` : "nowhere"}`);
    }
  }
  return new Map([...listed].map(([tensor, file]) => {
    const stored = shards.get(file)!.get(tensor);
    if (stored === undefined) throw refuse(folder, `${file} does not hold ${tensor}`);
    return [tensor, stored];
  }));
}

function readIndex(folder: FolderFiles): Map<string, string> {
  try {
    const fields = new JsonFields(INDEX, folder.text(INDEX));
    const map = fields.object("weight_map") ?? fields.refuse("weight_map", "an object of tensors and files");
    for (const [tensor, file] of Object.entries(map)) {
      if (typeof file !== "string" || !/^[\w.-]+\.safetensors$/.test(file)) {
        throw new RangeError(
          `${tensor} is said to be in ${JSON.stringify(file)}, which names no shard of this folder`,
        );
      }
    }
    return new Map(Object.entries(map as Record<string, string>));
  } catch (error) {
    throw refuse(folder, reasonOf(error));
  }
}

function refuse(folder: FolderFiles, reason: string): Error {
  return new Error(`Cannot load ${folder.directory}/${INDEX}: ${reason}`);
}

function missingReason(folder: FolderFiles): string {
  const foreign = FOREIGN.find((name) => folder.has(name));
  if (foreign === undefined) return "no such file or folder";
  return `there is only ${foreign}, which is not read${
    foreign.startsWith("pytorch") ? " because a pickle can run any code" : ""
  }; convert it with Python: AutoModel.from_pretrained(folder).save_pretrained(folder, safe_serialization=True)`;
}

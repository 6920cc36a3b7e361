import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from "@taxon/safetensors";
import { root } from "../support/repository.ts";

/** A way to break a model, and what its refusal must say. */
export interface HostileCase {
  readonly name: string;
  /** Breaks the whole model in `directory`, which lies in a folder of its own. */
  spoil(directory: string): void | Promise<void>;
  readonly message: string;
  /** Which file it must name. */
  readonly file: string;
}

const golden = new URL("tests/golden/hf/bert_e2e/", root);

/** Tensors of the whole model. */
export const goldenModel: ReadonlyMap<string, SafetensorsTensor> = decodeSafetensors(
  Deno.readFileSync(new URL("model.safetensors", golden)),
).tensors;

/** Puts a small BERT classifier with its tokenizer into a new folder. */
export async function makeModel(directory: string): Promise<void> {
  await Deno.mkdir(directory);
  for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"]) {
    await Deno.copyFile(new URL(name, golden), `${directory}/${name}`);
    await Deno.chmod(`${directory}/${name}`, 0o644);
  }
}

/** A copy of the model's tensors, to be changed. */
export function tensorsToChange(): Map<string, SafetensorsTensor> {
  return new Map(
    [...goldenModel].map(([name, tensor]) => [name, { ...tensor, bytes: tensor.bytes.slice() }]),
  );
}

/** Writes the model's weights after `change`. */
export function withTensors(
  change: (tensors: Map<string, SafetensorsTensor>) => void,
): (directory: string) => Promise<void> {
  return async (directory) => {
    const tensors = tensorsToChange();
    change(tensors);
    await Deno.writeFile(`${directory}/model.safetensors`, encodeSafetensors(tensors));
  };
}

/** Bytes of a safetensors file with any header text, and a length of it that need not be true. */
export function rawFile(header: string | Uint8Array, data = new Uint8Array(0), claimed?: bigint): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

/** A file of `size` bytes, of which only `start` are on the disk. */
export async function writeSparse(path: string, start: Uint8Array, size: number): Promise<void> {
  await Deno.writeFile(path, start);
  await Deno.truncate(path, size);
}

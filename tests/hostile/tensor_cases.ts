import type { SafetensorsDType, SafetensorsTensor } from "@taxon/safetensors";
import { type HostileCase, withTensors } from "./hostile_case.ts";

type Tensors = Map<string, SafetensorsTensor>;

/** A well-formed file whose tensors do not make the model that config.json describes. */
function tensors(name: string, change: (tensors: Tensors) => void, message: string): HostileCase {
  return { name, spoil: withTensors(change), file: "model.safetensors", message };
}

const misfit = "Cannot load the weights into BERT of 2 layers: ";
const query = "bert.encoder.layer.0.attention.self.query.weight";
const up = "bert.encoder.layer.1.intermediate.dense.weight";

function change(name: string, changed: Partial<SafetensorsTensor>) {
  return (tensors: Tensors) => void tensors.set(name, { ...tensors.get(name)!, ...changed });
}

function rename(from: string, to: string) {
  return (tensors: Tensors) => {
    tensors.set(to, tensors.get(from)!);
    tensors.delete(from);
  };
}

const add = (name: string, dtype: SafetensorsDType, shape: number[], bytes: number) => (tensors: Tensors) => {
  tensors.set(name, { dtype, shape, bytes: new Uint8Array(bytes) });
};

/** A weight that is stored as another dtype, all zeros but the bytes given at its end. */
function stored(dtype: SafetensorsDType, width: number, last: readonly number[] = []) {
  return (tensors: Tensors) => {
    const { shape } = tensors.get(query)!;
    const bytes = new Uint8Array(shape[0] * shape[1] * width);
    bytes.set(last, bytes.length - last.length);
    tensors.set(query, { dtype, shape, bytes });
  };
}

function bits(name: string, word: number) {
  return (tensors: Tensors) => {
    const { bytes } = tensors.get(name)!;
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(12, word, true);
  };
}

/** Tensors that are too many, missing, of the wrong kind, or not finite. */
export const tensorCases: readonly HostileCase[] = [
  tensors(
    "a weight that is NaN",
    bits("classifier.weight", 0x7fc00000),
    "classifier.weight holds NaN at element 3",
  ),
  tensors("a weight that is infinite", bits(query, 0x7f800000), `${query} holds Infinity at element 3`),
  tensors("a signalling NaN", bits(query, 0x7f800001), `${query} holds NaN at element 3`),
  tensors(
    "a half that is infinite",
    stored("F16", 2, [0x00, 0xfc]),
    `${query} holds -Infinity at element 1023`,
  ),
  tensors("a bfloat16 that is NaN", stored("BF16", 2, [0xc0, 0x7f]), `${query} holds NaN at element 1023`),
  tensors(
    "a weight of integers",
    stored("I64", 8),
    `${misfit}${query} [32, 32] is stored as I64; weights are F32, F16`,
  ),
  tensors("a weight of doubles", stored("F64", 8), "is stored as F64; weights are F32, F16 or BF16"),
  tensors("a weight of bytes", stored("I8", 1), "is stored as I8; weights are F32, F16 or BF16"),
  tensors(
    "a weight of 8-bit floats",
    stored("F8_E4M3", 1),
    "is stored as F8_E4M3; weights are F32, F16 or BF16",
  ),
  tensors("no output bias", (t) => t.delete("classifier.bias"), `${misfit}classifier.bias [6] is missing`),
  tensors("no tensor at all", (t) => t.clear(), `${misfit}no tensor of BERT is there`),
  tensors(
    "a tensor of no architecture",
    add("bert.virus.weight", "F32", [1], 4),
    `${misfit}bert.virus.weight [1] is not a tensor of BERT`,
  ),
  tensors(
    "a tensor twice, with and without prefix",
    (t) => t.set(query.slice(5), t.get(query)!),
    `${misfit}${query.slice(5)} [32, 32] is the same tensor as ${query}`,
  ),
  tensors(
    "an unknown prefix",
    rename(query, `base.${query}`),
    `${misfit}base.${query} [32, 32] has the unknown prefix "base." before ${query.slice(5)}`,
  ),
  tensors(
    "a transposed weight",
    change(up, { shape: [32, 64] }),
    `${misfit}${up} [32, 64] is stored transposed: expected [64, 32]`,
  ),
  tensors(
    "a tensor of another architecture",
    add("distilbert.transformer.layer.0.attention.q_lin.weight", "F32", [1], 4),
    "belongs to DistilBERT, but config.json says BERT",
  ),
  tensors(
    "a layer too many",
    add("bert.encoder.layer.2.output.dense.bias", "F32", [32], 128),
    "bert.encoder.layer.2.output.dense.bias [32] belongs to layer 2, but config.json has 2 layers",
  ),
  tensors(
    "a weight of another size",
    change(query, { shape: [16, 32], bytes: new Uint8Array(2048) }),
    `${query} [16, 32] does not fit config.json, which asks for [32, 32]`,
  ),
  tensors(
    "a scalar for a weight",
    change(query, { shape: [], bytes: new Uint8Array(4) }),
    `${query} [] does not fit`,
  ),
  tensors(
    "an empty weight",
    change(query, { shape: [0, 32], bytes: new Uint8Array(0) }),
    `${query} [0, 32] does not fit config.json`,
  ),
];

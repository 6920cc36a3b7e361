import { ProtoMessage } from "./proto_message.ts";

/** A value of the graph: the name of an input, of an initializer, or of a node's output. */
export type Value = string;

/** Whole numbers, or a float as `{ float }`: ONNX tells them apart, JavaScript does not. */
export type Attribute = number | readonly number[] | { float: number };

/** Element types as onnx.proto numbers them. */
const TYPES = { float: 1, int64: 7 } as const;

type ElementType = keyof typeof TYPES;

/** Has LayerNormalization, and is read by every ONNX Runtime since 1.13 of 2022. */
const OPSET = 17;

/** The version of the file format that came with it. */
const IR_VERSION = 8;

/** Messages of protocol buffers are read up to this size. */
const MAX_BYTES = 2 ** 31 - 1;

/** An ONNX model under construction; field numbers are those of onnx.proto. */
export class Graph {
  readonly #nodes: ProtoMessage[] = [];
  readonly #initializers = new Map<string, ProtoMessage>();
  readonly #inputs: ProtoMessage[] = [];
  readonly #outputs: ProtoMessage[] = [];

  /** A dimension is a size, or the name of one that differs from call to call. */
  input(name: string, type: ElementType, shape: readonly (number | string)[]): Value {
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  output(name: string, value: Value, shape: readonly (number | string)[]): void {
    this.#node("Identity", [value], {}, name);
    this.#outputs.push(valueInfo(name, "float", shape));
  }

  /** What an operator makes of its inputs. */
  op(type: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>> = {}): Value {
    return this.#node(type, inputs, attributes, `${type}_${this.#nodes.length}`);
  }

  /** A table of weights. */
  floats(name: string, shape: readonly number[], data: Float32Array): Value {
    return this.#initializer(name, "float", shape, data);
  }

  /** A number. */
  scalar(value: number): Value {
    return this.#initializer(`${value}`, "float", [], Float32Array.of(value));
  }

  /** A whole number. */
  integer(value: number): Value {
    return this.#initializer(`int ${value}`, "int64", [], BigInt64Array.of(BigInt(value)));
  }

  /** A list of whole numbers, such as a shape or axes. */
  integers(values: readonly number[]): Value {
    return this.#initializer(`[${values}]`, "int64", [values.length], BigInt64Array.from(values, BigInt));
  }

  /**
   * The file.
   *
   * @throws {RangeError} If it would have 2 GiB.
   */
  toBytes(): Uint8Array<ArrayBuffer> {
    const graph = new ProtoMessage();
    for (const node of this.#nodes) graph.message(1, node);
    graph.string(2, "classifier");
    for (const tensor of this.#initializers.values()) graph.message(5, tensor);
    for (const input of this.#inputs) graph.message(11, input);
    for (const output of this.#outputs) graph.message(12, output);
    const model = new ProtoMessage().integer(1, IR_VERSION).string(2, "taxon").message(7, graph)
      .message(8, new ProtoMessage().string(1, "").integer(2, OPSET));
    if (model.byteLength > MAX_BYTES) {
      throw new RangeError(
        `Cannot write ONNX of ${model.byteLength} bytes: one file holds up to ${MAX_BYTES}; take a smaller model`,
      );
    }
    return model.toBytes();
  }

  #node(
    type: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>>,
    output: string,
  ): Value {
    const node = new ProtoMessage();
    for (const input of inputs) node.string(1, input);
    node.string(2, output).string(3, output).string(4, type);
    for (const [name, value] of Object.entries(attributes)) node.message(5, attributeProto(name, value));
    this.#nodes.push(node);
    return output;
  }

  /** Constants of the same name are the same. */
  #initializer(
    name: string,
    type: ElementType,
    shape: readonly number[],
    data: Float32Array | BigInt64Array,
  ): Value {
    if (!this.#initializers.has(name)) {
      const tensor = new ProtoMessage();
      for (const size of shape) tensor.integer(1, size);
      tensor.integer(2, TYPES[type]).string(8, name)
        .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      this.#initializers.set(name, tensor);
    }
    return name;
  }
}

function valueInfo(name: string, type: ElementType, shape: readonly (number | string)[]): ProtoMessage {
  const dimensions = new ProtoMessage();
  for (const size of shape) {
    const dimension = new ProtoMessage();
    dimensions.message(1, typeof size === "number" ? dimension.integer(1, size) : dimension.string(2, size));
  }
  const tensor = new ProtoMessage().integer(1, TYPES[type]).message(2, dimensions);
  return new ProtoMessage().string(1, name).message(2, new ProtoMessage().message(1, tensor));
}

function attributeProto(name: string, value: Attribute): ProtoMessage {
  const attribute = new ProtoMessage().string(1, name);
  if (typeof value === "number") return attribute.integer(3, value).integer(20, 2);
  if ("float" in value) return attribute.float(2, value.float).integer(20, 1);
  for (const one of value) attribute.integer(8, one);
  return attribute.integer(20, 7);
}

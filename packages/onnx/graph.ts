import { ProtoMessage } from "./proto_message.ts";

/** A value of the graph: the name of an input, of an initializer, or of a node's output. */
export type Value = string;

/** Whole numbers, or a float as `{ float }`: ONNX tells them apart, JavaScript does not. */
export type Attribute = number | readonly number[] | string | { float: number };

/** Element types as onnx.proto numbers them. */
const TYPES = { float: 1, int64: 7, bool: 9 } as const;

type ElementType = keyof typeof TYPES;

/** Of 2022; has LayerNormalization and BitwiseXor. */
const OPSET = 18;

/** The version of the file format that came with it. */
const IR_VERSION = 8;

/** Messages of protocol buffers are read up to this size. */
const MAX_BYTES = 2 ** 31 - 1;

/** An ONNX model under construction; field numbers are those of onnx.proto. */
export class Graph {
  #nodes: ProtoMessage[] = [];
  #nodeCount = 0; // with those of loops, for values have one name each
  readonly #initializers = new Map<string, ProtoMessage>();
  readonly #inputs: ProtoMessage[] = [];
  readonly #outputs: ProtoMessage[] = [];

  /** A dimension is a size, or the name of one that differs from call to call. */
  input(name: string, type: ElementType, shape: readonly (number | string)[]): Value {
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  output(name: string, value: Value, shape: readonly (number | string)[]): void {
    this.#node("Identity", [value], [name]);
    this.#outputs.push(valueInfo(name, "float", shape));
  }

  /** What an operator makes of its inputs. */
  op(type: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>> = {}): Value {
    return this.ops(type, inputs, 1, attributes)[0];
  }

  /** What an operator makes that has several outputs, its first `count`. */
  ops(
    type: string,
    inputs: readonly Value[],
    count: number,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value[] {
    const name = `${type}_${this.#nodeCount}`;
    const outputs = Array.from({ length: count }, (_, i) => i === 0 ? name : `${name}_${i}`);
    const protos = Object.entries(attributes).map(([name, value]) => attributeProto(name, value));
    this.#node(type, inputs, outputs, protos);
    return outputs;
  }

  /**
   * Takes a step again and again.
   *
   * @param turns How often, int64 [].
   * @param before What the first step starts from, int64 [size].
   * @param step What turn number `turn` makes of the state; it may use values from outside.
   */
  loop(turns: Value, before: Value, step: (turn: Value, state: Value) => Value): Value {
    const name = `Loop_${this.#nodeCount++}`;
    const state = [`${name}_state`, "int64", ["size"]] as const;
    const goOn = [`${name}_goOn`, "bool", []] as const;
    const outside = this.#nodes;
    this.#nodes = [];
    this.#node("Identity", [step(`${name}_turn`, state[0])], [`${name}_stepped`]);
    this.#node("Identity", [goOn[0]], [`${name}_goesOn`]);
    const body = new ProtoMessage();
    for (const node of this.#nodes) body.message(1, node);
    this.#nodes = outside;
    body.string(2, `${name}_body`);
    body.message(11, valueInfo(`${name}_turn`, "int64", [])).message(11, valueInfo(...goOn))
      .message(11, valueInfo(...state));
    body.message(12, valueInfo(`${name}_goesOn`, "bool", []))
      .message(12, valueInfo(`${name}_stepped`, "int64", ["size"]));
    const attribute = new ProtoMessage().string(1, "body").message(6, body).integer(20, 5);
    this.#node("Loop", [turns, "", before], [name], [attribute]);
    return name;
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

  /** A table of whole numbers. */
  table(name: string, values: readonly number[]): Value {
    return this.#initializer(name, "int64", [values.length], BigInt64Array.from(values, BigInt));
  }

  /** A list of whole numbers, such as a shape or axes. */
  integers(values: readonly number[]): Value {
    return this.table(`[${values}]`, values);
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
    outputs: readonly Value[],
    attributes: readonly ProtoMessage[] = [],
  ): void {
    const node = new ProtoMessage();
    for (const input of inputs) node.string(1, input);
    for (const output of outputs) node.string(2, output);
    node.string(3, outputs[0]).string(4, type);
    for (const attribute of attributes) node.message(5, attribute);
    this.#nodes.push(node);
    this.#nodeCount++;
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
  if (typeof value === "string") return attribute.string(4, value).integer(20, 3);
  if ("float" in value) return attribute.float(2, value.float).integer(20, 1);
  for (const one of value) attribute.integer(8, one);
  return attribute.integer(20, 7);
}

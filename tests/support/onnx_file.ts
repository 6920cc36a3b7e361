/** Values of a tensor, row-major; whole numbers and floats alike. */
export interface OnnxTensor {
  shape: readonly number[];
  data: readonly number[];
  /** Whether a constant is of whole numbers. */
  isWhole?: boolean;
}

/** A node of a graph. */
export interface OnnxNode {
  type: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, number | readonly number[] | string | OnnxGraph>>;
}

/** Nodes with names for what goes in and out. */
export interface OnnxGraph {
  nodes: readonly OnnxNode[];
  /** Name → sizes, those that vary by their names. */
  inputs: ReadonlyMap<string, readonly (number | string)[]>;
  outputs: ReadonlyMap<string, readonly (number | string)[]>;
}

/** What an ONNX file says, as far as our own files say it. */
export interface OnnxFile extends OnnxGraph {
  opset: number;
  constants: ReadonlyMap<string, OnnxTensor>;
}

/** The fields of a message of protocol buffers: numbers, or bytes where they are of any length. */
class Fields {
  readonly #values = new Map<number, (number | Uint8Array)[]>();

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    const varint = () => {
      let [value, shift, byte] = [0n, 0n, 0];
      do {
        byte = bytes[at++];
        value |= BigInt(byte & 0x7f) << shift;
        shift += 7n;
      } while (byte >= 0x80);
      return Number(BigInt.asIntN(64, value));
    };
    while (at < bytes.length) {
      const tag = varint();
      const kind = tag & 7;
      let value: number | Uint8Array;
      if (kind === 0) value = varint();
      else if (kind === 5) value = view.getFloat32((at += 4) - 4, true);
      else {
        const length = varint();
        value = bytes.subarray(at, at += length);
      }
      this.#values.set(tag >> 3, [...this.#values.get(tag >> 3) ?? [], value]);
    }
  }

  numbers(field: number): number[] {
    return (this.#values.get(field) ?? []) as number[];
  }

  bytes(field: number): Uint8Array {
    return this.#values.get(field)![0] as Uint8Array;
  }

  texts(field: number): string[] {
    return (this.#values.get(field) ?? []).map((bytes) => new TextDecoder().decode(bytes as Uint8Array));
  }

  messages(field: number): Fields[] {
    return (this.#values.get(field) ?? []).map((bytes) => new Fields(bytes as Uint8Array));
  }
}

/** Reads an ONNX file that `toOnnx` wrote; field numbers are those of onnx.proto. */
export function readOnnx(bytes: Uint8Array): OnnxFile {
  const model = new Fields(bytes);
  const [graph] = model.messages(7);
  return {
    opset: model.messages(8)[0].numbers(2)[0],
    ...readGraph(graph),
    constants: new Map(
      graph.messages(5).map((tensor) => {
        const { buffer } = tensor.bytes(9).slice();
        const isWhole = tensor.numbers(2)[0] === 7;
        const data = isWhole
          ? Array.from(new BigInt64Array(buffer), Number)
          : Array.from(new Float32Array(buffer));
        return [tensor.texts(8)[0], { shape: tensor.numbers(1), data, isWhole }];
      }),
    ),
  };
}

function readGraph(graph: Fields): OnnxGraph {
  return {
    nodes: graph.messages(1).map((node) => ({
      type: node.texts(4)[0],
      inputs: node.texts(1),
      outputs: node.texts(2),
      attributes: Object.fromEntries(
        node.messages(5).map((attribute) => {
          const [single] = [
            ...attribute.numbers(2),
            ...attribute.numbers(3),
            ...attribute.texts(4),
            ...attribute.messages(6).map(readGraph),
          ];
          return [attribute.texts(1)[0], single ?? attribute.numbers(8)];
        }),
      ),
    })),
    inputs: new Map(graph.messages(11).map(described)),
    outputs: new Map(graph.messages(12).map(described)),
  };
}

function described(value: Fields): [string, (number | string)[]] {
  const [shape] = value.messages(2)[0].messages(1)[0].messages(2);
  return [value.texts(1)[0], shape.messages(1).map((size) => size.texts(2)[0] ?? size.numbers(1)[0])];
}

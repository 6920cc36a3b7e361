import type { EncoderClassifierConfig } from "@taxon/model";
import type { Graph, Value } from "./graph.ts";
import type { Weights } from "./weights.ts";

/** What the parts of a graph are made from. */
export interface Builder {
  readonly graph: Graph;
  readonly weights: Weights;
  readonly config: EncoderClassifierConfig;
}

/** x · weightᵀ + bias. */
export function linear(
  { graph, weights }: Builder,
  x: Value,
  name: string,
  order?: (row: number) => number,
): Value {
  const { shape, data } = weights.takeTransposed(`${name}.weight`, order);
  const product = graph.op("MatMul", [x, graph.floats(`${name}.weight`, shape, data)]);
  const bias = weights.take(`${name}.bias`);
  if (bias === undefined) return product;
  const ordered = order ? bias.data.map((_, row) => bias.data[order(row)]) : bias.data;
  return graph.op("Add", [product, graph.floats(`${name}.bias`, bias.shape, ordered)]);
}

/** A norm over the features; ONNX asks for a scale also where there is none, ONNX Runtime up to 1.18 for a shift too. */
export function layerNorm({ graph, weights, config }: Builder, x: Value, name: string): Value {
  const weight = weights.take(`${name}.weight`);
  const bias = weights.take(`${name}.bias`);
  const size = config.modelSize;
  const scale = weight
    ? graph.floats(`${name}.weight`, weight.shape, weight.data)
    : graph.floats("ones", [size], new Float32Array(size).fill(1));
  const shift = bias
    ? graph.floats(`${name}.bias`, bias.shape, bias.data)
    : graph.floats("zeros", [size], new Float32Array(size));
  return graph.op("LayerNormalization", [x, scale, shift], { epsilon: { float: config.normEps } });
}

/** GELU is composed as runtimes expect it, which then replace it by a kernel of their own. */
export function activation(
  { graph }: Builder,
  x: Value,
  name: EncoderClassifierConfig["headActivation"],
): Value {
  const times = (a: Value, factor: number) => graph.op("Mul", [a, graph.scalar(factor)]);
  const halved = (bend: Value) => {
    return times(graph.op("Mul", [x, graph.op("Add", [bend, graph.scalar(1)])]), 0.5); // x · (bend + 1) / 2
  };
  switch (name) {
    case "none":
      return x;
    case "relu":
      return graph.op("Relu", [x]);
    case "tanh":
      return graph.op("Tanh", [x]);
    case "gelu":
      return halved(graph.op("Erf", [graph.op("Div", [x, graph.scalar(Math.SQRT2)])]));
    case "geluTanh": {
      const cubed = graph.op("Pow", [x, graph.scalar(3)]);
      const inner = graph.op("Add", [x, times(cubed, 0.044715)]);
      return halved(graph.op("Tanh", [times(inner, Math.sqrt(2 / Math.PI))]));
    }
  }
}

/** Two linear layers with an activation, which a second projection may multiply. */
export function feedForward(builder: Builder, x: Value, name: string): Value {
  const { graph, config } = builder;
  let hidden = activation(builder, linear(builder, x, `${name}.up`), config.activation);
  if (config.gated) hidden = graph.op("Mul", [hidden, linear(builder, x, `${name}.gate`)]);
  return linear(builder, hidden, `${name}.down`);
}

import type { Value } from "./graph.ts";
import { type Builder, linear } from "./layers.ts";
import type { Rotation } from "./places.ts";

/** What a layer's attention sees. */
export interface View {
  /** Added to the scores, broadcastable to [batch, heads, tokens, tokens]. */
  visible: Value;
  rotation?: Rotation;
}

/** Multi-head attention. x: [batch, tokens, model] → the same. */
export function attention(builder: Builder, x: Value, name: string, { visible, rotation }: View): Value {
  const { graph, config: { heads, headDim, rotaryPairs } } = builder;
  // Scores do not change when the features of queries and keys are put in the same other order
  const order = rotation && rotaryPairs === "interleaved" ? evenFirst(headDim) : undefined;
  const split = (part: string, order?: (row: number) => number) => {
    const projected = linear(builder, x, `${name}.${part}`, order);
    return graph.op("Reshape", [projected, graph.integers([0, 0, heads, headDim])]);
  };
  const turned = (part: string) => {
    const features = split(part, order);
    return rotation ? rotate(builder, features, rotation) : features;
  };
  const queries = graph.op("Transpose", [turned("query")], { perm: [0, 2, 1, 3] });
  const keys = graph.op("Transpose", [turned("key")], { perm: [0, 2, 3, 1] });
  const values = graph.op("Transpose", [split("value")], { perm: [0, 2, 1, 3] });
  const scores = graph.op("Mul", [graph.op("MatMul", [queries, keys]), graph.scalar(1 / Math.sqrt(headDim))]);
  const shares = graph.op("Softmax", [graph.op("Add", [scores, visible])], { axis: -1 });
  const attended = graph.op("Transpose", [graph.op("MatMul", [shares, values])], { perm: [0, 2, 1, 3] });
  const joined = graph.op("Reshape", [attended, graph.integers([0, 0, heads * headDim])]);
  return linear(builder, joined, `${name}.output`);
}

/** Turns the pairs (i, i + headDim/2). */
function rotate({ graph, config: { headDim } }: Builder, x: Value, { cos, sin }: Rotation): Value {
  const half = headDim / 2;
  const axes = graph.integers([3]);
  const part = (from: number, to: number) => {
    return graph.op("Slice", [x, graph.integers([from]), graph.integers([to]), axes]);
  };
  const [a, b] = [part(0, half), part(half, headDim)];
  const times = (x: Value, y: Value) => graph.op("Mul", [x, y]);
  const real = graph.op("Sub", [times(a, cos), times(b, sin)]);
  const imaginary = graph.op("Add", [times(a, sin), times(b, cos)]);
  return graph.op("Concat", [real, imaginary], { axis: 3 });
}

/** For each row of a projection the one whose place it takes, so that neighbours in a head become halves of it. */
function evenFirst(headDim: number): (row: number) => number {
  return (row) => {
    const feature = row % headDim;
    const half = headDim / 2;
    return row - feature + (feature < half ? 2 * feature : 2 * (feature - half) + 1);
  };
}

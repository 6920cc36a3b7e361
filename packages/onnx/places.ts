import { rotaryAngles } from "@taxon/nn";
import type { Graph, Value } from "./graph.ts";
import type { Builder } from "./layers.ts";

/** The lowest f32: added to a score, nothing of it is left, and a row of nothing else still has a softmax. */
const HIDDEN = -3.4028234663852886e38;

/**
 * What the attention mask says. A token whose mask is 0 is as if it were not there, wherever it stands: it takes no
 * position, is not seen, and is not pooled.
 */
export interface Places {
  /** 1 for real tokens, float [batch, tokens]. */
  real: Value;
  /** Place of each real token among them, int64 [batch, tokens]. */
  positions: Value;
  /** Added to the scores, [batch, 1, 1, tokens]: 0 for real keys. */
  visible: Value;
}

export function places(graph: Graph, mask: Value): Places {
  const real = graph.op("Cast", [mask], { to: 1 });
  const counted = graph.op("CumSum", [mask, graph.integer(1)]);
  const positions = graph.op("Sub", [counted, graph.integer(1)]);
  return { real, positions, visible: graph.op("Unsqueeze", [biasOf(graph, real), graph.integers([1, 2])]) };
}

/** `visible` with only so many places to either side of each token, [batch, 1, tokens, tokens]. */
export function nearby(graph: Graph, { positions, visible }: Places, window: number): Value {
  const [rows, columns] = [2, 1].map((axis) => graph.op("Unsqueeze", [positions, graph.integers([axis])]));
  const distance = graph.op("Abs", [graph.op("Sub", [rows, columns])]);
  const near = graph.op("Cast", [graph.op("LessOrEqual", [distance, graph.integer(window)])], { to: 1 });
  return graph.op("Min", [visible, graph.op("Unsqueeze", [biasOf(graph, near), graph.integers([1])])]);
}

/** 1 → 0, 0 → the lowest number. */
function biasOf(graph: Graph, seen: Value): Value {
  const hidden = graph.op("Sub", [graph.scalar(1), seen]);
  return graph.op("Mul", [hidden, graph.scalar(HIDDEN)]);
}

/** Cosines and sines of the tokens, [batch, tokens, 1, headDim / 2] each. */
export interface Rotation {
  cos: Value;
  sin: Value;
}

export function rotation(
  { graph, config: { maxTokens, headDim } }: Builder,
  positions: Value,
  theta: number,
): Rotation {
  const angles = rotaryAngles(Array.from({ length: maxTokens }, (_, place) => place), headDim, theta);
  const ofTokens = (kind: "cos" | "sin") => {
    const table = graph.floats(`${kind} ${theta}`, [maxTokens, headDim / 2], angles[kind]);
    return graph.op("Unsqueeze", [graph.op("Gather", [table, positions]), graph.integers([2])]);
  };
  return { cos: ofTokens("cos"), sin: ofTokens("sin") };
}

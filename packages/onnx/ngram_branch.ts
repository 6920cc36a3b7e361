import { NGRAM_RULES } from "@taxon/text";
import { readUnits, type Units } from "./characters.ts";
import type { Graph, Value } from "./graph.ts";
import type { Builder } from "./layers.ts";
import { characterNgrams, wordNgrams } from "./ngrams.ts";
import { findLast } from "./sorted_table.ts";

/** Adds what the n-gram branch makes of the texts' characters; `NgramBranch` of @taxon/model has the formula. */
export function addNgramLogits({ graph, weights }: Builder, logits: Value): Value {
  const take = (name: string) => weights.take(`ngrams.${name}`)!;
  const weight = take("weight");
  const buckets = Array.from(take("buckets").data);
  const units = readUnits(graph);
  const { text, row, count } = countRows(graph, units, buckets);

  const idf = graph.floats("ngrams.idf", [buckets.length], take("idf").data);
  const frequency = graph.op("Add", [graph.scalar(1), graph.op("Log", [count])]);
  const value = graph.op("Mul", [graph.op("Gather", [idf, row]), frequency]);

  // Each block of a text, words and characters, has length 1
  const words = buckets.filter((bucket) => bucket < NGRAM_RULES.buckets).length;
  const isCharacters = graph.op("GreaterOrEqual", [row, graph.integer(words)]);
  const block = graph.op("Add", [
    graph.op("Mul", [text, graph.integer(2)]),
    graph.op("Cast", [isCharacters], { to: 7 }),
  ]);
  const blocks = graph.op("Mul", [units.batch, graph.integers([2])]);
  const none = graph.op("Expand", [graph.scalar(0), blocks]);
  const squares = scatterAdd(graph, none, block, graph.op("Mul", [value, value]));
  const length = graph.op("Sqrt", [graph.op("Max", [squares, graph.scalar(1e-12)])]);
  const share = graph.op("Div", [value, graph.op("Gather", [length, block])]);

  const rows = graph.op("Gather", [graph.floats("ngrams.weight", weight.shape, weight.data), row]);
  const terms = graph.op("Mul", [rows, graph.op("Unsqueeze", [share, graph.integers([1])])]); // [rows, labels]
  const bias = take("bias");
  const shape = graph.op("Concat", [units.batch, graph.integers(bias.shape)], { axis: 0 });
  const biases = graph.op("Expand", [graph.floats("ngrams.bias", bias.shape, bias.data), shape]);
  const wide = scatterAdd(graph, biases, text, terms);
  // Fails where there are not as many rows of characters as of tokens
  return graph.op("Add", [logits, graph.op("Reshape", [wide, graph.op("Shape", [logits])])]);
}

/** The rows that each text has n-grams for, and how often, [rows] each. */
function countRows(
  graph: Graph,
  units: Units,
  buckets: readonly number[],
): { text: Value; row: Value; count: Value } {
  const occurrences = [...wordNgrams(graph, units), ...characterNgrams(graph, units)];
  const joined = (part: "key" | "text") =>
    graph.op("Concat", occurrences.map((each) => each[part]), { axis: 0 });
  const key = joined("key");
  const row = findLast(graph, "ngrams.buckets", buckets, key);
  const isKnown = graph.op("Equal", [graph.op("Gather", ["ngrams.buckets", row]), key]);
  const size = graph.integer(buckets.length);
  const place = graph.op("Add", [graph.op("Mul", [joined("text"), size]), row]); // text and row in one number
  const [distinct, , , counts] = graph.ops("Unique", [graph.op("Compress", [place, isKnown])], 4);
  return {
    text: graph.op("Div", [distinct, size]),
    row: graph.op("Mod", [distinct, size]),
    count: graph.op("Cast", [counts], { to: 1 }),
  };
}

/** `x` with each addend added to the row that `index` names. */
function scatterAdd(graph: Graph, x: Value, index: Value, addends: Value): Value {
  const indices = graph.op("Unsqueeze", [index, graph.integers([1])]);
  return graph.op("ScatterND", [x, indices, addends], { reduction: "add" });
}

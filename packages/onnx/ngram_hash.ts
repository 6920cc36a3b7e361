import { NGRAM_RULES } from "@taxon/text";
import type { Graph, Value } from "./graph.ts";

/** 32 bits are held in int64, for which every runtime has all the operators. */
const LOW_32 = 2 ** 32 - 1;

/** FNV-1a's step, of hashes and UTF-16 units. */
export function mix(graph: Graph, hash: Value, unit: Value): Value {
  return times(graph, graph.op("BitwiseXor", [hash, unit]), NGRAM_RULES.hash.prime);
}

/** MurmurHash3's finaliser, cut to the number of buckets. */
export function bucketOf(graph: Graph, hash: Value): Value {
  const [first, second] = NGRAM_RULES.finish;
  let h = times(graph, fold(graph, hash, 16), first);
  h = times(graph, fold(graph, h, 13), second);
  return graph.op("BitwiseAnd", [fold(graph, h, 16), graph.integer(NGRAM_RULES.buckets - 1)]);
}

/** h ^ h >>> bits */
function fold(graph: Graph, h: Value, bits: number): Value {
  return graph.op("BitwiseXor", [h, graph.op("Div", [h, graph.integer(2 ** bits)])]);
}

/** The low 32 bits of the product; a factor from 2^31 on is taken as negative, lest it overflow 64. */
function times(graph: Graph, h: Value, factor: number): Value {
  return graph.op("BitwiseAnd", [graph.op("Mul", [h, graph.integer(factor | 0)]), graph.integer(LOW_32)]);
}

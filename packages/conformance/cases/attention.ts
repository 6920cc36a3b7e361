import { type Key, packedAttention } from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { opCases } from "../op_case.ts";
import * as oracle from "../oracle/fused.ts";
import { nd, sample } from "../oracle/nd_array.ts";
import { composite } from "../tolerance.ts";

interface Layout {
  readonly queries: readonly number[];
  /** Keys of each sequence; default the queries. */
  readonly keys?: readonly number[];
  readonly heads: number;
  readonly headDim: number;
  readonly scale?: number;
  readonly window?: number;
  readonly p?: number;
  readonly gradient?: boolean;
}

/** Starts of packed sequences: [2, 3] → 0, 2, 5. */
function starts(lengths: readonly number[]): Int32Array {
  let end = 0;
  return Int32Array.of(0, ...lengths.map((length) => end += length));
}

function attended(name: string, layout: Layout): ConformanceCase[] {
  const { queries, keys = queries, heads, headDim, scale = 1 / Math.sqrt(headDim), window, p = 0, gradient } =
    layout;
  const [cuSeqlens, cuSeqlensKey] = [starts(queries), starts(keys)];
  const tokens = cuSeqlens[queries.length];
  const keyTokens = cuSeqlensKey[keys.length];
  const key: Key = [7, 0xdeadbeef];
  const rows = Array.from({ length: tokens }, (_, r) => 5 * r + 2);
  return opCases({
    name: `attention/${name}`,
    inputs: [
      sample("q", [tokens, heads, headDim]),
      sample("k", [keyTokens, heads, headDim]),
      sample("v", [keyTokens, heads, headDim]),
      nd([tokens], rows, "i32"),
    ],
    run: ([q, k, v, rows]) =>
      packedAttention(q, k, v, {
        cuSeqlens,
        cuSeqlensKey,
        scale,
        window,
        dropout: p > 0 ? { p, key, rows } : undefined,
      }),
    oracle: ([q, k, v]) =>
      oracle.attention(q, k, v, {
        cuSeqlens,
        cuSeqlensKey,
        scale,
        window,
        dropout: p > 0 ? { p, key, rows } : undefined,
      }),
    tolerance: composite,
    gradient,
    fused: "attention",
  });
}

/** Attention within packed sequences. */
export const attentionCases: readonly ConformanceCase[] = [
  ...attended("one sequence", { queries: [4], heads: 1, headDim: 3, gradient: true }),
  ...attended("three sequences", { queries: [2, 1, 3], heads: 2, headDim: 2, gradient: true }),
  ...attended("other keys", { queries: [2, 3], keys: [3, 1], heads: 2, headDim: 2, gradient: true }),
  ...attended("dropout", { queries: [2, 3], heads: 2, headDim: 2, p: 0.4, gradient: true }),
  ...attended("a window of 1 to each side", {
    queries: [5, 1, 2],
    heads: 2,
    headDim: 2,
    window: 1,
    gradient: true,
  }),
  ...attended("a window of none but itself", {
    queries: [3, 2],
    heads: 1,
    headDim: 2,
    window: 0,
    gradient: true,
  }),
  ...attended("a window with dropout", {
    queries: [4, 3],
    heads: 2,
    headDim: 2,
    window: 2,
    p: 0.4,
    gradient: true,
  }),
  ...attended("a window wider than the sequences", { queries: [3, 5], heads: 2, headDim: 4, window: 5 }),
  ...attended("a window in 131 tokens", { queries: [131, 9], heads: 2, headDim: 8, window: 7 }),
  ...attended("queries without keys", {
    queries: [2, 1, 2],
    keys: [2, 0, 1],
    heads: 1,
    headDim: 3,
    gradient: true,
  }),
  ...attended("empty sequence", { queries: [2, 0, 3], heads: 1, headDim: 4 }),
  ...attended("no sequence", { queries: [], heads: 2, headDim: 4 }),
  ...attended("no token", { queries: [0], heads: 2, headDim: 4 }),
  ...attended("one token", { queries: [1], heads: 3, headDim: 8 }),
  ...attended("scale 1", { queries: [7, 5], heads: 2, headDim: 8, scale: 1 }),
  ...[1, 7, 8, 63, 64, 65].flatMap((length) =>
    attended(`length ${length}`, { queries: [length, 3], heads: 2, headDim: 16 })
  ),
  ...[1, 7, 33, 64].flatMap((headDim) =>
    attended(`headDim ${headDim}`, { queries: [9, 4], heads: 2, headDim })
  ),
  ...attended("length 257", { queries: [257], heads: 1, headDim: 8 }),
  ...attended("dropout of 65 tokens", { queries: [65, 8], heads: 2, headDim: 8, p: 0.1 }),
  ...attended("many short sequences", { queries: new Array(40).fill(3), heads: 2, headDim: 8 }),
];

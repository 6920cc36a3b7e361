/**
 * Packed attention, one unit per (sequence, head). Only a strip of `QUERIES` × keys weights exists at a time, in
 * scratch memory of the thread; see `AttentionArgs` in @taxon/tensor for the layout.
 *
 * @module
 */
import type { FunctionBuilder, FunctionHandle } from "../assembler/function.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { type F32, F32x4, I32 } from "../assembler/values.ts";
import { softmaxGradRow, softmaxRow } from "./normalization.ts";
import { dropoutRow } from "./random.ts";
import { mapRow, zeroRow } from "./rows.ts";

/** Queries of one strip. */
export const QUERIES = 48;

/** Functions that the attention kernels call. */
export interface AttentionFunctions {
  /** c = a · bᵀ */
  readonly product: FunctionHandle;
  /** c += a · bᵀ */
  readonly productAdd: FunctionHandle;
  readonly transposeBlock: FunctionHandle;
}

/** Arguments of both attention kernels. */
export const attentionInputs = {
  q: "i32",
  k: "i32",
  v: "i32",
  starts: "i32", // cuSeqlens
  keyStarts: "i32", // cuSeqlensKey
  heads: "i32",
  headDim: "i32",
  scale: "f32",
  window: "i32", // how far a query sees to either side
  headKeys: "i32", // Threefry key of each head; 0 without dropout
  rows: "i32", // row id of each query
  p: "f32",
  keepScale: "f32", // 1 / (1 − p)
  scratch: "i32",
  scratchBytes: "i32", // of one thread
} as const;

type Inputs = {
  readonly [K in keyof typeof attentionInputs]: (typeof attentionInputs)[K] extends "f32" ? F32 : I32;
};

/** Floats of scratch memory that one thread needs for sequences of up to `keys` keys. */
export function attentionScratch(keys: number, headDim: number, grad: boolean): number {
  const padded = (keys + 3) & ~3;
  const floats = grad ? (headDim + 3 * QUERIES) * padded + headDim * QUERIES : (headDim + QUERIES) * padded;
  return (floats + 15) & ~15; // whole cache lines: no two threads write to one
}

/** The part of the operands that one (sequence, head) owns. */
function locate(f: FunctionBuilder, args: Inputs, unit: I32) {
  const head = f.let(unit.rem(args.heads));
  const sequence = f.let(unit.div(args.heads).shl(2));
  const firstQuery = f.let(args.starts.add(sequence).loadI32());
  const firstKey = f.let(args.keyStarts.add(sequence).loadI32());
  const stride = f.let(args.heads.mul(args.headDim).shl(2)); // bytes from token to token
  const at = (base: I32, token: I32) => f.let(base.add(token.mul(stride)).add(head.mul(args.headDim).shl(2)));
  const keys = f.let(args.keyStarts.add(sequence).loadI32(4).sub(firstKey));
  return {
    head,
    firstQuery,
    queries: f.let(args.starts.add(sequence).loadI32(4).sub(firstQuery)),
    keys,
    keyBytes: f.let(keys.add(3).and(~3).shl(2)), // row of a strip, aligned
    stride,
    atQuery: (base: I32) => at(base, firstQuery),
    atKey: (base: I32) => at(base, firstKey),
    scratch: f.let(args.scratch.add(f.thread.mul(args.scratchBytes))),
  };
}

type Location = ReturnType<typeof locate>;

/** weights[rows, keys] = softmax(q · kᵀ · scale) within the window, for a strip of queries from query `first` on. */
function computeWeights(
  f: FunctionBuilder,
  { product }: AttentionFunctions,
  args: Inputs,
  { keys, keyBytes, stride }: Location,
  { q, k, weights, first, rows }: { q: I32; k: I32; weights: I32; first: I32; rows: I32 },
): void {
  f.call(product, q, stride, k, stride, weights, keyBytes, rows, keys, args.headDim);
  const factor = f.let(F32x4.of(args.scale));
  f.for(0, rows, 1, (r) => {
    const row = f.let(weights.add(r.mul(keyBytes)));
    const place = f.let(first.add(r));
    const begin = f.let(place.sub(args.window.min(place)));
    const end = f.let(place.add(args.window).add(1).min(keys));
    const [seen, after] = [begin, end].map((key) => f.let(row.add(key.shl(2))));
    const count = f.let(end.sub(begin));
    mapRow(f, count, (offset, store) => store(seen.add(offset), seen.add(offset).loadF32x4().mul(factor)));
    softmaxRow(f, seen, seen, count);
    zeroRow(f, row, begin);
    zeroRow(f, after, f.let(keys.sub(end)));
  });
}

/** Applies the dropout mask of the strip that starts at query `first` to `strip`. */
function dropStrip(
  f: FunctionBuilder,
  args: Inputs,
  { head, firstQuery, keys, keyBytes }: Location,
  { strip, first, rows }: { strip: I32; first: I32; rows: I32 },
): void {
  f.if(args.headKeys, () => {
    const words = f.let(args.headKeys.add(head.shl(3)));
    const key = { low: f.let(words.loadI32()), high: f.let(words.loadI32(4)) };
    f.for(0, rows, 1, (r) => {
      const x = f.let(strip.add(r.mul(keyBytes)));
      const row = f.let(args.rows.add(firstQuery.add(first).add(r).shl(2)).loadI32());
      dropoutRow(f, key, { p: args.p, scale: args.keepScale }, { row, x, y: x, columns: keys });
    });
  });
}

/** Zeros for `count` tokens of one head. */
function zeroTokens(f: FunctionBuilder, address: I32, stride: I32, count: I32, headDim: I32): void {
  f.for(0, count, 1, (token) => zeroRow(f, f.let(address.add(token.mul(stride))), headDim));
}

/** y = dropout(softmax(q · kᵀ · scale)) · v. */
export function defineAttention(module: ModuleBuilder, functions: AttentionFunctions) {
  return module.kernel("attention", { ...attentionInputs, y: "i32" }, (f, args, begin, end) => {
    f.for(begin, end, 1, (unit) => {
      const at = locate(f, args, unit);
      const { queries, keys, keyBytes, stride, scratch } = at;
      const [q, y] = [args.q, args.y].map(at.atQuery);
      const [k, v] = [args.k, args.v].map(at.atKey);
      const vTransposed = scratch; // [headDim, keys]
      const weights = f.let(scratch.add(args.headDim.mul(keyBytes))); // [QUERIES, keys]
      f.if(keys, () => {
        f.call(functions.transposeBlock, v, stride, vTransposed, keyBytes, keys, args.headDim);
        f.for(0, queries, QUERIES, (first) => {
          const rows = f.let(queries.sub(first).min(I32.of(QUERIES)));
          const skip = f.let(first.mul(stride));
          computeWeights(f, functions, args, at, { q: f.let(q.add(skip)), k, weights, first, rows });
          dropStrip(f, args, at, { strip: weights, first, rows });
          f.call(
            functions.product,
            ...[weights, keyBytes, vTransposed, keyBytes, y.add(skip), stride],
            ...[rows, args.headDim, keys],
          );
        });
      }, () => zeroTokens(f, y, stride, queries, args.headDim));
    });
  });
}

/**
 * dq, dk and dv; the weights are computed anew, strip by strip. Strips add to dk and dv in ascending order.
 */
export function defineAttentionGrad(module: ModuleBuilder, functions: AttentionFunctions) {
  const spec = { ...attentionInputs, dy: "i32", dq: "i32", dk: "i32", dv: "i32" } as const;
  const { product, productAdd, transposeBlock } = functions;
  return module.kernel("attentionGrad", spec, (f, args, begin, end) => {
    const headDim = args.headDim;
    const queryBytes = I32.of(4 * QUERIES);
    f.for(begin, end, 1, (unit) => {
      const at = locate(f, args, unit);
      const { queries, keys, keyBytes, stride, scratch } = at;
      const [q, dy, dq] = [args.q, args.dy, args.dq].map(at.atQuery);
      const [k, v, dk, dv] = [args.k, args.v, args.dk, args.dv].map(at.atKey);
      const stripBytes = f.let(keyBytes.mul(QUERIES));
      const kTransposed = scratch; // [headDim, keys]
      const weights = f.let(kTransposed.add(headDim.mul(keyBytes))); // [QUERIES, keys]
      const gradient = f.let(weights.add(stripBytes)); // [QUERIES, keys]
      const tall = f.let(gradient.add(stripBytes)); // [keys, QUERIES], one of the two transposed
      const wide = f.let(tall.add(stripBytes)); // [headDim, QUERIES], dy or q transposed

      zeroTokens(f, dk, stride, keys, headDim);
      zeroTokens(f, dv, stride, keys, headDim);
      f.if(keys, () => {
        f.call(transposeBlock, k, stride, kTransposed, keyBytes, keys, headDim);
        f.for(0, queries, QUERIES, (first) => {
          const rows = f.let(queries.sub(first).min(I32.of(QUERIES)));
          const [qs, dys, dqs] = [q, dy, dq].map((base) => f.let(base.add(first.mul(stride))));
          /** to[keys, headDim] += stripᵀ · x */
          const addProduct = (to: I32, strip: I32, x: I32) => {
            f.call(transposeBlock, strip, keyBytes, tall, queryBytes, rows, keys);
            f.call(transposeBlock, x, stride, wide, queryBytes, rows, headDim);
            f.call(productAdd, tall, queryBytes, wide, queryBytes, to, stride, keys, headDim, rows);
          };
          computeWeights(f, functions, args, at, { q: qs, k, weights, first, rows });
          f.call(product, dys, stride, v, stride, gradient, keyBytes, rows, keys, headDim);
          dropStrip(f, args, at, { strip: gradient, first, rows });
          const factor = f.let(F32x4.of(args.scale));
          f.for(0, rows, 1, (r) => {
            const [d, w] = [gradient, weights].map((strip) => f.let(strip.add(r.mul(keyBytes))));
            softmaxGradRow(f, d, w, d, keys);
            mapRow(f, keys, (offset, store) => store(d.add(offset), d.add(offset).loadF32x4().mul(factor)));
          });
          dropStrip(f, args, at, { strip: weights, first, rows });
          addProduct(dv, weights, dys);
          addProduct(dk, gradient, qs);
          f.call(product, gradient, keyBytes, kTransposed, keyBytes, dqs, stride, rows, headDim, keys);
        });
      }, () => zeroTokens(f, dq, stride, queries, headDim));
    });
  });
}

import { type Key } from "../backend.ts";
import { full, tensor, zeros } from "../creation.ts";
import { emit, isRecorded } from "../dispatch.ts";
import { add, mul, where } from "../elementwise.ts";
import { ShapeError } from "../errors.ts";
import { matmul } from "../matmul.ts";
import { concat, reshape, rows as rowsOf, transpose } from "../movement.ts";
import { foldIn } from "../random.ts";
import { showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { dropout, type DropoutOptions } from "./dropout.ts";
import { softmax } from "./softmax.ts";

/** Scores of hidden keys: finite, so that a row without any visible key stays free of NaN. */
const HIDDEN = -1e30;

/** Scale, mask and dropout of padded attention. */
export interface AttentionOptions {
  /** Default 1/√headDim. */
  scale?: number;
  /** i32, broadcastable to [batch, heads, queries, keys]: 1 where the query may see the key. */
  mask?: Tensor;
  /** f32, broadcastable to [batch, heads, queries, keys]: added to the scaled scores. */
  bias?: Tensor;
  /** A query sees only the keys up to so many places to either side of its own; default all. */
  window?: number;
  /** Dropout of the weights; `rows` holds one id for each query, [batch · queries]. */
  dropout?: DropoutOptions;
}

/**
 * Scaled dot-product attention (Vaswani et al. 2017, equation 1) on padded batches, returning the weights as well.
 * Other leading axes than [batch, heads] do as well, e.g. none for one head, where there is no dropout.
 *
 * @param q [batch, heads, queries, headDim]
 * @param k [batch, heads, keys, headDim]
 * @param v [batch, heads, keys, valueDim]
 * @returns output [batch, heads, queries, valueDim] and weights [batch, heads, queries, keys] before dropout; hidden
 * keys have weight exactly 0, and a query that sees no key gets zeros.
 */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  { scale = 1 / Math.sqrt(q.shape.at(-1)!), mask, bias, window, dropout }: AttentionOptions = {},
): { output: Tensor; weights: Tensor } {
  let scores = mul(matmul(q, k, { transposeB: true }), scale); // [batch, heads, queries, keys]
  if (bias) scores = add(scores, bias);
  const masks = window === undefined ? [mask] : [mask, band(q, k, window)];
  for (const visible of masks) if (visible) scores = where(visible, scores, HIDDEN);
  let weights = softmax(scores);
  for (const visible of masks) if (visible) weights = where(visible, weights, 0);
  return { output: matmul(dropout ? dropWeights(weights, dropout) : weights, v), weights };
}

/** 1 where a query and a key are at most `window` places apart, i32 [queries, keys]. */
function band(q: Tensor, k: Tensor, window: number): Tensor {
  checkWindow(window);
  const [queries, keys] = [q.shape.at(-2)!, k.shape.at(-2)!];
  const visible = new Int32Array(queries * keys);
  for (let i = 0; i < queries; i++) {
    visible.fill(1, i * keys + Math.max(0, i - window), i * keys + Math.min(keys, i + window + 1));
  }
  return tensor(visible, [queries, keys], { backend: q.backend });
}

/** Layout, scale and dropout of packed attention. */
export interface PackedAttentionOptions {
  /** Starts of the sequences and the end of the last, [sequences + 1]. */
  cuSeqlens: Int32Array;
  /** The same for the keys; default `cuSeqlens`. */
  cuSeqlensKey?: Int32Array;
  /** Default 1/√headDim. */
  scale?: number;
  /** A token sees only those up to so many places to either side of it in its sequence; default all. */
  window?: number;
  /** Dropout of the weights; `rows` holds one id for each query token. */
  dropout?: DropoutOptions;
}

/**
 * Attention within each of several sequences that stand one behind the other without padding.
 *
 * @param q [tokens, heads, headDim]
 * @param k [keyTokens, heads, headDim]
 * @param v [keyTokens, heads, headDim]
 * @returns [tokens, heads, headDim]; rows of a sequence without keys are zeros.
 */
export function packedAttention(q: Tensor, k: Tensor, v: Tensor, options: PackedAttentionOptions): Tensor {
  const settings = resolve(q, k, v, options);
  const { capabilities, fused: { attention, attentionGrad } } = q.backend;
  const composed = attention === undefined || (isRecorded(q, k, v) && attentionGrad === undefined) ||
    (settings.window !== undefined && !capabilities.attentionWindow);
  if (composed) {
    return packedAttentionWithWeights(q, k, v, options).output;
  }
  const drop = options.dropout?.p ? options.dropout : undefined;
  const attributes = { ...settings, dropout: drop && { p: drop.p, key: drop.key } };
  const inputs = drop ? [q, k, v, drop.rows] : [q, k, v];
  return emit(
    "attention",
    inputs,
    attributes,
    { shape: q.shape, dtype: "f32" },
    (backend, [q, k, v, rows], out) => {
      return backend.fused.attention!({
        q,
        k,
        v,
        ...settings,
        dropout: drop && { p: drop.p, key: drop.key, rows },
      }, out);
    },
  );
}

/** As `packedAttention`, sequence by sequence, with the weights [heads, queries, keys] of each before dropout. */
export function packedAttentionWithWeights(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: PackedAttentionOptions,
): { output: Tensor; weights: Tensor[] } {
  const { cuSeqlens, cuSeqlensKey, scale, window } = resolve(q, k, v, options);
  const backend = q.backend;
  const heads = q.shape[1];
  const outputs: Tensor[] = [];
  const weights: Tensor[] = [];
  for (let s = 0; s + 1 < cuSeqlens.length; s++) {
    const queries = cuSeqlens[s + 1] - cuSeqlens[s];
    const keys = cuSeqlensKey[s + 1] - cuSeqlensKey[s];
    if (queries === 0 || keys === 0) {
      outputs.push(zeros([queries, ...q.shape.slice(1)], { backend }));
      weights.push(zeros([heads, queries, keys], { backend }));
      continue;
    }
    const part = (x: Tensor, cu: Int32Array) => transpose(rowsOf(x, cu[s], cu[s + 1]), [1, 0, 2]); // [heads, t, dim]
    const batched = (x: Tensor) => reshape(x, [1, ...x.shape]);
    const drop = options.dropout && {
      ...options.dropout,
      rows: rowsOf(options.dropout.rows, cuSeqlens[s], cuSeqlens[s + 1]),
    };
    const attended = attention(
      batched(part(q, cuSeqlens)),
      batched(part(k, cuSeqlensKey)),
      batched(part(v, cuSeqlensKey)),
      { scale, window, dropout: drop },
    );
    const [, h, t, d] = attended.output.shape;
    outputs.push(transpose(reshape(attended.output, [h, t, d]), [1, 0, 2]));
    weights.push(reshape(attended.weights, [h, t, keys]));
  }
  const output = outputs.length > 0 ? concat(outputs, 0) : full(q.shape, 0, { backend });
  return { output, weights };
}

/** Each head draws from a stream of its own, so that column j of a row is key j whatever the number of keys. */
function dropWeights(weights: Tensor, { p, key, rows }: DropoutOptions): Tensor {
  const [batch, heads, queries, keys] = weights.shape;
  const perHead = transpose(weights, [1, 0, 2, 3]); // [heads, batch, queries, keys]
  const dropped = Array.from({ length: heads }, (_, head) => {
    const one = reshape(rowsOf(perHead, head, head + 1), [batch * queries, keys]);
    return reshape(dropout(one, { p, key: foldIn(key, head) as Key, rows }), [1, batch, queries, keys]);
  });
  return transpose(concat(dropped, 0), [1, 0, 2, 3]);
}

function resolve(q: Tensor, k: Tensor, v: Tensor, options: PackedAttentionOptions) {
  const { cuSeqlens, cuSeqlensKey = cuSeqlens, scale = 1 / Math.sqrt(q.shape.at(-1)!), window } = options;
  const agree = q.shape.length === 3 && k.shape.length === 3 && v.shape.length === 3 &&
    q.shape[1] === k.shape[1] && q.shape[2] === k.shape[2] && k.shape[0] === v.shape[0] &&
    k.shape[1] === v.shape[1] && k.shape[2] === v.shape[2];
  if (!agree) {
    throw new ShapeError(
      `Cannot attend from ${showShape(q.shape)} to keys ${showShape(k.shape)} and values ${
        showShape(v.shape)
      }: ` +
        `all are [tokens, heads, headDim] with equal heads and headDim`,
    );
  }
  checkSeqlens(cuSeqlens, q.shape[0], "query");
  checkSeqlens(cuSeqlensKey, k.shape[0], "key");
  if (cuSeqlens.length !== cuSeqlensKey.length) {
    throw new ShapeError(
      `Cannot attend from ${cuSeqlens.length - 1} query sequences to ${
        cuSeqlensKey.length - 1
      } key sequences: ` +
        `their numbers must agree`,
    );
  }
  if (window === undefined) return { cuSeqlens, cuSeqlensKey, scale };
  checkWindow(window);
  if (cuSeqlens.some((start, i) => start !== cuSeqlensKey[i])) {
    throw new RangeError(
      `Cannot attend within ${window} places to keys of other sequences: leave out cuSeqlensKey or window`,
    );
  }
  return { cuSeqlens, cuSeqlensKey, scale, window };
}

function checkWindow(window: number): void {
  if (!(Number.isInteger(window) && window >= 0)) {
    throw new RangeError(`Cannot attend within ${window} places: window is an integer from 0 on`);
  }
}

function checkSeqlens(cu: Int32Array, tokens: number, what: string): void {
  const sorted = cu.every((end, i) => i === 0 ? end === 0 : end >= cu[i - 1]);
  if (cu.length === 0 || !sorted || cu[cu.length - 1] !== tokens) {
    throw new RangeError(
      `Cannot attend: ${what} cuSeqlens [${cu.slice(0, 8)}${
        cu.length > 8 ? ", …" : ""
      }] must rise from 0 to ${tokens}`,
    );
  }
}

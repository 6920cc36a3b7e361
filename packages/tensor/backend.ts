/**
 * The plug-in contract: what a backend implements so that Taxon's models train and run on it.
 *
 * A backend gets valid operands and says nothing about gradients: shapes, dtypes, broadcasting and messages are
 * settled above it (`packages/tensor`), gradients are compositions of these same ops (`packages/autograd`).
 * Operands are contiguous, row-major and start at offset 0. Every compute method returns a new buffer that holds
 * `numel(out.shape)` elements of `out.dtype`; only `assign` and `adamwStep` write into an existing one. Ops may be
 * queued: they take effect in program order, and `read` sees all earlier ones.
 *
 * Two promises hold on every backend. The result of a row does not depend on the other rows of the call, so a text
 * scores the same bits alone and in any batch. And results do not depend on the number of threads.
 *
 * @module
 */
import type { DType, HostArray } from "./dtype.ts";

/** Sizes of the axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Memory of a backend; opaque to everyone else. */
export interface DeviceBuffer {
  /** Bytes asked for (a pool may hold more). */
  readonly byteLength: number;
}

/** A tensor as a backend sees it: contiguous, row-major, offset 0. */
export interface Operand {
  /** Holds `numel(shape)` elements from its start on. */
  readonly buffer: DeviceBuffer;
  /** Sizes of the axes. */
  readonly shape: Shape;
  /** Element type. */
  readonly dtype: DType;
}

/** Shape and dtype of a result. */
export interface OutputSpec {
  /** Sizes of the axes. */
  readonly shape: Shape;
  /** Element type. */
  readonly dtype: DType;
}

/** Key of the counter-based random stream: two unsigned 32-bit words. */
export type Key = readonly [number, number];

/** Elementwise functions of one f32 operand (`neg` and `abs` also take i32). `erf` is the error function. */
export type UnaryOp = "neg" | "abs" | "exp" | "log" | "sqrt" | "rsqrt" | "tanh" | "erf" | "sin" | "cos";

/** Elementwise functions of two operands of one dtype; i32 division truncates. max and min give NaN if either is NaN. */
export type BinaryOp = "add" | "sub" | "mul" | "div" | "max" | "min";

/** Comparisons; the result is i32 0 or 1, and NaN compares false. */
export type CompareOp = "equal" | "less" | "lessEqual";

/** Reductions. `max` gives NaN if any element is NaN; `sum` of no elements is 0, `max` of none is −∞. */
export type ReduceOp = "sum" | "max";

/** Activation inside `fused.linear`: gelu is the erf form, geluTanh the tanh form of Hendrycks & Gimpel 2016. */
export type Activation = "none" | "relu" | "tanh" | "gelu" | "geluTanh";

/** What a backend can do and how it is set up. */
export interface Capabilities {
  /** Whether `readSync` works (memory of the host). */
  readonly syncRead: boolean;
  /** dtypes that buffers may have; f32 and i32 always. */
  readonly dtypes: readonly DType[];
  /** Largest single buffer, bytes. */
  readonly maxBufferBytes: number;
  /** Threads that compute, the calling one included. */
  readonly threads?: number;
  /** Whether `fused.attention` and its gradient obey `window`; without it local attention is composed. */
  readonly attentionWindow?: boolean;
}

/** Live and pooled memory. */
export interface MemoryUse {
  /** Buffers handed out and not freed. */
  readonly buffers: number;
  /** Bytes of those. */
  readonly bytes: number;
  /** Bytes kept for reuse. */
  readonly pooledBytes: number;
}

/** The plug-in contract. 7 storage methods, 17 compute methods, and optional fused ops. */
export interface Backend extends Disposable {
  /** Name as the user writes it after `--backend`. */
  readonly name: string;
  /** Device and features in words, e.g. `2 threads, WebAssembly SIMD with FMA`. */
  readonly description: string;
  /** What the caller may rely on; fixed once the backend is there. */
  readonly capabilities: Capabilities;
  /** Optional fast versions; each absent one is composed from primitives. */
  readonly fused: FusedOps;

  // Storage

  /** Copies host data into a new buffer; `data.length` equals `numel(out.shape)` and its class fits `out.dtype`. */
  upload(data: HostArray, out: OutputSpec): DeviceBuffer;
  /** A host copy, after all earlier ops; errors of the device surface here. */
  read(x: Operand): Promise<HostArray>;
  /** The same at once; throws DeviceError where `capabilities.syncRead` is false. */
  readSync(x: Operand): HostArray;
  /** Gives a buffer back; freeing it twice throws DisposedError. */
  free(buffer: DeviceBuffer): void;
  /** Resolves when all queued work is done. */
  flush(): Promise<void>;
  /** What the backend holds now. */
  memory(): MemoryUse;
  /** Releases device, threads and memory. */
  [Symbol.dispose](): void;

  // Primitives

  /** `out.shape` filled with `value`. */
  fill(value: number, out: OutputSpec): DeviceBuffer;
  /**
   * Uniform numbers in [0, 1), the same bits on every backend. With `out.shape` = [...leading, columns] and
   * `rows` = i32 [numel(leading)], element (r, c) is `(bits >>> 8) · 2⁻²⁴`, where `bits` is word `c mod 2` of
   * Threefry-2x32-20(key, counter = [⌊c/2⌋, rows[r]]).
   */
  random(key: Key, rows: Operand, out: OutputSpec): DeviceBuffer;
  /** `op` of each element; `out.shape` is that of `x`. */
  unary(op: UnaryOp, x: Operand, out: OutputSpec): DeviceBuffer;
  /** NumPy broadcasting; `b` may be a number. */
  binary(op: BinaryOp, a: Operand, b: Operand | number, out: OutputSpec): DeviceBuffer;
  /** NumPy broadcasting; `b` may be a number; out.dtype is i32. */
  compare(op: CompareOp, a: Operand, b: Operand | number, out: OutputSpec): DeviceBuffer;
  /** `condition ≠ 0 ? a : b`, broadcast; `condition` is i32. */
  where(condition: Operand, a: Operand | number, b: Operand | number, out: OutputSpec): DeviceBuffer;
  /** To `out.dtype`. f32→i32 truncates and saturates, NaN becomes 0; f32→f16 and bf16 round to nearest, ties to even. */
  cast(x: Operand, out: OutputSpec): DeviceBuffer;
  /** Reduces `axes` (sorted, non-negative, at least one); `out.shape` keeps them as size 1. */
  reduce(op: ReduceOp, x: Operand, axes: readonly number[], out: OutputSpec): DeviceBuffer;
  /** Batched product of the last two axes, batch axes broadcast: [..., m, k] · [..., k, n] → [..., m, n]. Accumulates in f32 or better. */
  matmul(a: Operand, b: Operand, options: MatmulOptions, out: OutputSpec): DeviceBuffer;
  /** Materialises NumPy broadcasting. */
  broadcastTo(x: Operand, out: OutputSpec): DeviceBuffer;
  /** Copy with axes permuted: `out.shape[i] = x.shape[permutation[i]]`. */
  transpose(x: Operand, permutation: readonly number[], out: OutputSpec): DeviceBuffer;
  /** The window of `out.shape` that starts at `start`. */
  slice(x: Operand, start: readonly number[], out: OutputSpec): DeviceBuffer;
  /** Zeros of `out.shape` with `x` placed at `before`. */
  pad(x: Operand, before: readonly number[], out: OutputSpec): DeviceBuffer;
  /** `xs` one behind the other along `axis`; all their other sizes agree. */
  concat(xs: readonly Operand[], axis: number, out: OutputSpec): DeviceBuffer;
  /** Rows of axis 0: x[n, ...row], ids[...any] → [...any, ...row], converted to `out.dtype`. ids are in range. */
  gather(x: Operand, ids: Operand, out: OutputSpec): DeviceBuffer;
  /** Zeros of `out.shape` [n, ...row] plus each row of `updates` [...any, ...row] at its id, in ascending order of index. */
  scatterAdd(ids: Operand, updates: Operand, out: OutputSpec): DeviceBuffer;
  /** Copies `source` into the buffer of `destination`, same shape and dtype. */
  assign(destination: Operand, source: Operand): void;
}

/** How the operands of `matmul` are stored. */
export interface MatmulOptions {
  /** `a` is stored as [..., k, m]. */
  readonly transposeA?: boolean;
  /** `b` is stored as [..., n, k]. */
  readonly transposeB?: boolean;
}

/** Operands of `fused.linear`: y = activation(x · weightᵀ + bias). */
export interface LinearArgs {
  /** [..., in] */
  readonly x: Operand;
  /** [out, in], as PyTorch stores it. */
  readonly weight: Operand;
  /** [out] */
  readonly bias?: Operand;
  /** Applied to the sum. */
  readonly activation: Activation;
}

/** Operands of `fused.linearGrad`; the activation is always none there. */
export interface LinearGradArgs {
  /** [..., out] */
  readonly dy: Operand;
  /** [..., in] */
  readonly x: Operand;
  /** [out, in] */
  readonly weight: Operand;
  /** Which gradients are wanted; the others come back undefined. */
  readonly needs: { readonly x: boolean; readonly weight: boolean; readonly bias: boolean };
}

/** Operands of `fused.layerNorm`. */
export interface LayerNormArgs {
  /** [..., size] */
  readonly x: Operand;
  /** [size]; absent: no scale. */
  readonly weight?: Operand;
  /** [size]; absent: no shift. */
  readonly bias?: Operand;
  /** Added to the variance. */
  readonly eps: number;
}

/** Operands of `fused.layerNormGrad`. */
export interface LayerNormGradArgs {
  /** [..., size] */
  readonly dy: Operand;
  /** [..., size] */
  readonly x: Operand;
  /** [size]; absent: no scale. */
  readonly weight?: Operand;
  /** Added to the variance. */
  readonly eps: number;
  /** Which gradients are wanted; the others come back undefined. */
  readonly needs: { readonly x: boolean; readonly weight: boolean; readonly bias: boolean };
}

/**
 * Packed attention: sequences stand one behind the other without padding. Sequence s owns the query rows
 * `cuSeqlens[s] … cuSeqlens[s+1]` and the key rows `cuSeqlensKey[s] … cuSeqlensKey[s+1]`. A query with no key gives zeros.
 */
export interface AttentionArgs {
  /** [tokens, heads, headDim] */
  readonly q: Operand;
  /** [keyTokens, heads, headDim] */
  readonly k: Operand;
  /** [keyTokens, heads, headDim] */
  readonly v: Operand;
  /** [sequences + 1], first 0, last tokens. */
  readonly cuSeqlens: Int32Array;
  /** [sequences + 1]; the same array for self-attention. */
  readonly cuSeqlensKey: Int32Array;
  /** Factor of q · kᵀ before softmax. */
  readonly scale: number;
  /** A query sees the keys up to so many places to either side of its own, in its sequence; absent for all. Only for
   * self-attention, and only on backends with `capabilities.attentionWindow`. */
  readonly window?: number;
  /** Dropout of the weights after softmax: for head h, query row r and key token j (within its sequence) the mask is
   * that of `dropout` with key foldIn(key, h), row id `rows[r]`, column j. */
  readonly dropout?: DropoutArgs;
}

/** Operands of `fused.attentionGrad`: those of the forward pass and the upstream gradient. */
export interface AttentionGradArgs extends AttentionArgs {
  /** [tokens, heads, headDim] */
  readonly dy: Operand;
}

/** Inverted dropout, x · mask / (1 − p); an element is kept where its uniform number (see `Backend.random`) is ≥ p rounded to f32. */
export interface DropoutArgs {
  /** 0 ≤ p < 1 */
  readonly p: number;
  /** Of the stream that the mask is drawn from. */
  readonly key: Key;
  /** i32, one id per row (all axes but the last). */
  readonly rows: Operand;
}

/** Operands of `fused.softmaxCrossEntropy`. */
export interface CrossEntropyArgs {
  /** [n, classes] */
  readonly logits: Operand;
  /** i32 [n], each in 0 … classes − 1. */
  readonly labels: Operand;
  /** Constants: no gradient flows to them. */
  readonly classWeights?: Operand; // [classes]
  /** ε of Szegedy et al. 2016: the target is (1 − ε) · oneHot + ε / classes. */
  readonly labelSmoothing: number;
}

/** One parameter of an AdamW step; `param`, `m` and `v` are written in place. */
export interface AdamWEntry {
  /** Written in place. */
  readonly param: Operand;
  /** Of the same shape. */
  readonly grad: Operand;
  /** Running mean of gradients, of the same shape; written in place. */
  readonly m: Operand;
  /** Running mean of squared gradients, of the same shape; written in place. */
  readonly v: Operand;
  /** Decoupled: param is first multiplied by 1 − learningRate · weightDecay. */
  readonly weightDecay: number;
  /** Of this step. */
  readonly learningRate: number;
}

/** Coefficients of an AdamW step that all its parameters share. */
export interface AdamWOptions {
  /** Decay of `m`, e.g. 0.9. */
  readonly beta1: number;
  /** Decay of `v`, e.g. 0.999. */
  readonly beta2: number;
  /** Added to √v̂. */
  readonly eps: number;
  /** 1 for the first step. */
  readonly step: number;
  /** f32 scalar that multiplies each gradient (clipping); absent means 1. */
  readonly gradScale?: Operand;
}

/**
 * Optional fast versions. Without a recording the forward is used if offered; while gradients are recorded it is used
 * only if its gradient is offered too. Each has a default composition in `packages/tensor/fused`.
 */
export interface FusedOps {
  /** [..., in] → [..., out] */
  linear?(args: LinearArgs, out: OutputSpec): DeviceBuffer;
  /** [dx, dweight, dbias], undefined where not needed. */
  linearGrad?(args: LinearGradArgs): (DeviceBuffer | undefined)[];
  /** Over the last axis, biased variance computed in two passes. */
  layerNorm?(args: LayerNormArgs, out: OutputSpec): DeviceBuffer;
  /** [dx, dweight, dbias], undefined where not needed. */
  layerNormGrad?(args: LayerNormGradArgs): (DeviceBuffer | undefined)[];
  /** Over the last axis, after subtracting the row maximum; a row of all −∞ gives NaN, as in PyTorch. */
  softmax?(x: Operand, out: OutputSpec): DeviceBuffer;
  /** dx from dy and the output y. */
  softmaxGrad?(dy: Operand, y: Operand, out: OutputSpec): DeviceBuffer;
  /** x · Φ(x), or with `tanh` the approximation by Hendrycks & Gimpel 2016. */
  gelu?(x: Operand, form: "erf" | "tanh", out: OutputSpec): DeviceBuffer;
  /** dx from dy and the input x. */
  geluGrad?(dy: Operand, x: Operand, form: "erf" | "tanh", out: OutputSpec): DeviceBuffer;
  /** [tokens, heads, headDim]; never holds tokens × tokens weights. */
  attention?(args: AttentionArgs, out: OutputSpec): DeviceBuffer;
  /** [dq, dk, dv] */
  attentionGrad?(args: AttentionGradArgs): DeviceBuffer[];
  /** Its gradient is itself, applied to dy. */
  dropout?(x: Operand, args: DropoutArgs, out: OutputSpec): DeviceBuffer;
  /** Loss of each row, [n]: classWeights[label] · (1 − ε) · nll + the smoothing term, as torch.nn.CrossEntropyLoss(reduction="none"). */
  softmaxCrossEntropy?(args: CrossEntropyArgs, out: OutputSpec): DeviceBuffer;
  /** dlogits from dloss [n]. */
  softmaxCrossEntropyGrad?(dloss: Operand, args: CrossEntropyArgs, out: OutputSpec): DeviceBuffer;
  /** Loshchilov & Hutter 2019, as torch.optim.AdamW: p ← p·(1 − lr·decay) − lr·m̂/(√v̂ + eps). In place. */
  adamwStep?(entries: readonly AdamWEntry[], options: AdamWOptions): void;
  /** f32 [xs.length]: the sum of squares of each operand. */
  sumSquares?(xs: readonly Operand[], out: OutputSpec): DeviceBuffer;
}

/** How `probe` answers; `rank` orders the choice of `--backend auto`, higher first. */
export type Availability =
  | { readonly available: true; readonly description: string; readonly rank: number }
  | { readonly available: false; readonly reason: string; readonly remedy: string };

/**
 * In what products are computed; sums, norms and softmax are f32 in each. `bf16` rounds both factors to bfloat16; `int8`
 * rounds them to 8 bits with scales, and is for inference only.
 */
export type Precision = "f32" | "bf16" | "int8";

/** Options that every backend understands; unknown ones are an error. */
export interface BackendOptions {
  /** Threads that compute; default from the cores that the process may use. */
  readonly threads?: number;
  /** Default f32, which every backend has; one that lacks another throws DeviceError. */
  readonly precision?: Precision;
}

/** Default export of a backend's module. */
export interface BackendProvider {
  /** As `Backend.name`. */
  readonly name: string;
  /** Version of this file that the backend was written for. */
  readonly contract: number;
  /** Says without side effects whether the backend can be created here. */
  probe(): Promise<Availability>;
  /** Opens device and threads; throws DeviceError where they are missing or an option cannot be met. */
  create(options?: BackendOptions): Promise<Backend>;
}

/** The version of this contract. */
export const CONTRACT_VERSION = 1;

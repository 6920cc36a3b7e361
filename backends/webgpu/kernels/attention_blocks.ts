import type { AttentionArgs, Operand } from "@taxon/tensor";
import type { Gpu } from "../gpu/gpu.ts";
import type { ElementType, ParamType } from "../gpu/kernel.ts";
import { MATH } from "./math.ts";
import { THREEFRY } from "./random.ts";

/** Rows of one head and one sequence that a workgroup computes, one an invocation. */
export const BLOCK_ROWS = 32;

/** A row of a head in pieces that are loaded at once: four numbers where headDim allows, else one. */
export interface HeadRow {
  readonly type: "vec4<f32>" | "f32";
  /** Pieces of a row. */
  readonly pieces: number;
}

/** How rows of `headDim` numbers are loaded. */
export function headRow(headDim: number): HeadRow {
  return headDim % 4 === 0 ? { type: "vec4<f32>", pieces: headDim / 4 } : { type: "f32", pieces: headDim };
}

/** Rows of each of two tensors that fit into the device's workgroup memory at once; 0 reads them where they are. */
export function stagedRows(gpu: Gpu, headDim: number): number {
  return Math.min(BLOCK_ROWS, Math.floor(gpu.tuning.stagedBytes / (2 * 4 * headDim)));
}

/**
 * Blocks of rows, five numbers each: the first row, start and end of its sequence, and start and end of the rows that
 * it walks. Blocks begin with their sequence, so that a row's place in one does not depend on other sequences.
 *
 * @param starts Starts of the sequences, among the rows computed.
 * @param walked The same among the rows walked.
 */
export function blocksOf(starts: Int32Array, walked: Int32Array): Int32Array {
  const blocks: number[] = [];
  for (let s = 0; s + 1 < starts.length; s++) {
    for (let first = starts[s]; first < starts[s + 1]; first += BLOCK_ROWS) {
      blocks.push(first, starts[s], starts[s + 1], walked[s], walked[s + 1]);
    }
  }
  return Int32Array.from(blocks);
}

/** Workgroups for blocks of `blocksOf`. */
export function blockGroups(blocks: Int32Array, heads: number): number {
  return blocks.length / 5 * heads;
}

/** Buffers that every attention kernel reads. */
export function attentionReads(headDim: number, dropped: boolean): Record<string, ElementType> {
  const { type } = headRow(headDim);
  return { q: type, k: type, v: type, blocks: "u32", ...(dropped && { rows: "u32" as const }) };
}

/** Numbers that every attention kernel takes. */
export function attentionParams(dropped: boolean): Record<string, ParamType> {
  const dropout = { key0: "u32", key1: "u32", probability: "f32", keptScale: "f32" } as const;
  return { heads: "u32", window: "u32", scale: "f32", ...(dropped && dropout) };
}

/** Values of `attentionParams`. */
export function attentionValues({ q, scale, window, dropout }: AttentionArgs): Record<string, number> {
  return {
    heads: q.shape[1],
    window: window ?? 2 ** 30, // more than any sequence has rows
    scale,
    ...(dropout && {
      key0: dropout.key[0],
      key1: dropout.key[1],
      probability: dropout.p,
      keptScale: 1 / (1 - dropout.p),
    }),
  };
}

/** The buffers of `attentionReads` but the blocks. */
export function attentionBuffers({ q, k, v, dropout }: AttentionArgs): Record<string, Operand> {
  return { q, k, v, ...(dropout && { rows: dropout.rows }) };
}

/** WGSL that every attention kernel needs: rows of a head, and the factor by which dropout multiplies a weight. */
export function attentionDeclarations(headDim: number, dropped: boolean): string {
  const { type, pieces } = headRow(headDim);
  const factor = dropped
    ? `  let number = uniformAt(headKey, rows[query], column);
  return select(0.0, p.keptScale, number >= p.probability);`
    : "  return 1.0;";
  return `${MATH}${THREEFRY}
alias Row = array<${type}, ${pieces}>;

/* Each head draws from a stream of its own. */
fn keyOfHead(head: u32) -> vec2u {
  return ${dropped ? "threefry(vec2u(p.key0, p.key1), vec2u(0u, head))" : "vec2u(0u, head)"};
}

fn factorOf(headKey: vec2u, query: u32, column: u32) -> f32 {
${factor}
}
`;
}

/** WGSL that declares which row of which head this invocation computes, and which rows it walks: `seen` to `seenEnd`. */
export function blockCode(): string {
  return `
  let head = group % p.heads;
  let headKey = keyOfHead(head);
  let block = group / p.heads * 5u;
  let blockFirst = blocks[block];
  let start = blocks[block + 1u];
  let walkedStart = blocks[block + 3u];
  let walkedEnd = blocks[block + 4u];
  let own = blockFirst + lane;
  let computes = own < blocks[block + 2u];
  let place = own - start;
  let seen = walkedStart + place - min(place, p.window);
  let seenEnd = select(seen, min(walkedEnd, walkedStart + place + p.window + 1u), computes);
  let blockPlace = blockFirst - start;
  let blockSeen = walkedStart + blockPlace - min(blockPlace, p.window);
  let blockSeenEnd = min(walkedEnd, walkedStart + blockPlace + ${BLOCK_ROWS}u + p.window);`;
}

/** WGSL variables for the rows of two tensors that a workgroup walks together. */
export function stagedDeclarations(headDim: number, staged: number): string {
  if (staged === 0) return "";
  const { type, pieces } = headRow(headDim);
  return `
var<workgroup> stagedA: array<${type}, ${staged * pieces}>;
var<workgroup> stagedB: array<${type}, ${staged * pieces}>;
`;
}

/**
 * WGSL that walks the rows that `blockCode` declares, in ascending order, with `body` for each row `at`: piece `d` of
 * it in the tensors `a` and `b` is what the given functions name. The invocations of a workgroup bring `staged` rows
 * at a time to its memory; with 0, each reads them where they are.
 */
export function walkRows(
  { headDim, staged, a, b }: { headDim: number; staged: number; a: string; b: string },
  body: (a: string, b: string) => string,
): string {
  const { pieces } = headRow(headDim);
  if (staged === 0) {
    return `
  for (var at = seen; at < seenEnd; at++) {
    let piece = (at * p.heads + head) * ${pieces}u;
${body(`${a}[piece + d]`, `${b}[piece + d]`)}
  }`;
  }
  return `
  for (var tile = blockSeen; tile < blockSeenEnd; tile += ${staged}u) {
    let tileEnd = min(tile + ${staged}u, blockSeenEnd);
    workgroupBarrier();
    for (var e = lane; e < (tileEnd - tile) * ${pieces}u; e += ${BLOCK_ROWS}u) {
      let piece = ((tile + e / ${pieces}u) * p.heads + head) * ${pieces}u + e % ${pieces}u;
      stagedA[e] = ${a}[piece];
      stagedB[e] = ${b}[piece];
    }
    workgroupBarrier();
    for (var at = max(tile, seen); at < min(tileEnd, seenEnd); at++) {
      let piece = (at - tile) * ${pieces}u;
${body("stagedA[piece + d]", "stagedB[piece + d]")}
    }
  }`;
}

/** WGSL of a loop over the pieces of a row. */
export function eachPiece(headDim: number, statement: string): string {
  return `for (var d = 0u; d < ${headRow(headDim).pieces}u; d++) { ${statement} }`;
}

/** WGSL of the sum of a product of pieces, added to the variable `total`. */
export function addDot(headDim: number, total: string, x: string, y: string): string {
  const product = headDim % 4 === 0 ? `dot(${x}, ${y})` : `${x} * ${y}`;
  return eachPiece(headDim, `${total} += ${product};`);
}

/** WGSL that loads this invocation's row of a buffer, zeros where it computes none, into the variable `into`. */
export function loadOwn(headDim: number, buffer: string, into: string): string {
  const { pieces } = headRow(headDim);
  return `
  var ${into}: Row;
  if (computes) { ${
    eachPiece(headDim, `${into}[d] = ${buffer}[(own * p.heads + head) * ${pieces}u + d];`)
  } }`;
}

import { type Activation, type MatmulOptions, numel, type Operand, type OutputSpec } from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { defineKernel, type Kernel, variants } from "../gpu/kernel.ts";
import type { MatmulTile } from "../gpu/tuning.ts";
import { GELU } from "./gelu.ts";
import { MATH } from "./math.ts";
import { broadcastSteps, collapse, walkCode, walkParams, walkValues } from "./strided.ts";

/** What happens to each element of the product before it is stored. */
export interface Epilogue {
  /** One number a column, added. */
  readonly bias?: Operand;
  readonly activation: Activation;
}

const activations: Readonly<Record<Activation, string>> = {
  none: "v",
  relu: "maxOf(v, 0.0)",
  tanh: "tanhOf(v)",
  gelu: "geluErf(v)",
  geluTanh: "geluTanh(v)",
};

/**
 * c = a · b. Each element is one chain of fused multiply-adds in ascending order of k, whatever the tile, so that a
 * row has the same bits alone and in a batch.
 */
export function matmul(
  gpu: Gpu,
  name: string,
  a: Operand,
  b: Operand,
  { transposeA = false, transposeB = false }: MatmulOptions,
  { bias, activation }: Epilogue,
  out: OutputSpec,
): GpuBuffer {
  const c = gpu.create(out, name);
  const [m, n] = out.shape.slice(-2);
  const k = a.shape[a.shape.length - (transposeA ? 2 : 1)];
  const batch = out.shape.slice(0, -2);
  const walk = collapse(batch, [batchSteps(a, batch), batchSteps(b, batch)]);
  const { largeTile, smallTile, manyGroups } = gpu.tuning;
  const groupsOf = (tile: MatmulTile) =>
    Math.ceil(m / (tile.rows * tile.blockRows)) * Math.ceil(n / (tile.columns * tile.blockColumns)) *
    numel(batch);
  const tile = groupsOf(largeTile) >= manyGroups ? largeTile : smallTile;
  const { rows, columns, blockRows, blockColumns, depth } = tile;
  const kernel = matmulKernel(
    name,
    rows,
    columns,
    blockRows,
    blockColumns,
    depth,
    transposeA,
    transposeB,
    bias !== undefined,
    activation,
    walk.shape.length,
  );
  gpu.run(kernel, {
    buffers: { a, b, ...(bias ? { bias } : {}), c },
    params: {
      m,
      k,
      n,
      tilesM: Math.ceil(m / (rows * blockRows)),
      tilesN: Math.ceil(n / (columns * blockColumns)),
      ...walkValues(walk, ["a", "b"]),
    },
    groups: groupsOf(tile),
  });
  return c;
}

/** Steps from matrix to matrix of an operand whose batch axes broadcast to `batch`. */
function batchSteps({ shape }: Operand, batch: readonly number[]): number[] {
  const matrix = numel(shape.slice(-2));
  return broadcastSteps(shape.slice(0, -2), batch).map((step) => step * matrix);
}

const matmulKernel = variants((
  name: string,
  rows: number,
  columns: number,
  blockRows: number,
  blockColumns: number,
  depth: number,
  transposeA: boolean,
  transposeB: boolean,
  biased: boolean,
  activation: Activation,
  batchRank: number,
): Kernel => {
  const tile: MatmulTile = { rows, columns, blockRows, blockColumns, depth };
  const operands: Stored = {
    a: (row, k) => transposeA ? `a[aAt + ${k} * p.m + ${row}]` : `a[aAt + ${row} * p.k + ${k}]`,
    b: (k, column) => transposeB ? `b[bAt + ${column} * p.k + ${k}]` : `b[bAt + ${k} * p.n + ${column}]`,
    transposeA,
    transposeB,
  };
  return defineKernel({
    name,
    reads: Object.fromEntries((biased ? ["a", "b", "bias"] : ["a", "b"]).map((operand) => [operand, "f32"])),
    writes: { c: "f32" },
    params: {
      m: "u32",
      k: "u32",
      n: "u32",
      tilesM: "u32",
      tilesN: "u32",
      ...walkParams(batchRank, ["a", "b"]),
    },
    workgroupSize: rows * columns,
    declarations: MATH + GELU + (depth > 0 ? stagedDeclarations(tile) : ""),
    body: `
  let matrix = group / (p.tilesN * p.tilesM);
${walkCode(batchRank, ["a", "b"], "matrix")}
  let tileRow = group / p.tilesN % p.tilesM * ${rows * blockRows}u;
  let tileColumn = group % p.tilesN * ${columns * blockColumns}u;
  let row = tileRow + lane / ${columns}u * ${blockRows}u;
  let column = tileColumn + lane % ${columns}u * ${blockColumns}u;
${eachSum(tile, (r, c) => `  var sum${r}_${c} = 0.0;`)}
${depth > 0 ? stagedLoop(tile, operands) : directLoop(tile, operands)}
${
      eachSum(tile, (r, c) =>
        `  if (row + ${r}u < p.m && column + ${c}u < p.n) {
    let v = sum${r}_${c}${biased ? ` + bias[column + ${c}u]` : ""};
    c[(matrix * p.m + row + ${r}u) * p.n + column + ${c}u] = ${activations[activation]};
  }`)
    }`,
  });
});

/** WGSL of an element of each operand, from WGSL of its row and column. */
interface Stored {
  a(row: string, k: string): string;
  b(k: string, column: string): string;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

function eachSum({ blockRows, blockColumns }: MatmulTile, code: (r: number, c: number) => string): string {
  return range(blockRows).flatMap((r) => range(blockColumns).map((c) => code(r, c))).join("\n");
}

const multiplyAdd = (r: number, c: number) => `    sum${r}_${c} = fma(a${r}, b${c}, sum${r}_${c});`;

/** Operands come from the buffers; indices beyond the edge repeat the last row or column, whose sums nobody stores. */
function directLoop(tile: MatmulTile, { a, b }: Stored): string {
  return `
${range(tile.blockRows).map((r) => `  let row${r} = min(row + ${r}u, p.m - 1u);`).join("\n")}
${range(tile.blockColumns).map((c) => `  let column${c} = min(column + ${c}u, p.n - 1u);`).join("\n")}
  for (var k = 0u; k < p.k; k++) {
${range(tile.blockRows).map((r) => `    let a${r} = ${a(`row${r}`, "k")};`).join("\n")}
${range(tile.blockColumns).map((c) => `    let b${c} = ${b("k", `column${c}`)};`).join("\n")}
${eachSum(tile, multiplyAdd)}
  }`;
}

/** A row of a staged tile is one longer than it needs to be, so that neighbours in k lie in different banks. */
const pitch = (size: number) => size + 1;

function stagedDeclarations({ rows, columns, blockRows, blockColumns, depth }: MatmulTile): string {
  return `
var<workgroup> stagedA: array<f32, ${depth * pitch(rows * blockRows)}>;
var<workgroup> stagedB: array<f32, ${depth * pitch(columns * blockColumns)}>;`;
}

/** `depth` steps of k at a time are copied to workgroup memory, zeros beyond the edges, and used by all invocations. */
function stagedLoop(tile: MatmulTile, { a, b, transposeA, transposeB }: Stored): string {
  const { rows, columns, blockRows, blockColumns, depth } = tile;
  const [height, width, threads] = [rows * blockRows, columns * blockColumns, rows * columns];
  // Neighbouring invocations read neighbouring addresses.
  const split = (size: number, alongK: boolean) =>
    alongK
      ? `let k = e % ${depth}u; let at = e / ${depth}u;`
      : `let k = e / ${size}u; let at = e % ${size}u;`;
  return `
  for (var first = 0u; first < p.k; first += ${depth}u) {
    for (var e = lane; e < ${depth * height}u; e += ${threads}u) {
      ${split(height, !transposeA)}
      var value = 0.0;
      if (tileRow + at < p.m && first + k < p.k) { value = ${a("(tileRow + at)", "(first + k)")}; }
      stagedA[k * ${pitch(height)}u + at] = value;
    }
    for (var e = lane; e < ${depth * width}u; e += ${threads}u) {
      ${split(width, transposeB)}
      var value = 0.0;
      if (tileColumn + at < p.n && first + k < p.k) { value = ${b("(first + k)", "(tileColumn + at)")}; }
      stagedB[k * ${pitch(width)}u + at] = value;
    }
    workgroupBarrier();
    for (var k = 0u; k < ${depth}u; k++) {
${
    range(blockRows).map((r) => `    let a${r} = stagedA[k * ${pitch(height)}u + row - tileRow + ${r}u];`)
      .join("\n")
  }
${
    range(blockColumns).map((c) =>
      `    let b${c} = stagedB[k * ${pitch(width)}u + column - tileColumn + ${c}u];`
    ).join("\n")
  }
${eachSum(tile, multiplyAdd)}
    }
    workgroupBarrier();
  }`;
}

/**
 * Matrix product c = a · bᵀ, the core of linear layers, matmul and attention.
 *
 * Both operands have the summed axis last, so a tile of 3×3 dot products reads its six rows where they lie: a weight
 * as PyTorch stores it needs no packed copy. The speed is that of the usual tile of outer products on packed panels
 * (6×8): 46.7 GFLOP/s on one core of a 2-core Xeon with AMX, both unrolled by four (see also `../gemm_bench.ts`).
 *
 * Each element is the same sequence of operations in every tile shape: blocks of `DEPTH` along k, in each four lanes
 * summed in ascending order of k. So its bits depend on its own row and column alone.
 *
 * @module
 */
import type { FunctionBuilder, FunctionHandle } from "../assembler/function.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { F32x4, I32 } from "../assembler/values.ts";
import { gelu, geluTanh, tanh, type VectorFunction } from "./math.ts";
import { mapRow, sumEach, tailMask } from "./rows.ts";

/** Rows and columns of a full tile: 9 sums, 3 + 1 operands; 16 vector registers hold no more without spilling. */
const TILE = 3;
/** Floats of k in one pass: a panel of b and 3 rows of a (27 KiB) stay in the first-level cache. */
const DEPTH = 768;
/** Columns of b in a panel: every 3 rows of a that come from the second-level cache serve two tiles. */
const PANEL = 6;

/** Rows and columns of c that one unit of the kernel computes. */
export const UNIT_ROWS = 96;
export const UNIT_COLUMNS = 24;

/** Order of the activations in the kernel's argument. */
export const ACTIVATIONS = ["none", "relu", "tanh", "gelu", "geluTanh"] as const;

const activations: readonly VectorFunction[] = [
  (_, x) => x,
  (f, x) => f.let(x.atLeast(0)),
  tanh,
  gelu,
  geluTanh,
];

/** `(a, lda, b, ldb, c, ldc, m, n, k)`: c[m, n] = a[m, k] · b[n, k]ᵀ, k > 0; distances between rows in bytes. */
export function defineProduct(module: ModuleBuilder, accumulate: boolean): FunctionHandle {
  const sizes = [1, 2, 3];
  const tiles = sizes.map((rows) => sizes.map((columns) => defineTile(module, rows, columns)));
  const parameters = [I32, I32, I32, I32, I32, I32, I32, I32, I32] as const;
  return module.function(parameters, (f, a, lda, b, ldb, c, ldc, m, n, k) => {
    f.for(0, k, DEPTH, (k0) => {
      const depth = f.let(k.sub(k0).min(I32.of(DEPTH)));
      const add = accumulate ? I32.of(1) : k0;
      f.for(0, n, PANEL, (n0) => {
        const nEnd = f.let(n0.add(PANEL).min(n));
        f.for(0, m, TILE, (m0) => {
          const aTile = f.let(a.add(m0.mul(lda)).add(k0.shl(2)));
          const cRow = f.let(c.add(m0.mul(ldc)));
          const rows = f.let(m.sub(m0).min(I32.of(TILE)));
          f.for(n0, nEnd, TILE, (n1) => {
            const columns = f.let(nEnd.sub(n1).min(I32.of(TILE)));
            const bTile = f.let(b.add(n1.mul(ldb)).add(k0.shl(2)));
            const cTile = f.let(cRow.add(n1.shl(2)));
            f.switch(
              rows.sub(1),
              tiles.map((ofRows) => () => {
                f.switch(
                  columns.sub(1),
                  ofRows.map((tile) => () => {
                    f.call(tile, aTile, lda, bTile, ldb, cTile, ldc, depth, add);
                  }),
                );
              }),
            );
          });
        });
      });
    });
  });
}

/** `(a, lda, b, ldb, c, ldc, k, add)`: one tile; adds to c if `add` is not 0. */
function defineTile(module: ModuleBuilder, rows: number, columns: number): FunctionHandle {
  return module.function([I32, I32, I32, I32, I32, I32, I32, I32], (f, a, lda, b, ldb, c, ldc, k, add) => {
    const aRows = rowPointers(f, a, lda, rows);
    const bRows = rowPointers(f, b, ldb, columns);
    const sums = aRows.map(() => bRows.map(() => f.let(F32x4.of(0))));

    /** sums[i][j] += a[i][k…k+3] · b[j][k…k+3], k being `offset` bytes after the pointers. */
    const multiply = (offset: number, mask?: (x: F32x4) => F32x4) => {
      const load = (p: I32) => f.let(mask ? mask(p.loadF32x4(offset)) : p.loadF32x4(offset));
      const as = aRows.map(load);
      bRows.forEach((p, j) => {
        const bj = load(p);
        as.forEach((ai, i) => f.set(sums[i][j], f.fma(ai, bj, sums[i][j])));
      });
    };
    const advance = (bytes: number) => [...aRows, ...bRows].forEach((p) => f.set(p, p.add(bytes)));

    const unrolled = f.let(k.and(~15));
    f.for(0, unrolled, 16, () => {
      [0, 16, 32, 48].forEach((offset) => multiply(offset));
      advance(64);
    });
    f.for(unrolled, k.and(~3), 4, () => {
      multiply(0);
      advance(16);
    });
    f.if(k.and(3), () => {
      const inside = f.let(tailMask(k));
      multiply(0, (x) => inside.and(x.bits()).asFloats());
    });

    for (const row of sums) {
      const totals = f.let(sumEach(f, row));
      f.if(add, () => f.set(totals, totals.add(c.loadF32x4())));
      row.forEach((_, j) => f.storeLane(c, totals, j, 4 * j));
      f.set(c, c.add(ldc));
    }
  });
}

function rowPointers(f: FunctionBuilder, first: I32, stride: I32, count: number): I32[] {
  const pointers = [first];
  while (pointers.length < count) pointers.push(f.let(pointers.at(-1)!.add(stride)));
  return pointers;
}

/**
 * c = activation(a · bᵀ + bias) for a batch of matrices. `operands` lists the addresses of a, b and c of each; a unit
 * is a block of `UNIT_ROWS` × `UNIT_COLUMNS` of one of them.
 */
export function defineGemm(module: ModuleBuilder, product: FunctionHandle) {
  return module.kernel("gemm", {
    operands: "i32",
    bias: "i32", // 0 for none
    activation: "i32",
    m: "i32",
    n: "i32",
    k: "i32",
  }, (f, { operands, bias, activation, m, n, k }, begin, end) => {
    const rowBlocks = f.let(m.add(UNIT_ROWS - 1).div(UNIT_ROWS));
    const columnBlocks = f.let(n.add(UNIT_COLUMNS - 1).div(UNIT_COLUMNS));
    f.for(begin, end, 1, (unit) => {
      const matrix = f.let(unit.div(rowBlocks.mul(columnBlocks)).mul(12).add(operands));
      const m0 = f.let(unit.rem(rowBlocks).mul(UNIT_ROWS));
      const n0 = f.let(unit.div(rowBlocks).rem(columnBlocks).mul(UNIT_COLUMNS));
      const rows = f.let(m.sub(m0).min(I32.of(UNIT_ROWS)));
      const columns = f.let(n.sub(n0).min(I32.of(UNIT_COLUMNS)));
      const depthBytes = f.let(k.shl(2));
      const a = f.let(matrix.loadI32(0).add(m0.mul(depthBytes)));
      const b = f.let(matrix.loadI32(4).add(n0.mul(depthBytes)));
      const c = f.let(matrix.loadI32(8).add(m0.mul(n).add(n0).shl(2)));
      const ldc = f.let(n.shl(2));
      f.call(product, a, depthBytes, b, depthBytes, c, ldc, rows, columns, k);

      f.for(0, rows, 1, () => {
        f.if(bias, () => {
          const biasBlock = f.let(bias.add(n0.shl(2)));
          mapRow(f, columns, (offset, store) => {
            const address = f.let(c.add(offset));
            store(address, address.loadF32x4().add(biasBlock.add(offset).loadF32x4()));
          });
        });
        activations.forEach((activate, i) => {
          if (i === 0) return; // none
          f.if(activation.eq(i), () =>
            mapRow(f, columns, (offset, store) => {
              const address = f.let(c.add(offset));
              store(address, activate(f, f.let(address.loadF32x4())));
            }));
        });
        f.set(c, c.add(ldc));
      });
    });
  });
}

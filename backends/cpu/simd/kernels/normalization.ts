import type { FunctionBuilder } from "../assembler/function.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { F32, F32x4, I32 } from "../assembler/values.ts";
import { exp } from "./math.ts";
import { addRow, COLUMNS, mapRow, maxRow, rowAddress, sumRow } from "./rows.ts";

/** y = eˣ⁻ᵐᵃˣ / Σ eˣ⁻ᵐᵃˣ over the `size` elements at x; x and y may be the same row. */
export function softmaxRow(f: FunctionBuilder, x: I32, y: I32, size: I32): void {
  const max = F32x4.of(maxRow(f, size, (offset) => x.add(offset).loadF32x4()));
  mapRow(f, size, (offset, store) => {
    store(y.add(offset), exp(f, f.let(x.add(offset).loadF32x4().sub(max))));
  });
  const sum = sumRow(f, size, (offset) => y.add(offset).loadF32x4());
  const inverse = f.let(F32x4.of(F32.of(1).div(sum)));
  mapRow(f, size, (offset, store) => store(y.add(offset), y.add(offset).loadF32x4().mul(inverse)));
}

/** One unit is a row of `size` elements. */
export function defineSoftmax(module: ModuleBuilder) {
  return module.kernel("softmax", { x: "i32", y: "i32", size: "i32" }, (f, { x, y, size }, begin, end) => {
    f.for(begin, end, 1, (row) => {
      softmaxRow(f, rowAddress(f, x, row, size), rowAddress(f, y, row, size), size);
    });
  });
}

/** dx = y · (dy − Σ dy·y), row by row. */
export function defineSoftmaxGrad(module: ModuleBuilder) {
  const spec = { dy: "i32", y: "i32", dx: "i32", size: "i32" } as const;
  return module.kernel("softmaxGrad", spec, (f, args, begin, end) => {
    f.for(begin, end, 1, (row) => {
      const [dy, y, dx] = [args.dy, args.y, args.dx].map((base) => rowAddress(f, base, row, args.size));
      softmaxGradRow(f, dy, y, dx, args.size);
    });
  });
}

/** dx = y · (dy − Σ dy·y); dx and dy may be the same row. */
export function softmaxGradRow(f: FunctionBuilder, dy: I32, y: I32, dx: I32, size: I32): void {
  const product = (offset: I32) => dy.add(offset).loadF32x4().mul(y.add(offset).loadF32x4());
  const sum = f.let(F32x4.of(sumRow(f, size, product)));
  mapRow(f, size, (offset, store) => {
    store(dx.add(offset), y.add(offset).loadF32x4().mul(dy.add(offset).loadF32x4().sub(sum)));
  });
}

/** Mean and 1 / √(variance + eps) of a row; the variance in a second pass, so that it cannot cancel. */
function moments(f: FunctionBuilder, x: I32, size: I32, eps: F32): { mean: F32x4; rstd: F32x4 } {
  const count = f.let(F32.fromI32(size));
  const mean = f.let(F32x4.of(sumRow(f, size, (offset) => x.add(offset).loadF32x4()).div(count)));
  const squares = sumRow(f, size, (offset) => {
    const centred = f.let(x.add(offset).loadF32x4().sub(mean));
    return centred.mul(centred);
  });
  return { mean, rstd: f.let(F32x4.of(F32.of(1).div(squares.div(count).add(eps).sqrt()))) };
}

/** y = (x − mean) · rstd · weight + bias; `weight` or `bias` 0 means none. */
export function defineLayerNorm(module: ModuleBuilder) {
  const spec = { x: "i32", weight: "i32", bias: "i32", y: "i32", size: "i32", eps: "f32" } as const;
  return module.kernel("layerNorm", spec, (f, { weight, bias, size, eps, ...args }, begin, end) => {
    f.for(begin, end, 1, (row) => {
      const x = rowAddress(f, args.x, row, size);
      const y = rowAddress(f, args.y, row, size);
      const { mean, rstd } = moments(f, x, size, eps);
      mapRow(f, size, (offset, store) => {
        const value = f.let(x.add(offset).loadF32x4().sub(mean).mul(rstd));
        f.if(weight, () => f.set(value, value.mul(weight.add(offset).loadF32x4())));
        f.if(bias, () => f.set(value, value.add(bias.add(offset).loadF32x4())));
        store(y.add(offset), value);
      });
    });
  });
}

/**
 * dx = rstd · (g − mean(g) − x̂ · mean(g · x̂)) with g = dy · weight and x̂ = (x − mean) · rstd. Leaves mean and rstd of
 * each row in `stats` for `layerNormGradAffine`. `dx` or `weight` 0 means none.
 */
export function defineLayerNormGrad(module: ModuleBuilder) {
  const spec = {
    dy: "i32",
    x: "i32",
    weight: "i32",
    dx: "i32",
    stats: "i32", // [rows, 2]
    size: "i32",
    eps: "f32",
  } as const;
  return module.kernel("layerNormGrad", spec, (f, { weight, size, eps, stats, ...args }, begin, end) => {
    f.for(begin, end, 1, (row) => {
      const x = rowAddress(f, args.x, row, size);
      const { mean, rstd } = moments(f, x, size, eps);
      const stat = f.let(stats.add(row.shl(3)));
      f.store(stat, mean.lane(0));
      f.store(stat, rstd.lane(0), 4);

      f.if(args.dx, () => {
        const dy = rowAddress(f, args.dy, row, size);
        const dx = rowAddress(f, args.dx, row, size);
        const normed = (offset: I32) => x.add(offset).loadF32x4().sub(mean).mul(rstd);
        const weighted = (offset: I32) => {
          const g = f.let(dy.add(offset).loadF32x4());
          f.if(weight, () => f.set(g, g.mul(weight.add(offset).loadF32x4())));
          return g;
        };
        const count = f.let(F32.fromI32(size));
        const meanG = f.let(F32x4.of(sumRow(f, size, weighted).div(count)));
        const meanGX = f.let(
          F32x4.of(sumRow(f, size, (offset) => weighted(offset).mul(normed(offset))).div(count)),
        );
        mapRow(f, size, (offset, store) => {
          const centred = f.let(weighted(offset).sub(meanG));
          store(dx.add(offset), centred.sub(normed(offset).mul(meanGX)).mul(rstd));
        });
      });
    });
  });
}

/** Adds dy · x̂ to dweight and dy to dbias, which start as zeros, row after row. One unit is `COLUMNS` columns. */
export function defineLayerNormGradAffine(module: ModuleBuilder) {
  const spec = {
    dy: "i32",
    x: "i32",
    stats: "i32", // [rows, 2]
    dweight: "i32", // 0 if not wanted
    dbias: "i32", // 0 if not wanted
    rows: "i32",
    size: "i32",
  } as const;
  return module.kernel("layerNormGradAffine", spec, (f, { stats, rows, size, ...args }, begin, end) => {
    f.for(begin, end, 1, (unit) => {
      const first = f.let(unit.mul(COLUMNS));
      const columns = f.let(size.sub(first).min(I32.of(COLUMNS)));
      const [dweight, dbias] = [args.dweight, args.dbias].map((base) => f.let(base.add(first.shl(2))));
      f.for(0, rows, 1, (row) => {
        const [dy, x] = [args.dy, args.x].map((base) =>
          f.let(rowAddress(f, base, row, size).add(first.shl(2)))
        );
        const stat = f.let(stats.add(row.shl(3)));
        const mean = f.let(stat.loadSplat());
        const rstd = f.let(stat.loadSplat(4));
        f.if(args.dweight, () =>
          mapRow(f, columns, (offset, store) => {
            const at = f.let(dweight.add(offset));
            const normed = f.let(x.add(offset).loadF32x4().sub(mean).mul(rstd));
            store(at, f.fma(dy.add(offset).loadF32x4(), normed, at.loadF32x4()));
          }));
        f.if(args.dbias, () => addRow(f, dbias, dy, columns));
      });
    });
  });
}

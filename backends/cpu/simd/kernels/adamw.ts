import type { ModuleBuilder } from "../assembler/module.ts";
import { F32x4, I32 } from "../assembler/values.ts";
import { BLOCK } from "./elementwise.ts";
import { mapRow } from "./rows.ts";

/**
 * One AdamW step of one parameter, in place (Loshchilov & Hutter 2019):
 * p ← p · decay − rate · m / (√(v · correction2) + eps), where the host folds the bias correction of m into `rate`.
 * One unit is a block of `BLOCK` elements.
 */
export function defineAdamW(module: ModuleBuilder) {
  const spec = {
    param: "i32",
    grad: "i32",
    m: "i32",
    v: "i32",
    size: "i32",
    gradScale: "f32",
    beta1: "f32",
    rest1: "f32", // 1 − beta1, rounded from float64
    beta2: "f32",
    rest2: "f32",
    decay: "f32", // 1 − learningRate · weightDecay
    rate: "f32", // learningRate / (1 − beta1^step)
    correction2: "f32", // 1 / (1 − beta2^step)
    eps: "f32",
  } as const;
  return module.kernel("adamw", spec, (f, args, begin, end) => {
    f.for(begin, end, 1, (unit) => {
      const first = f.let(unit.mul(BLOCK));
      const count = f.let(args.size.sub(first).min(I32.of(BLOCK)));
      const [param, grad, m, v] = [args.param, args.grad, args.m, args.v]
        .map((base) => f.let(base.add(first.shl(2))));
      mapRow(f, count, (offset, store) => {
        const g = f.let(grad.add(offset).loadF32x4().mul(F32x4.of(args.gradScale)));
        const first = f.let(
          m.add(offset).loadF32x4().mul(F32x4.of(args.beta1)).add(g.mul(F32x4.of(args.rest1))),
        );
        const square = f.let(g.mul(g).mul(F32x4.of(args.rest2)));
        const second = f.let(v.add(offset).loadF32x4().mul(F32x4.of(args.beta2)).add(square));
        store(m.add(offset), first);
        store(v.add(offset), second);
        const scale = second.mul(F32x4.of(args.correction2)).sqrt().add(F32x4.of(args.eps));
        const decayed = param.add(offset).loadF32x4().mul(F32x4.of(args.decay));
        store(param.add(offset), decayed.sub(first.mul(F32x4.of(args.rate)).div(scale)));
      });
    });
  });
}

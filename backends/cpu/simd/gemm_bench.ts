/** Products of the article's encoder, one core. Run with `deno bench backends/cpu/simd/gemm_bench.ts`. */
import { Engine } from "./engine.ts";
import { gemm } from "./launch.ts";

/** Weights are used in turn, so that they come from memory as in a model, not from the cache. */
const WEIGHTS = 8;

const engine = new Engine(1);

for (const [m, n, k] of [[32, 3072, 768], [32, 768, 3072], [1024, 3072, 768], [128, 128, 64]]) {
  const [a, c] = [m * k, m * n].map((elements) => engine.arena.allocate(4 * elements));
  const weights = Array.from({ length: WEIGHTS }, () => engine.arena.allocate(4 * n * k));
  let call = 0;
  const gigaflop = (2 * m * n * k / 1e9).toFixed(3);
  Deno.bench(`[${m}, ${k}] · [${n}, ${k}]ᵀ, ${gigaflop} GFLOP`, () => {
    gemm(engine, [a, weights[call++ % WEIGHTS], c], { m, n, k });
  });
}

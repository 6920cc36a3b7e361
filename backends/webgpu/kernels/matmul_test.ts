import { assertEquals } from "@std/assert";
import { keyFromSeed, normals } from "@taxon/tensor";
import { tunings } from "../gpu/tuning.ts";
import { f32, gpuTest, openBackend, put, take } from "../test_support.ts";

gpuTest("a product has the same bits whichever tile computes it", async () => {
  const [m, k, n] = [67, 45, 70];
  const [a, b] = [normals(keyFromSeed(1), m * k), normals(keyFromSeed(2), n * k)];
  const products: Float32Array[] = [];
  for (
    const tuning of [
      tunings.software,
      { ...tunings.gpu, manyGroups: 0 },
      { ...tunings.gpu, manyGroups: Infinity },
    ]
  ) {
    using backend = await openBackend({ tuning });
    const [left, right] = [put(backend, a, [m, k]), put(backend, b, [n, k])];
    products.push(await take(backend, backend.matmul(left, right, { transposeB: true }, f32(m, n)), [m, n]));
  }
  assertEquals(products[1], products[0]);
  assertEquals(products[2], products[0]);
});

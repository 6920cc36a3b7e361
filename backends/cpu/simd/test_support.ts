import {
  type DeviceBuffer,
  type HostArray,
  keyFromSeed,
  normals,
  numel,
  type Operand,
  type Shape,
} from "@taxon/tensor";
import { AssertionError } from "@std/assert";
import { SimdBackend } from "./backend.ts";
import { Engine } from "./engine.ts";

/** A SIMD backend on `threads` threads. */
export function simdBackend(threads = 1, hasFma?: boolean): SimdBackend {
  return new SimdBackend(new Engine(threads, hasFma));
}

/** Normally distributed numbers, the same for the same seed. */
export function random(seed: number, ...shape: number[]): { data: Float32Array; shape: Shape } {
  return { data: normals(keyFromSeed(seed), numel(shape)), shape };
}

/** Uploads f32 or i32 data. */
export function put(backend: SimdBackend, { data, shape }: { data: HostArray; shape: Shape }): Operand {
  const spec = { shape, dtype: data instanceof Int32Array ? "i32" as const : "f32" as const };
  return { ...spec, buffer: backend.upload(data, spec) };
}

/** Reads an f32 result and frees it. */
export function take(backend: SimdBackend, buffer: DeviceBuffer, shape: Shape): Float32Array {
  const data = backend.readSync({ buffer, shape, dtype: "f32" }) as Float32Array;
  backend.free(buffer);
  return data;
}

/** Compares with float64 values: |actual − expected| ≤ atol + rtol · |expected|; NaN and infinities must agree. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { rtol = 0, atol = 0 }: { rtol?: number; atol?: number },
): void {
  let worst = -1;
  let excess = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i], expected[i]];
    if (Object.is(a, e) || a === e) continue;
    const over = Math.abs(a - e) / (atol + rtol * Math.abs(e));
    if (over <= 1) continue;
    if (worst < 0 || !(over <= excess)) [worst, excess] = [i, over];
  }
  if (actual.length !== expected.length) {
    throw new AssertionError(`${actual.length} elements, not ${expected.length}`);
  }
  if (worst >= 0) {
    throw new AssertionError(
      `worst at ${worst}: got ${actual[worst]}, expected ${expected[worst]}, ${excess} times what is allowed`,
    );
  }
}

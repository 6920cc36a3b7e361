import { foldIn, keyFromSeed, normals, numel, type Shape, threefry } from "@taxon/tensor";

/** Values of a parameter from its shape, the seed and its name. Computed on the host, so equal on every backend. */
export type Initializer = (shape: Shape, seed: number, name: string) => Float32Array;

/** All elements 0, for biases. */
export function zerosInit(shape: Shape): Float32Array {
  return new Float32Array(numel(shape));
}

/** All elements 1, for the scale of a norm. */
export function onesInit(shape: Shape): Float32Array {
  return new Float32Array(numel(shape)).fill(1);
}

/** Normal with mean 0. */
export function normalInit(deviation: number): Initializer {
  return (shape, seed, name) =>
    normals(foldIn(keyFromSeed(seed), name), numel(shape)).map((x) => x * deviation);
}

/** Uniform in ±√(6 / (in + out)) for a weight [out, in] (Glorot & Bengio 2010). */
export function xavierUniform(shape: Shape, seed: number, name: string): Float32Array {
  const bound = Math.sqrt(6 / (shape[0] + shape[1]));
  const key = foldIn(keyFromSeed(seed), name);
  return Float32Array.from({ length: numel(shape) }, (_, i) => {
    return (threefry(key, [i >>> 1, 0])[i & 1] * 2 ** -31 - 1) * bound;
  });
}

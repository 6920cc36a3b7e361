import type { Backend, DeviceBuffer, OutputSpec } from "./backend.ts";
import { bytesPerElement } from "./dtype.ts";
import { DeviceError } from "./errors.ts";
import { numel } from "./shape.ts";

/** Every op ends in what it makes. */
const make = (...args: readonly [...unknown[], OutputSpec]): DeviceBuffer => {
  const { shape, dtype } = args.at(-1) as OutputSpec;
  return { byteLength: numel(shape) * bytesPerElement[dtype] };
};

const noNumbers = (): DeviceError =>
  new DeviceError("Cannot read a tensor of the meta backend: it has a shape and no numbers");

const nothing = (): void => {};

/**
 * A backend that knows only shapes, as PyTorch's device `meta`: a model made on it holds no memory, however large it
 * is, and tells what its parameters and results are like. Reading a tensor of it throws DeviceError.
 *
 * @example The shape of a product of 4 TB
 * ```ts
 * import { matmul, metaBackend, withBackend, zeros } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const x = withBackend(metaBackend, () => zeros([1_000_000, 1_000_000]));
 * assertEquals(matmul(x, x).shape, [1_000_000, 1_000_000]);
 * ```
 */
export const metaBackend: Backend = {
  name: "meta",
  description: "shapes without numbers",
  capabilities: { syncRead: false, dtypes: ["f32", "i32", "f16", "bf16"], maxBufferBytes: Infinity },
  fused: {},
  upload: make,
  read: () => Promise.reject(noNumbers()),
  readSync() {
    throw noNumbers();
  },
  free: nothing,
  flush: () => Promise.resolve(),
  memory: () => ({ buffers: 0, bytes: 0, pooledBytes: 0 }),
  [Symbol.dispose]: nothing,
  fill: make,
  random: make,
  unary: make,
  binary: make,
  compare: make,
  where: make,
  cast: make,
  reduce: make,
  matmul: make,
  broadcastTo: make,
  transpose: make,
  slice: make,
  pad: make,
  concat: make,
  gather: make,
  scatterAdd: make,
  assign: nothing,
};

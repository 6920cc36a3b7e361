/**
 * Tensors and the contract of backends.
 *
 * Ops are free functions that run at once on the backend of their inputs; reads are asynchronous.
 *
 * @example Probabilities of a sum
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { add, scope, softmax, tensor, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * using p = scope(() => softmax(add(tensor([[1, 2]]), tensor([1, 0]))));
 * assertEquals(await p.data(), Float32Array.of(0.5, 0.5));
 * ```
 *
 * @module
 */
export * from "./backend.ts";
export * from "./creation.ts";
export * from "./dispatch.ts";
export * from "./dtype.ts";
export * from "./elementwise.ts";
export * from "./errors.ts";
export * from "./fused/adamw.ts";
export * from "./fused/attention.ts";
export * from "./fused/cross_entropy.ts";
export * from "./fused/dropout.ts";
export * from "./fused/gelu.ts";
export * from "./fused/layer_norm.ts";
export * from "./fused/linear.ts";
export * from "./fused/rotary.ts";
export * from "./fused/softmax.ts";
export * from "./indexing.ts";
export * from "./matmul.ts";
export * from "./meta_backend.ts";
export * from "./movement.ts";
export * from "./random.ts";
export * from "./recompute.ts";
export * from "./reduction.ts";
export { keep, scope } from "./scope.ts";
export * from "./shape.ts";
export * from "./tensor.ts";

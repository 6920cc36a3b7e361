/**
 * Reverse-mode automatic differentiation above the backend interface.
 *
 * @example A gradient by the chain rule
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { exp, sum, tensor, useBackend } from "@taxon/tensor";
 * import { valueAndGrad } from "@taxon/autograd";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * const x = tensor([0, 0]);
 * assertEquals(await valueAndGrad([x], () => sum(exp(x))).grads[0]!.data(), Float32Array.of(1, 1));
 * ```
 *
 * @module
 */
export * from "./check_grad.ts";
export * from "./grad.ts";

import { scopes } from "./open_scopes.ts";
import { Tensor } from "./tensor.ts";

/**
 * Runs `fn` and disposes every tensor made inside, except those in what it returns (a tensor, or arrays, maps and
 * plain objects of them), which pass to the enclosing scope.
 *
 * @example Only the result stays
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { add, mul, scope, tensor, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * using backend = useBackend(await createCpuBackend());
 * using y = scope(() => add(mul(tensor([1, 2]), 3), 1));
 * assertEquals(await y.data(), Float32Array.of(4, 7));
 * assertEquals(backend.memory().buffers, 1);
 * ```
 *
 * @throws {TypeError} If `fn` returns a Promise: a scope cannot span `await`; hold tensors with `using` there.
 */
export function scope<T>(fn: () => T): T {
  const own = new Set<Tensor>();
  scopes.push(own);
  try {
    const result = fn();
    if (result instanceof Promise) {
      result.catch(() => {}); // the refusal below is the error that matters
      throw new TypeError(
        "Cannot run an async function in a scope: await outside it and hold tensors with `using`",
      );
    }
    const outer = scopes.at(-2);
    for (const tensor of tensorsIn(result)) if (own.delete(tensor)) outer?.add(tensor);
    return result;
  } finally {
    scopes.pop();
    for (const tensor of own) tensor.dispose();
  }
}

/** Takes a tensor out of every scope; its owner disposes it. */
export function keep<T extends Tensor>(tensor: T): T {
  for (const open of scopes) open.delete(tensor);
  return tensor;
}

/** Every tensor reachable from a value through arrays, maps and plain objects. */
function* tensorsIn(value: unknown): Generator<Tensor> {
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Tensor) yield value;
  else if (value instanceof Map || Array.isArray(value)) {
    for (const item of value.values()) yield* tensorsIn(item);
  } else if (Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) yield* tensorsIn(item);
  }
}

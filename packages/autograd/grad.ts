import {
  add,
  type Call,
  numel,
  ones,
  scope,
  ShapeError,
  showShape,
  type Tensor,
  withRecorder,
} from "@taxon/tensor";
import { Tape } from "./tape.ts";
import { vjp } from "./vjp.ts";

/** Value of a function and its gradients, in the order of the parameters. */
export interface ValueAndGrad {
  /** What the function returned, a scalar. */
  value: Tensor;
  /** One for each parameter, of its shape; undefined where the value does not depend on it. */
  grads: (Tensor | undefined)[];
}

/**
 * Runs `fn` and differentiates the scalar it returns with respect to `params` (reverse mode).
 *
 * Only what depends on `params` is recorded, so freezing a part of a model is leaving it out of the list. Memory made
 * on the way is given back; the value and the gradients belong to the caller.
 *
 * @example
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { mul, sum, tensor, useBackend } from "@taxon/tensor";
 * import { valueAndGrad } from "@taxon/autograd";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * const x = tensor([1, 2, 3]);
 * const { value, grads } = valueAndGrad([x], () => sum(mul(x, x)));
 * assertEquals(await value.data(), Float32Array.of(14));
 * assertEquals(await grads[0]!.data(), Float32Array.of(2, 4, 6));
 * ```
 *
 * @throws {TypeError} If `fn` returns a Promise: await outside it.
 * @throws {ShapeError} If `fn` returns more or fewer than one element.
 */
export function valueAndGrad(params: readonly Tensor[], fn: () => Tensor): ValueAndGrad {
  return scope(() => {
    using tape = new Tape(params);
    const value = withRecorder(tape, () => scope(fn));
    if (numel(value.shape) !== 1) {
      throw new ShapeError(
        `Cannot differentiate a result of shape ${
          showShape(value.shape)
        }: reduce it to one number, e.g. with mean()`,
      );
    }
    return { value, grads: walkBack(tape, value, ones(value.shape, { backend: value.backend }), params) };
  });
}

/** Gradients of `params` from that of `value`, which passes to this function. */
function walkBack(
  tape: Tape,
  value: Tensor,
  dvalue: Tensor,
  params: readonly Tensor[],
): (Tensor | undefined)[] {
  const grads = new Map<number, Tensor>([[value.id, dvalue]]);
  const wanted = new Set(params.map((param) => param.id));
  for (const { call, needs, inputIds, outputId } of tape.backwards()) {
    const dy = grads.get(outputId);
    if (dy === undefined) continue; // the value does not depend on this call
    const contributions = scope(() => {
      const own = call.op === "recompute" ? runAgain(call, dy, needs) : vjp(call, dy, needs);
      return own.map((dx) => dx === dy ? dy.alias() : dx);
    });
    contributions.forEach((dx, i) => {
      if (dx === undefined) return;
      if (!needs[i]) return dx.dispose();
      const sofar = grads.get(inputIds[i]);
      grads.set(inputIds[i], sofar ? add(sofar, dx) : dx);
      if (sofar) {
        sofar.dispose();
        dx.dispose();
      }
    });
    if (!wanted.has(outputId)) {
      grads.delete(outputId);
      dy.dispose();
    }
  }
  return params.map((param) => grads.get(param.id));
}

/** Gradients of a part that was not kept: it runs once more, on a tape of its own. */
function runAgain(
  { inputs, attributes: { fn, parameters } }: Extract<Call, { op: "recompute" }>,
  dy: Tensor,
  needs: readonly boolean[],
): (Tensor | undefined)[] {
  const values = inputs.slice(0, inputs.length - parameters.length);
  const sources = [...values, ...parameters]; // `fn` uses the parameters themselves, not the tape's views of them
  using tape = new Tape(sources.filter((_, i) => needs[i]));
  const y = withRecorder(tape, () => scope(() => fn(values)));
  return walkBack(tape, y, dy.alias(), sources);
}

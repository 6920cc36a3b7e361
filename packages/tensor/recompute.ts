import { currentRecorder, type Recorder, withRecorder } from "./dispatch.ts";
import { scope } from "./scope.ts";
import type { Tensor } from "./tensor.ts";

/** Tensors by name; some may be absent. */
export type NamedTensors = Readonly<Record<string, Tensor | undefined>>;

/**
 * Runs `fn` so that nothing on the way to its result is kept for the gradient: the walk back runs it again (gradient
 * checkpointing; Chen et al. 2016). Value and gradients are the same to the bit, if `fn` computes the same again.
 *
 * @example The gradient of sin(x)² without keeping sin(x)
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { mul, recompute, sin, sum, type Tensor, tensor, useBackend } from "@taxon/tensor";
 * import { valueAndGrad } from "@taxon/autograd";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * const x = tensor([1]);
 * const square = ({ x }: { x: Tensor }) => mul(sin(x), sin(x));
 * const { grads } = valueAndGrad([x], () => sum(recompute(square, { x })));
 * assertAlmostEquals((await grads[0]!.data())[0], 2 * Math.sin(1) * Math.cos(1), 1e-6);
 * ```
 *
 * @param fn Computes from its argument and `parameters` alone; other tensors may be gone when it runs again.
 * @param inputs What it is called with; kept until the walk back.
 * @param parameters Tensors it takes gradients of besides, which outlive the walk back.
 */
export function recompute<I extends NamedTensors>(
  fn: (inputs: I) => Tensor,
  inputs: I,
  parameters: readonly Tensor[] = [],
): Tensor {
  const outer = currentRecorder();
  const names = Object.keys(inputs).filter((name) => inputs[name] !== undefined);
  const operands = [...names.map((name) => inputs[name]!), ...parameters];
  if (!outer?.tracks(operands)) return scope(() => fn(inputs));
  const output = withRecorder(new Follower(outer), () => scope(() => fn(inputs)));
  const again = (values: readonly Tensor[]) =>
    fn({ ...inputs, ...Object.fromEntries(names.map((name, i) => [name, values[i]])) });
  outer.record({ op: "recompute", inputs: operands, output, attributes: { fn: again, parameters } });
  return output;
}

/** Knows what depends on the outer recorder's tensors, so that ops choose the same kernels as on the walk back. */
class Follower implements Recorder {
  readonly #dependent = new Set<number>();

  constructor(readonly outer: Recorder) {}

  tracks(inputs: readonly Tensor[]): boolean {
    return this.outer.tracks(inputs) || inputs.some(({ id }) => this.#dependent.has(id));
  }

  record({ output }: Parameters<Recorder["record"]>[0]): void {
    if (output.dtype !== "i32") this.#dependent.add(output.id);
  }
}

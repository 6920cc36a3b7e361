import type { OpAttributes, Tensor } from "@taxon/tensor";

/** What a rule sees: the upstream gradient, the call, and which inputs want a gradient. */
export interface RuleContext<Op extends keyof OpAttributes> {
  dy: Tensor;
  y: Tensor;
  inputs: readonly Tensor[];
  attributes: OpAttributes[Op];
  needs: readonly boolean[];
}

/** Gradients of the inputs, in order; undefined where an input has none or does not want it. */
export type Rule<Op extends keyof OpAttributes> = (context: RuleContext<Op>) => (Tensor | undefined)[];

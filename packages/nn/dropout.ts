import { dropout, type Tensor } from "@taxon/tensor";
import { at, type ForwardContext } from "./context.ts";

/** Dropout at a named place of the model while training; nothing otherwise. x: [..., tokens, features]. */
export function dropoutAt(
  x: Tensor,
  p: number,
  context: Pick<ForwardContext, "dropout">,
  place: string,
): Tensor {
  const stream = at(context, place).dropout;
  return stream === undefined || p === 0 ? x : dropout(x, { p, ...stream });
}

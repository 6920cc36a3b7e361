import { add, equal, maximum, reshape, ShapeError, showShape, type Tensor } from "@taxon/tensor";

/**
 * PyTorch's masks: i32 stands for its bool, 1 where attention is FORBIDDEN (the inverse of our own masks); f32 is added
 * to the scaled scores.
 */
export interface TorchMasks {
  /** [batch, keys], for padding. */
  keyPaddingMask?: Tensor;
  /** [queries, keys], or [batch · heads, queries, keys]. */
  attnMask?: Tensor;
}

/** What `attention` takes: keys that may be seen, and what is added to the scores. */
interface AttentionMask {
  mask?: Tensor;
  bias?: Tensor;
}

/**
 * PyTorch's masks as `attention` takes them.
 *
 * @throws {ShapeError} If a mask fits neither of its shapes.
 */
export function torchMask(
  { keyPaddingMask, attnMask }: TorchMasks,
  { batch, heads, queries, keys }: { batch: number; heads: number; queries: number; keys: number },
): AttentionMask {
  const given: Tensor[] = [];
  if (keyPaddingMask) {
    requireShape("keyPaddingMask", keyPaddingMask, [[batch, keys]]);
    given.push(reshape(keyPaddingMask, [batch, 1, 1, keys]));
  }
  if (attnMask) {
    requireShape("attnMask", attnMask, [[queries, keys], [batch * heads, queries, keys]]);
    const leading = attnMask.shape.length === 2 ? [1, 1] : [batch, heads];
    given.push(reshape(attnMask, [...leading, queries, keys]));
  }
  const forbidden = given.filter(({ dtype }) => dtype === "i32");
  const added = given.filter(({ dtype }) => dtype === "f32");
  return {
    mask: forbidden.length > 0 ? equal(forbidden.reduce((a, b) => maximum(a, b)), 0) : undefined,
    bias: added.length > 0 ? added.reduce((a, b) => add(a, b)) : undefined,
  };
}

function requireShape(name: string, mask: Tensor, allowed: readonly (readonly number[])[]): void {
  if (allowed.some((shape) => showShape(shape) === showShape(mask.shape))) return;
  throw new ShapeError(
    `Cannot use ${name} of shape ${showShape(mask.shape)}: it must be ${allowed.map(showShape).join(" or ")}`,
  );
}

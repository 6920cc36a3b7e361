import { reshape, sameShape, type Shape, sum, type Tensor } from "@taxon/tensor";

/** Undoes broadcasting: sums the axes along which a tensor of `shape` was repeated. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.map((_, i) => i).filter((i) => i < lead || shape[i - lead] !== x.shape[i]);
  return reshape(sum(x, { axes, keepAxes: true }), shape);
}

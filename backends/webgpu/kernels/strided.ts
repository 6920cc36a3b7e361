import { type Shape, strides } from "@taxon/tensor";

/** Steps of one operand along each axis of a common shape; 0 where the operand is repeated. */
export type Steps = readonly number[];

/** A shape to walk through and each operand's steps in it. */
export interface Walk {
  readonly shape: Shape;
  readonly steps: readonly Steps[];
}

/** Steps that read a contiguous `from` as if it had the shape `to`. */
export function broadcastSteps(from: Shape, to: Shape): number[] {
  const own = strides(from);
  const missing = to.length - from.length;
  return to.map((_, axis) => axis < missing || from[axis - missing] === 1 ? 0 : own[axis - missing]);
}

/** The same walk over as few axes as possible, at least one: axes of size 1 go, neighbours in step become one. */
export function collapse(shape: Shape, steps: readonly Steps[]): Walk {
  const axes: { size: number; steps: number[] }[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const own = steps.map((operand) => operand[axis]);
    const outer = axes.at(-1);
    if (outer?.steps.every((step, n) => step === own[n] * size)) {
      outer.size *= size;
      outer.steps = own;
    } else axes.push({ size, steps: own });
  });
  if (axes.length === 0) axes.push({ size: 1, steps: steps.map(() => 0) });
  return {
    shape: axes.map(({ size }) => size),
    steps: steps.map((_, n) => axes.map((axis) => axis.steps[n])),
  };
}

/** Parameters of a kernel that walks `rank` axes: sizes but the first, and the steps of each operand. */
export function walkParams(rank: number, operands: readonly string[]): Record<string, "u32"> {
  const names = [
    ...Array.from({ length: rank - 1 }, (_, n) => `size${n + 1}`),
    ...operands.flatMap((name) => Array.from({ length: rank }, (_, n) => `${name}${n}`)),
  ];
  return Object.fromEntries(names.map((name) => [name, "u32" as const]));
}

/** The values of `walkParams`. */
export function walkValues({ shape, steps }: Walk, operands: readonly string[]): Record<string, number> {
  const values: Record<string, number> = {};
  shape.forEach((size, n) => {
    if (n > 0) values[`size${n}`] = size;
    operands.forEach((name, operand) => values[`${name}${n}`] = steps[operand][n]);
  });
  return values;
}

/** WGSL that declares, for each operand, the variable `<name>At`: its offset at the flat index `index`. */
export function walkCode(rank: number, operands: readonly string[], index = "i"): string {
  const lines = [`  var rest = ${index};`, ...operands.map((name) => `  var ${name}At = 0u;`)];
  for (let n = rank - 1; n >= 0; n--) {
    lines.push(`  let at${n} = ${n > 0 ? `rest % p.size${n}` : "rest"};`);
    if (n > 0) lines.push(`  rest /= p.size${n};`);
    for (const name of operands) lines.push(`  ${name}At += at${n} * p.${name}${n};`);
  }
  return lines.join("\n");
}

import type { OnnxFile, OnnxNode, OnnxTensor } from "./onnx_file.ts";

type Operator = (inputs: readonly OnnxTensor[], attributes: OnnxNode["attributes"]) => OnnxTensor;

/** What an ONNX file computes, in float64, by the definitions of its operators. */
export function evaluateOnnx(file: OnnxFile, inputs: Readonly<Record<string, OnnxTensor>>): OnnxTensor {
  const values = new Map([...file.constants, ...Object.entries(inputs)]);
  for (const { type, inputs, output, attributes } of file.nodes) {
    const operator = OPERATORS[type];
    if (operator === undefined) {
      throw new Error(`Cannot evaluate ${type}: it is not among the operators here`);
    }
    values.set(output, operator(inputs.map((name) => values.get(name)!), attributes));
  }
  return values.get([...file.outputs.keys()][0])!;
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  Identity: ([x]) => x,
  Cast: ([x]) => x,
  Abs: each(Math.abs),
  Relu: each((x) => Math.max(x, 0)),
  Tanh: each(Math.tanh),
  Erf: each(erf),
  Add: pairwise((a, b) => a + b),
  Sub: pairwise((a, b) => a - b),
  Mul: pairwise((a, b) => a * b),
  Div: pairwise((a, b) => a / b),
  Pow: pairwise(Math.pow),
  Max: pairwise(Math.max),
  Min: pairwise(Math.min),
  LessOrEqual: pairwise((a, b) => Number(a <= b)),
  Unsqueeze: ([{ shape, data }, axes]) => {
    return { shape: axes.data.reduce((sizes, axis) => sizes.toSpliced(axis, 0, 1), [...shape]), data };
  },
  Reshape: ([{ shape, data }, sizes]) => ({ shape: sizes.data.map((size, i) => size || shape[i]), data }),
  Transpose: ([x], { perm }) => {
    const order = perm as readonly number[];
    return build(order.map((axis) => x.shape[axis]), (index) => {
      return at(x, x.shape.map((_, axis) => index[order.indexOf(axis)]));
    });
  },
  Slice: ([x, from, to, { data: [axis] }]) => {
    return build(x.shape.with(axis, to.data[0] - from.data[0]), (index) => {
      return at(x, index.with(axis, index[axis] + from.data[0]));
    });
  },
  Concat: ([a, b], { axis }) => {
    const place = axis as number;
    return build(a.shape.with(place, a.shape[place] + b.shape[place]), (index) => {
      const beyond = index[place] - a.shape[place];
      return beyond < 0 ? at(a, index) : at(b, index.with(place, beyond));
    });
  },
  Gather: ([table, ids]) => {
    return build([...ids.shape, table.shape[1]], (index) => {
      const row = at(ids, index.slice(0, -1));
      return at(table, [row < 0 ? row + table.shape[0] : row, index.at(-1)!]);
    });
  },
  GatherND: ([x, ids]) => build([x.shape[0], x.shape[2]], ([b, f]) => at(x, [b, at(ids, [b, 0]), f])), // batch_dims 1
  ArgMax: ([x]) =>
    build([x.shape[0], 1], ([b]) => {
      const row = Array.from({ length: x.shape[1] }, (_, t) => at(x, [b, t]));
      return row.indexOf(Math.max(...row));
    }),
  CumSum: ([x]) => build(x.shape, ([b, t]) => sum(t + 1, (before) => at(x, [b, before]))), // axis 1
  ReduceSum: ([x], { keepdims }) => {
    const total = build(x.shape.with(1, 1), (index) => sum(x.shape[1], (t) => at(x, index.with(1, t)))); // axis 1
    return keepdims ? total : { ...total, shape: total.shape.toSpliced(1, 1) };
  },
  ReduceL2: ([x]) => {
    return build(
      x.shape.with(1, 1),
      (index) => Math.sqrt(sum(x.shape[1], (t) => at(x, index.with(1, t)) ** 2)),
    );
  },
  MatMul: ([a, b]) => {
    const [inner, columns] = b.shape.slice(-2);
    const data = Array.from({ length: a.data.length / inner * columns }, (_, flat) => {
      const [row, column] = [Math.floor(flat / columns), flat % columns];
      const matrix = b.shape.length === 2 ? 0 : Math.floor(row / a.shape.at(-2)!);
      const start = matrix * inner * columns + column;
      return sum(inner, (k) => a.data[row * inner + k] * b.data[start + k * columns]);
    });
    return { shape: [...a.shape.slice(0, -1), columns], data };
  },
  Softmax: ([x]) =>
    rows(x, (row) => {
      const largest = Math.max(...row);
      const powers = row.map((value) => Math.exp(value - largest));
      const total = sum(row.length, (i) => powers[i]);
      return powers.map((power) => power / total);
    }),
  LayerNormalization: ([x, scale, shift], { epsilon }) =>
    rows(x, (row) => {
      const mean = sum(row.length, (i) => row[i]) / row.length;
      const variance = sum(row.length, (i) => (row[i] - mean) ** 2) / row.length;
      const deviation = Math.sqrt(variance + (epsilon as number));
      return row.map((value, i) => (value - mean) / deviation * scale.data[i] + (shift?.data[i] ?? 0));
    }),
};

function each(compute: (x: number) => number): Operator {
  return ([{ shape, data }]) => ({ shape, data: data.map(compute) });
}

/** Of tensors whose sizes are equal or 1, missing ones in front being 1. */
function pairwise(compute: (a: number, b: number) => number): Operator {
  return ([a, b]) => {
    const axes = Math.max(a.shape.length, b.shape.length);
    const size = (x: OnnxTensor, axis: number) => x.shape[axis - axes + x.shape.length] ?? 1;
    const shape = Array.from({ length: axes }, (_, axis) => Math.max(size(a, axis), size(b, axis)));
    const value = (x: OnnxTensor, index: readonly number[]) => {
      return at(x, x.shape.map((size, axis) => size === 1 ? 0 : index[axis + axes - x.shape.length]));
    };
    return build(shape, (index) => compute(value(a, index), value(b, index)));
  };
}

/** Each row along the last axis by itself. */
function rows(x: OnnxTensor, compute: (row: number[]) => number[]): OnnxTensor {
  const size = x.shape.at(-1)!;
  const starts = Array.from({ length: x.data.length / size }, (_, row) => row * size);
  return { shape: x.shape, data: starts.flatMap((start) => compute(x.data.slice(start, start + size))) };
}

function build(shape: readonly number[], compute: (index: number[]) => number): OnnxTensor {
  const count = shape.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: count }, (_, flat) => {
    const index = shape.map(() => 0);
    for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return compute(index);
  });
  return { shape, data };
}

function at({ shape, data }: OnnxTensor, index: readonly number[]): number {
  const flat = shape.reduce((sum, size, axis) => sum * size + index[axis], 0);
  if (!(flat >= 0 && flat < data.length)) throw new RangeError(`Cannot take [${index}] of [${shape}]`);
  return data[flat];
}

function sum(count: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
}

/** By its Taylor series, 1e-9 exact up to 4; beyond, 1 is as exact. */
function erf(x: number): number {
  if (Math.abs(x) > 4) return Math.sign(x);
  let [term, total] = [x, x];
  for (let n = 1; n < 100; n++) {
    term *= -x * x / n;
    total += term / (2 * n + 1);
  }
  return 2 / Math.sqrt(Math.PI) * total;
}

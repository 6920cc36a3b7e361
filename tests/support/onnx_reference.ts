import type { OnnxFile, OnnxGraph, OnnxNode, OnnxTensor } from "./onnx_file.ts";

type Operator = (inputs: readonly OnnxTensor[], attributes: OnnxNode["attributes"]) => OnnxTensor;

/** What an ONNX file computes, in float64, by the definitions of its operators. */
export function evaluateOnnx(file: OnnxFile, inputs: Readonly<Record<string, OnnxTensor>>): OnnxTensor {
  const values = new Map([...file.constants, ...Object.entries(inputs)]);
  evaluateNodes(file, values);
  return values.get([...file.outputs.keys()][0])!;
}

function evaluateNodes(graph: OnnxGraph, values: Map<string, OnnxTensor>): void {
  for (const { type, inputs, outputs, attributes } of graph.nodes) {
    const given = inputs.map((name) => values.get(name)!);
    if (type === "Loop") values.set(outputs[0], evaluateLoop(given, attributes.body as OnnxGraph, values));
    else if (type === "Unique") unique(given[0]).forEach((result, i) => values.set(outputs[i], result));
    else {
      const operator = OPERATORS[type];
      if (operator === undefined) {
        throw new Error(`Cannot evaluate ${type}: it is not among the operators here`);
      }
      values.set(outputs[0], operator(given, attributes));
    }
  }
}

/** With one value that goes from turn to turn; what the body computes cannot end it. */
function evaluateLoop(
  [turns, , before]: readonly OnnxTensor[],
  body: OnnxGraph,
  values: Map<string, OnnxTensor>,
): OnnxTensor {
  const [turnName, goOnName, stateName] = body.inputs.keys();
  const [, steppedName] = body.outputs.keys();
  let state = before;
  for (let turn = 0; turn < turns.data[0]; turn++) {
    values.set(turnName, { shape: [], data: [turn] });
    values.set(goOnName, { shape: [], data: [1] });
    values.set(stateName, state);
    evaluateNodes(body, values);
    state = values.get(steppedName)!;
  }
  return state;
}

/** Rising; the second and the third output are not asked for. */
function unique({ data }: OnnxTensor): OnnxTensor[] {
  const counts = new Map<number, number>();
  for (const value of data) counts.set(value, (counts.get(value) ?? 0) + 1);
  const values = [...counts.keys()].sort((a, b) => a - b);
  const list = (data: number[]) => ({ shape: [data.length], data });
  return [list(values), list([]), list([]), list(values.map((value) => counts.get(value)!))];
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  Identity: ([x]) => x,
  Cast: ([x]) => x,
  Abs: each(Math.abs),
  Relu: each((x) => Math.max(x, 0)),
  Tanh: each(Math.tanh),
  Erf: each(erf),
  Log: each(Math.log),
  Sqrt: each(Math.sqrt),
  Not: each((x) => 1 - x),
  Add: elementwise((a, b) => a + b),
  Sub: elementwise((a, b) => a - b),
  Mul: elementwise(multiply),
  Div: (inputs, attributes) => {
    const divide = elementwise(inputs[1].isWhole ? (a, b) => Math.trunc(a / b) : (a, b) => a / b);
    return divide(inputs, attributes);
  },
  Mod: elementwise((a, b) => a - b * Math.floor(a / b)),
  BitwiseAnd: elementwise((a, b) => Number(BigInt(a) & BigInt(b))),
  BitwiseXor: elementwise((a, b) => Number(BigInt(a) ^ BigInt(b))),
  Pow: elementwise(Math.pow),
  Max: elementwise(Math.max),
  Min: elementwise(Math.min),
  And: elementwise(Math.min),
  Or: elementwise(Math.max),
  Equal: elementwise((a, b) => Number(a === b)),
  Greater: elementwise((a, b) => Number(a > b)),
  GreaterOrEqual: elementwise((a, b) => Number(a >= b)),
  LessOrEqual: elementwise((a, b) => Number(a <= b)),
  Where: elementwise((condition, a, b) => condition ? a : b),
  Expand: ([x, { data: sizes }]) => {
    return elementwise((a) => a)([x, build(sizes, () => 0)], {});
  },
  Shape: ([{ shape }], { start, end }) => {
    const sizes = shape.slice(start as number | undefined, end as number | undefined);
    return { shape: [sizes.length], data: sizes };
  },
  Pad: ([x, pads, { data: [filling] }]) => {
    const before = pads.data.slice(0, x.shape.length);
    const after = pads.data.slice(x.shape.length);
    return build(x.shape.map((size, axis) => before[axis] + size + after[axis]), (index) => {
      const place = index.map((i, axis) => i - before[axis]);
      return place.every((i, axis) => i >= 0 && i < x.shape[axis]) ? at(x, place) : filling;
    });
  },
  NonZero: (inputs) => {
    const [x] = inputs;
    const found: number[][] = [];
    build(x.shape, (index) => at(x, index) === 0 ? 0 : found.push([...index]));
    return build([x.shape.length, found.length], ([axis, i]) => found[i][axis]);
  },
  Compress: ([{ data }, kept]) => {
    const left = data.filter((_, i) => kept.data[i]);
    return { shape: [left.length], data: left };
  },
  ScatterND: ([x, indices, addends]) => { // reduction "add", of rows
    const data = [...x.data];
    const size = data.length / x.shape[0];
    addends.data.forEach((addend, i) => data[indices.data[Math.floor(i / size)] * size + i % size] += addend);
    return { shape: x.shape, data };
  },
  Unsqueeze: ([{ shape, data }, axes]) => {
    return { shape: axes.data.reduce((sizes, axis) => sizes.toSpliced(axis, 0, 1), [...shape]), data };
  },
  Reshape: ([{ shape, data }, sizes]) => {
    const known = sizes.data.map((size, i) => size || shape[i]);
    const rest = -data.length / known.reduce((a, b) => a * b, 1);
    return { shape: known.map((size) => size < 0 ? rest : size), data };
  },
  Transpose: ([x], { perm }) => {
    const order = perm as readonly number[];
    return build(order.map((axis) => x.shape[axis]), (index) => {
      return at(x, x.shape.map((_, axis) => index[order.indexOf(axis)]));
    });
  },
  Slice: ([x, { data: [start] }, { data: [end] }, { data: [axis] }]) => {
    const places = Array.from({ length: x.shape[axis] }, (_, i) => i).slice(start, end);
    return build(x.shape.with(axis, places.length), (index) => at(x, index.with(axis, places[index[axis]])));
  },
  Concat: (inputs, { axis }) => inputs.reduce((a, b) => joined(a, b, axis as number)),
  Gather: ([table, ids]) => {
    return build([...ids.shape, ...table.shape.slice(1)], (index) => {
      const row = at(ids, index.slice(0, ids.shape.length));
      return at(table, [row < 0 ? row + table.shape[0] : row, ...index.slice(ids.shape.length)]);
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
  ReduceMax: ([{ data }]) => ({ shape: [], data: [Math.max(...data)] }),
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
function elementwise(compute: (...values: number[]) => number): Operator {
  return (inputs) => {
    const axes = Math.max(...inputs.map(({ shape }) => shape.length));
    const sizes = inputs.map(({ shape }) => [...Array(axes - shape.length).fill(1), ...shape]);
    const shape = Array.from({ length: axes }, (_, axis) => {
      return sizes.map((own) => own[axis]).reduce((a, b) => a === 1 ? b : a);
    });
    return build(shape, (index) =>
      compute(...inputs.map((x, i) => {
        const place = index.map((at, axis) => sizes[i][axis] === 1 ? 0 : at);
        return at(x, place.slice(axes - x.shape.length));
      })));
  };
}

/** Of whole numbers beyond 2^53 the low 32 bits, all that a file goes on with. */
function multiply(a: number, b: number): number {
  const product = a * b;
  const isRounded = Number.isInteger(product) && Math.abs(product) > 2 ** 53 && Math.abs(product) < 2 ** 63;
  return isRounded && Number.isInteger(a) && Number.isInteger(b)
    ? Number(BigInt.asUintN(32, BigInt(a) * BigInt(b)))
    : product;
}

function joined(a: OnnxTensor, b: OnnxTensor, axis: number): OnnxTensor {
  return build(a.shape.with(axis, a.shape[axis] + b.shape[axis]), (index) => {
    const beyond = index[axis] - a.shape[axis];
    return beyond < 0 ? at(a, index) : at(b, index.with(axis, beyond));
  });
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

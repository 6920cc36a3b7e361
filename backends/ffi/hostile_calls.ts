import type { Context } from "./context.ts";
import {
  activationCodes,
  binaryCodes,
  compareCodes,
  dtypeCodes,
  type Native,
  reduceCodes,
  symbols,
  unaryCodes,
} from "./symbols.ts";
import { type Argument, hostileArguments, type Value } from "./hostile_arguments.ts";
import { upload } from "./test_support.ts";

/** A call that must be refused, with what is wrong about it. */
export interface HostileCall {
  readonly name: string;
  readonly run: () => number;
}

/** For a context: one right call of each op, and every call that differs from it in one wrong argument. */
export function hostileCalls(context: Context): { right: HostileCall[]; wrong: HostileCall[] } {
  const { native, id } = context;
  const { floats, other, unwritten, freed, madeUp, ...kinds } = hostileArguments(context);
  const { input, optional, output, size, code, free, list } = kinds;
  const [x, w, row] = [floats(16), floats(16), floats(4)];
  const [ids, longIds] = [Int32Array.of(3, 0, 0, 1), Int32Array.of(0, 1, 2, 4)].map((x) =>
    upload(context, x)
  );
  const negativeIds = upload(context, Int32Array.of(0, 1, -1, 2));
  const starts = (...numbers: number[]) => Int32Array.from(numbers);
  const max = 0xffffffff;
  const geluForms = ["erf", "tanh"];
  const product = () => [input(x, other), input(w, other), output(64), size(4, 3), size(4, 3), size(4, 3)];

  const calls: Partial<Record<keyof Native, Argument[]>> = {
    taxon_assign: [{ value: floats(16), wrong: [0, ...madeUp, other] }, input(x, other)],
    taxon_fill: [code(0, dtypeCodes), free(1), { value: x, wrong: madeUp }],
    taxon_unary: [code(2, unaryCodes), { value: 0, wrong: [1, 2, 9] }, input(x, other), output(64)],
    taxon_binary: [
      code(0, binaryCodes),
      { value: 0, wrong: [2, 9] },
      input(x, other),
      optional(w),
      free(0),
      output(64),
      ...list([4, 4, 4, 4, 4, 4], [4, 4, 4, 4, 4, 3], [max, max, 4, 4, 4, 4], [2, 8, 4, 4, 4, 4]),
    ],
    taxon_compare: [
      code(0, compareCodes),
      { value: 0, wrong: [3, 9] },
      input(x, other),
      optional(row),
      free(0),
      output(64),
      ...list([4, 4, 4, 4, 1, 4], [4, 4, 4, 4, 4, 4], [4, 4, 4, 4, 1, 0]),
    ],
    taxon_where: [
      code(0, dtypeCodes),
      input(x, other),
      optional(w),
      free(0),
      optional(w),
      free(0),
      output(64),
      ...list([16, 16, 16, 16], [16, 16, 16, 17], [0, 0, 0, 0]),
    ],
    taxon_cast: [input(x, other), { value: 0, wrong: [2, 9] }, output(64), { value: 1, wrong: [3, 9] }],
    taxon_reduce: [code(0, reduceCodes), { value: 0, wrong: [2, 9] }, input(x, other), size(4, 3), {
      value: 1,
      wrong: [3, max],
    }, output(16)],
    taxon_broadcast: [
      { value: 0, wrong: [2, 9] },
      input(row, other),
      output(64),
      ...list([4, 4, 1, 4], [4, 4, 2, 2], [4, 4, 4, 4]),
    ],
    taxon_transpose: [
      { value: 0, wrong: [2, 9] },
      input(x, other),
      output(64),
      ...list([2, 8, 1, 0], [2, 8, 1, 1], [2, 8, 0, 2], [2, 9, 1, 0], [max, max, 1, 0]),
    ],
    taxon_slice: [
      { value: 0, wrong: [2, 9] },
      input(x, other),
      output(16),
      ...list([4, 4, 1, 2, 2, 2], [4, 4, 3, 2, 2, 2], [4, 4, max, 2, 2, 2], [4, 4, 1, 2, 2, 3]),
    ],
    taxon_pad: [
      { value: 0, wrong: [2, 9] },
      input(row, other),
      output(64),
      ...list([2, 2, 1, 2, 4, 4], [2, 2, 3, 2, 4, 4], [2, 2, 1, max, 4, 4]),
    ],
    taxon_concat: [size(4, 3), output(128), ...list([x, w], [x, freed], [x, 0], [x, other])],
    taxon_gather: [
      input(x, other),
      { value: 0, wrong: [1, 9] },
      input(ids, longIds, negativeIds),
      size(4, 3),
      output(64),
      { value: 0, wrong: [2, 9] },
    ],
    taxon_scatter_add: [
      { value: 0, wrong: [2, 9] },
      input(ids, negativeIds, longIds),
      input(x, other),
      size(4, 3),
      output(64),
    ],
    taxon_matmul: [
      ...product(),
      free(2),
      ...list([1, 1, 1], [2, 1, 1], [1, 2, 1], [0, 0, 0]),
    ],
    taxon_linear: [
      input(x, other),
      input(w, other),
      optional(row),
      code(1, activationCodes),
      output(64),
      size(4, 3),
      size(4, 3),
      size(4, 3),
    ],
    taxon_linear_grad_x: product(),
    taxon_linear_grad_weight: product(),
    taxon_softmax: [input(x, other), size(4, 3), output(64)],
    taxon_softmax_grad: [input(x, other), input(w, other), size(4, 3), output(64)],
    taxon_gelu: [code(0, geluForms), input(x, other), output(64)],
    taxon_gelu_grad: [code(1, geluForms), input(x, other), input(w, other), output(64)],
    taxon_layer_norm: [input(x, other), optional(row), optional(row), size(4, 3), free(1e-5), output(64)],
    taxon_layer_norm_grad: [
      input(x, other),
      input(w, other),
      optional(row),
      size(4, 3),
      free(1e-5),
      ...[64, 16, 16].map((bytes) => ({ ...output(bytes), wrong: madeUp })),
    ],
    taxon_random: [free(1), free(2), input(ids), size(4, 3), output(64)],
    taxon_dropout: [
      free(1),
      free(2),
      { value: 0.5, wrong: [NaN, 1, -1, Infinity] },
      input(ids, other),
      input(x, other),
      size(4, 3),
      output(64),
    ],
    taxon_attention: [
      input(x, other),
      input(w, other),
      input(w, other),
      size(2, 3),
      size(2, 3),
      free(1),
      free(1),
      free(2),
      { value: 0.5, wrong: [NaN, 1, -1] },
      optional(ids),
      output(64),
      {
        value: starts(0, 1, 4, 0, 2, 4),
        wrong: [
          starts(0, 5, 4, 0, 2, 4),
          starts(0, 1, 5, 0, 2, 4),
          starts(1, 1, 4, 0, 2, 4),
          starts(0, -1, 4, 0, 2, 4),
          null,
        ],
      },
      { value: 6, wrong: [5, 4, 1] },
    ],
    taxon_attention_grad: [
      input(x, other),
      input(x, other),
      input(w, other),
      input(w, other),
      size(2, 3),
      size(2, 3),
      free(1),
      free(1),
      free(2),
      { value: 0, wrong: [NaN, 1, -1] },
      optional(ids),
      output(64),
      output(64),
      output(64),
      { value: starts(0, 4, 0, 4), wrong: [starts(0, 5, 0, 4), starts(0, 4, 4, 0), null] },
      { value: 4, wrong: [3, 2] },
    ],
    taxon_cross_entropy: [input(x, other), input(ids, x), optional(row), free(0.1), size(4, 3), output(16)],
    taxon_cross_entropy_grad: [
      input(row, other),
      input(x, other),
      input(ids, x),
      optional(row),
      free(0.1),
      size(4, 3),
      output(64),
    ],
    taxon_adamw: [
      ...[1, 2, 3, 4].map(() => input(floats(16), other)),
      optional(floats(1)),
      ...[0.9, 0.999, 1e-8, 1, 0.1, 0].map(free),
    ],
    taxon_sum_squares: [output(8), ...list([x, w], [x, freed], [x, unwritten])],
  };

  const call = (name: string, args: Value[]) => () =>
    (native[name as keyof Native] as (...args: unknown[]) => number)(id, ...args);
  const right: HostileCall[] = [];
  const wrong: HostileCall[] = [];
  for (const [name, args] of Object.entries(calls)) {
    const values = args.map(({ value }) => value);
    right.push({ name, run: call(name, values) });
    args.forEach(({ wrong: others }, i) => {
      for (const value of others) {
        const shown = ArrayBuffer.isView(value) ? `[${value}]` : String(value);
        wrong.push({
          name: `${name} with ${shown} as argument ${i + 1}`,
          run: call(name, values.with(i, value)),
        });
      }
    });
  }
  const untested = Object.keys(symbols).filter((name) => !(name in calls) && !notOps.includes(name));
  if (untested.length > 0) throw new Error(`no hostile calls for ${untested}`);
  return { right, wrong };
}

/** Functions that have tests of their own. */
const notOps = [
  "taxon_context_create",
  "taxon_context_free",
  "taxon_context_facts",
  "taxon_last_error",
  "taxon_alloc",
  "taxon_free",
  "taxon_upload",
  "taxon_read",
  "taxon_panic",
];

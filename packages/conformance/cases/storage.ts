import { assign, cast, DeviceError, full, gather, type HostArray } from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { ConformanceError } from "../errors.ts";
import { type CaseContext, toHost } from "../context.ts";
import { build, map, nd, type NdArray, sample } from "../oracle/nd_array.ts";
import * as oracle from "../oracle/primitives.ts";
import { roundToBfloat16, roundToFloat16, truncateToInt32 } from "../oracle/scalar.ts";
import { exact } from "../tolerance.ts";

const LIMITS = nd([10], [NaN, Infinity, -Infinity, 1e30, -1e30, 2147483520, -2147483648, 2.9, -2.9, -0.5]);

/** Numbers between and halfway between 16-bit neighbours, of both parities, and beyond the range of f16. */
const HALFWAY = nd([4, 4], [
  1 + 2 ** -11,
  1 + 3 * 2 ** -11,
  1 + 2 ** -8,
  1 + 3 * 2 ** -8,
  1 + 2 ** -8 + 2 ** -20,
  -1 - 2 ** -11,
  65504,
  65519,
  65520,
  1e6,
  3.1415927410125732,
  -0.1,
  2 ** -24,
  6.1e-5,
  Infinity,
  -Infinity,
]);

function sixteenBitCases(dtype: "f16" | "bf16", round: (x: number) => number): ConformanceCase[] {
  const rounded = (x: NdArray) => ({ ...map(x, round), dtype });
  return [
    {
      name: `storage/${dtype}`,
      async run(context) {
        context.requireDType(dtype);
        const x = rounded(sample(dtype, [5, 13]));
        await context.expect(context.tensor(x), x, exact);
      },
    },
    {
      name: `cast/f32 to ${dtype}`,
      async run(context) {
        context.requireDType(dtype);
        for (const x of [HALFWAY, sample(dtype, [257]), nd([2], [NaN, 0])]) {
          await context.expect(context.run(() => cast(context.tensor(x), dtype)), rounded(x), exact);
        }
      },
    },
    {
      name: `cast/${dtype} to f32`,
      async run(context) {
        context.requireDType(dtype);
        const x = rounded(sample(dtype, [3, 65]));
        await context.expect(
          context.run(() => cast(context.tensor(x), "f32")),
          { ...x, dtype: "f32" },
          exact,
        );
      },
    },
    {
      name: `gather/${dtype} table`,
      async run(context) {
        context.requireDType(dtype);
        const table = rounded(sample(dtype, [9, 7]));
        const ids = nd([2, 3], [8, 0, 3, 3, 1, 8], "i32");
        const rows = context.run(() => gather(context.tensor(table), context.tensor(ids), "f32"));
        await context.expect(rows, oracle.gather(table, ids), exact);
      },
    },
  ];
}

async function checkRoundTrip(context: CaseContext): Promise<void> {
  for (const shape of [[], [1], [0], [0, 3], [257], [3, 5, 7]]) {
    const floats = sample("round trip", shape);
    await context.expect(context.tensor(floats), floats, exact, `f32 [${shape}]`);
    const integers: NdArray = { ...map(floats, (x) => Math.round(x * 1e8)), dtype: "i32" };
    await context.expect(context.tensor(integers), integers, exact, `i32 [${shape}]`);
  }
}

/** NaN, infinities, zeros and numbers at both ends of the range. */
async function checkSpecialValues(context: CaseContext): Promise<void> {
  const x = nd([8], [NaN, Infinity, -Infinity, 0, -0, 3.4028234663852886e38, 1.1754943508222875e-38, -1e-30]);
  await context.expect(context.tensor(x), x, exact);
}

async function checkCopies(context: CaseContext): Promise<void> {
  const { backend } = context;
  const host = Float32Array.of(1, 2, 3);
  const spec = { shape: [3], dtype: "f32" } as const;
  const buffer = backend.upload(host, spec);
  host.fill(9);
  const operand = { buffer, ...spec };
  const first = await backend.read(operand);
  const uploaded = first.join();
  first.fill(7);
  const second = await backend.read(operand);
  backend.free(buffer);
  if (uploaded !== "1,2,3") {
    throw new ConformanceError(`upload must copy: got ${uploaded} after the host array changed`);
  }
  if (second.join() !== "1,2,3") {
    throw new ConformanceError(`read must copy: got ${second.join()} after the first copy changed`);
  }
}

function checkReadSync(context: CaseContext): void {
  const x = sample("readSync", [4, 3]);
  const operand = context.tensor(x).operand();
  if (context.backend.capabilities.syncRead) {
    const same = context.backend.readSync(operand);
    if (`${same}` !== `${toHost(x)}`) {
      throw new ConformanceError(`readSync gave [${same}], expected [${x.data}]`);
    }
    return;
  }
  try {
    context.backend.readSync(operand);
  } catch (error) {
    if (error instanceof DeviceError) return;
    throw error;
  }
  throw new ConformanceError("readSync must throw DeviceError where capabilities.syncRead is false");
}

/** A read sees what was written before it, and nothing that was written after. */
async function checkProgramOrder(context: CaseContext): Promise<void> {
  const x = context.tensor(nd([2], [1, 2]));
  const [three, five] = [context.tensor(nd([2], [3, 3])), context.tensor(nd([2], [5, 5]))];
  assign(x, three);
  const early = x.data<HostArray>();
  assign(x, five);
  const [before, after] = [await early, await x.data<HostArray>()];
  if (before[0] !== 3 || after[0] !== 5) {
    throw new ConformanceError(`read, assign, read gave ${before[0]} and ${after[0]}, expected 3 and 5`);
  }
}

async function checkAssign(context: CaseContext): Promise<void> {
  const source = sample("assign", [7, 9]);
  const destination = context.tensor(map(source, () => 0));
  assign(destination, context.tensor(source));
  await context.expect(destination, source, exact);
  await context.backend.flush();
}

async function checkFill(context: CaseContext): Promise<void> {
  const { backend } = context;
  for (
    const [shape, value] of [[[], 2.5], [[0], 1], [[257], -0.5], [[3, 65], NaN], [[7], -Infinity]] as const
  ) {
    const filled = context.own(full(shape, value, { backend }));
    const expected = build(shape, () => value);
    await context.expect(filled, expected, exact, `fill ${value}`);
  }
  const sevens = context.own(full([5], -7, { backend, dtype: "i32" }));
  await context.expect(sevens, nd([5], [-7, -7, -7, -7, -7], "i32"), exact);
}

/** Upload, read, fill, assign, 16-bit storage and conversions at the limits. */
export const storageCases: readonly ConformanceCase[] = [
  { name: "storage/round trip", run: checkRoundTrip },
  { name: "storage/special values", run: checkSpecialValues },
  { name: "storage/copies", run: checkCopies },
  { name: "storage/readSync", run: checkReadSync },
  { name: "storage/program order", run: checkProgramOrder },
  { name: "assign/values", run: checkAssign },
  { name: "fill/values", run: checkFill },
  {
    name: "cast/f32 to i32",
    async run(context) {
      const expected: NdArray = { ...map(LIMITS, truncateToInt32), dtype: "i32" };
      await context.expect(context.run(() => cast(context.tensor(LIMITS), "i32")), expected, exact);
    },
  },
  ...sixteenBitCases("f16", roundToFloat16),
  ...sixteenBitCases("bf16", roundToBfloat16),
];

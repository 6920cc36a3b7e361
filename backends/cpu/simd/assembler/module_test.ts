import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { FunctionBuilder } from "./function.ts";
import { engineHasFma, ModuleBuilder } from "./module.ts";
import { F32x4, I32, I32x4 } from "./values.ts";

/** Runs a kernel without arguments on a memory that starts with `input`, thread number 7, units 2 … 4. */
function run(
  input: number[],
  body: (f: FunctionBuilder, begin: I32, end: I32) => void,
  hasFma = true,
): Float32Array {
  const module = new ModuleBuilder(hasFma);
  module.kernel("test", {}, (f, _, begin, end) => body(f, begin, end));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const floats = new Float32Array(memory.buffer);
  floats.set(input);
  const bytes = module.encode({ shared: false, maximumPages: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, thread: 7 } });
  (exports.test as (...args: number[]) => void)(0, 2, 5);
  return floats;
}

const zero = I32.of(0);
const address = I32.of(64);

Deno.test("for() counts from begin to below end", () => {
  const result = run([], (f, begin, end) => {
    f.for(begin, end, 1, (i) => f.store(address.add(i.shl(2)), i.add(1).mul(i)));
  });
  assertEquals([...new Int32Array(result.buffer, 64, 6)], [0, 0, 6, 12, 20, 0]);
});

Deno.test("for() over no elements and addresses above 2 GiB compare as unsigned", () => {
  const result = run([1], (f) => {
    f.for(5, 5, 1, () => f.store(zero, I32.of(9)));
    f.for(0x80000000, 0x7fffffff, 1, () => f.store(zero, I32.of(9)));
  });
  assertEquals(result[0], 1);
});

Deno.test("switch() runs the one body selected", () => {
  const result = run([], (f, begin, end) => {
    f.for(begin, end, 1, (i) => {
      const store = (value: number) => () => f.store(address.add(i.shl(2)), I32.of(value));
      f.switch(i.sub(2), [store(10), store(20), store(30)]);
    });
  });
  assertEquals([...new Int32Array(result.buffer, 64, 6)], [0, 0, 10, 20, 30, 0]);
});

Deno.test("functions get their arguments by value and know their thread", () => {
  const module = new ModuleBuilder(false);
  const callee = module.function([I32, I32], (f, at, value) => {
    f.set(value, value.add(f.thread));
    f.store(at, value);
  });
  module.kernel("test", {}, (f, _, begin) => {
    f.call(callee, I32.of(64), begin);
    f.store(I32.of(68), begin);
  });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const bytes = module.encode({ shared: false, maximumPages: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, thread: 7 } });
  (exports.test as (...args: number[]) => void)(0, 2, 5);
  assertEquals([...new Int32Array(memory.buffer, 64, 2)], [9, 2]);
});

Deno.test("vectors compute lane by lane", () => {
  const result = run([1, -2, 3, -4], (f) => {
    const x = f.let(zero.loadF32x4());
    f.store(address, x.mul(x).add(1).shuffle(x, [3, 0, 5, 6]));
    f.store(address, x.lt(0).select(x.neg(), 100), 16);
    f.store(address, I32x4.lanes([-1, 0, 1, 2]).sar(1).toF32x4(), 32);
    f.storeLane(address, x, 2, 48);
  });
  assertEquals([...result.subarray(16, 29)], [17, 2, -2, 3, 100, 2, 100, 4, -1, 0, 0, 1, 3]);
});

Deno.test("atLeast() and max() keep a NaN", () => {
  const result = run([NaN, NaN, 1, -1], (f) => {
    const x = f.let(zero.loadF32x4());
    f.store(address, x.atLeast(0));
    f.store(address, F32x4.of(0).max(x), 16);
  });
  assertEquals([...result.subarray(16, 24)], [NaN, NaN, 1, 0, NaN, NaN, 1, 0]);
});

Deno.test("fma() rounds once where the engine fuses and agrees with two operations within one rounding", () => {
  const x = 1 + 2 ** -12;
  const square = (hasFma: boolean) =>
    run([x, x, x, x], (f) => {
      const v = f.let(zero.loadF32x4());
      f.store(address, f.fma(v, v, -1));
    }, hasFma)[16];
  const exact = x * x - 1;
  assertAlmostEquals(square(false), exact, 2 ** -23);
  assertAlmostEquals(square(engineHasFma()), exact, 2 ** -23);
});

import { name, section, unsigned, vector } from "./encoding.ts";
import { FunctionBuilder, type FunctionHandle } from "./function.ts";
import { F32, I32, type Value, type ValueClass } from "./values.ts";

/** Names and types of a kernel's arguments, 4 bytes each. */
export type ArgumentSpec = Readonly<Record<string, "i32" | "f32">>;

/** A kernel as the host calls it: its place in the module's exports and the order of its arguments. */
export interface Kernel<Spec extends ArgumentSpec = ArgumentSpec> {
  /** Name of the export. */
  readonly name: string;
  /** Its place among the exports. */
  readonly index: number;
  readonly spec: Spec;
}

type Instances<Classes extends readonly ValueClass[]> = { [K in keyof Classes]: InstanceType<Classes[K]> };
type Arguments<Spec extends ArgumentSpec> = { readonly [K in keyof Spec]: Spec[K] extends "f32" ? F32 : I32 };

const FUNCTION_TYPE = 0x60;
const THREAD = new I32([0x23, 0]); // global 0, imported

/**
 * Collects functions and writes the binary module. It imports `env.memory` and `env.thread` (the number of the thread
 * that instantiates it, for scratch memory of its own).
 */
export class ModuleBuilder {
  readonly #functions: { params: number[]; builder: FunctionBuilder; exported?: string }[] = [];

  /** @param hasFma Emit relaxed fused multiply-add (see `engineHasFma`) rather than multiply, then add. */
  constructor(readonly hasFma: boolean) {}

  /** Adds a function without result, called by others through `f.call`. */
  function<const Classes extends readonly ValueClass[]>(
    classes: Classes,
    body: (f: FunctionBuilder, ...params: Instances<Classes>) => void,
    exported?: string,
  ): FunctionHandle {
    const params = classes.map((Class, local) => new Class([0x20, ...unsigned(local)], local));
    const builder = new FunctionBuilder(params.length, this.hasFma, THREAD);
    body(builder, ...params as Value[] as Instances<Classes>);
    const index = this.#functions.push({ params: params.map((p) => p.wasmType), builder, exported }) - 1;
    return { index };
  }

  /**
   * Adds an exported kernel `(arguments: pointer, begin, end)` that computes the units begin … end−1. Any division of
   * the units into calls, on any thread, must give the same result.
   */
  kernel<const Spec extends ArgumentSpec>(
    exported: string,
    spec: Spec,
    body: (f: FunctionBuilder, args: Arguments<Spec>, begin: I32, end: I32) => void,
  ): Kernel<Spec> {
    const index = this.#functions.filter((other) => other.exported !== undefined).length;
    this.function([I32, I32, I32], (f, pointer, begin, end) => {
      const entries = Object.entries(spec).map(([key, type], i) => {
        const value: I32 | F32 = type === "i32" ? pointer.loadI32(4 * i) : pointer.loadF32(4 * i);
        return [key, f.let<Value>(value)];
      });
      body(f, Object.fromEntries(entries) as Arguments<Spec>, begin, end);
    }, exported);
    return { name: exported, index, spec };
  }

  /** The module's bytes, for a memory of at most `maximumPages`. */
  encode(memory: { shared: boolean; maximumPages: number }): Uint8Array<ArrayBuffer> {
    const types = this.#functions.map(({ params }) => [FUNCTION_TYPE, ...vector(params.map((p) => [p])), 0]);
    const limits = [memory.shared ? 3 : 1, 0, ...unsigned(memory.maximumPages)];
    const imports = [
      [...name("env"), ...name("memory"), 2, ...limits],
      [...name("env"), ...name("thread"), 3, 0x7f, 0],
    ];
    const exports = this.#functions.flatMap(({ exported }, index) =>
      exported === undefined ? [] : [[...name(exported), 0, ...unsigned(index)]]
    );
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
      ...section(1, vector(types)),
      ...section(2, vector(imports)),
      ...section(3, vector(types.map((_, index) => unsigned(index)))),
      ...section(7, vector(exports)),
      ...section(10, vector(this.#functions.map(({ builder }) => builder.encode()))),
    ]);
  }
}

/** Whether relaxed SIMD's multiply-add is there and rounds once: Bun has one that rounds twice, as it may. */
export function engineHasFma(): boolean {
  if (hasFma === undefined) {
    const probe = fmaProbe();
    hasFma = takesRelaxedSimd(probe) && isFused(probe);
  }
  return hasFma;
}

let hasFma: boolean | undefined;

/** A module that computes a · b + c of the four floats at 0, 16 and 32 bytes, and writes it in the place of a. */
function fmaProbe(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(true);
  const [a, b, c] = [0, 16, 32].map((address) => I32.of(address));
  module.function([], (f) => f.store(a, f.fma(a.loadF32x4(), b.loadF32x4(), c.loadF32x4())), "probe");
  return module.encode({ shared: false, maximumPages: 1 });
}

/** Whether the engine takes the instruction. Node 20 has it behind a flag, set here for the same bits as elsewhere. */
function takesRelaxedSimd(probe: Uint8Array<ArrayBuffer>): boolean {
  if (WebAssembly.validate(probe)) return true;
  const { process } = globalThis as {
    process?: {
      readonly version?: string;
      getBuiltinModule?(name: "node:v8"): { setFlagsFromString(flags: string): void };
    };
  };
  if (!process?.version?.startsWith("v20.")) return false;
  process.getBuiltinModule?.("node:v8").setFlagsFromString("--experimental-wasm-relaxed-simd");
  return WebAssembly.validate(probe);
}

function isFused(probe: Uint8Array<ArrayBuffer>): boolean {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const floats = new Float32Array(memory.buffer);
  const x = 1 + 2 ** -12; // x² = 1 + 2⁻¹¹ + 2⁻²⁴, whose last part a product rounded to f32 loses
  floats.fill(x, 0, 8).fill(-1 - 2 ** -11, 8, 12);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(probe), { env: { memory, thread: 0 } });
  (exports.probe as () => void)();
  return floats[0] === 2 ** -24;
}

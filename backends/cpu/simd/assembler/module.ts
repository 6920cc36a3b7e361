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

/** Whether this engine knows relaxed SIMD's fused multiply-add. */
export function engineHasFma(): boolean {
  const probe = new ModuleBuilder(true);
  probe.function([I32], (f, p) => f.store(p, f.fma(p.loadF32x4(), p.loadF32x4(), p.loadF32x4())));
  return WebAssembly.validate(probe.encode({ shared: false, maximumPages: 1 }));
}

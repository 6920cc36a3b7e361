import { unsigned } from "./encoding.ts";
import { F32, F32x4, I32, I32x4, type Value, type ValueClass } from "./values.ts";

/** A function of the module under construction, for `f.call`. */
export interface FunctionHandle {
  readonly index: number;
}

const LOOP = 0x03, IF = 0x04, ELSE = 0x05, END = 0x0b, BR_IF = 0x0d, VOID = 0x40;

/** Builds the body of one function: variables, loops, branches, stores. */
export class FunctionBuilder {
  readonly code: number[] = [];
  readonly #localTypes: number[] = [];

  /**
   * @param parameterCount Locals 0 … parameterCount−1 are the parameters.
   * @param hasFma Whether the engine knows relaxed fused multiply-add.
   * @param thread Number of the thread that runs the code.
   */
  constructor(readonly parameterCount: number, readonly hasFma: boolean, readonly thread: I32) {}

  /** The function's encoded entry of the code section. */
  encode(): number[] {
    const locals = this.#localTypes.flatMap((type) => [1, type]);
    const body = [...unsigned(this.#localTypes.length), ...locals, ...this.code, END];
    return [...unsigned(body.length), ...body];
  }

  /** A new variable that starts as `init`. */
  let<T extends Value>(init: T): T {
    const local = this.parameterCount + this.#localTypes.push(init.wasmType) - 1;
    const variable = new (init.constructor as ValueClass<T>)([0x20, ...unsigned(local)], local);
    this.set(variable, init);
    return variable;
  }

  /** Gives a variable made by `let` (or a parameter) a new value. */
  set<T extends Value>(variable: T, value: T): void {
    this.code.push(...value.code, 0x21, ...unsigned(variable.local));
  }

  /** a · b + c, with one rounding where the engine fuses. */
  fma(a: F32x4, b: F32x4 | number, c: F32x4 | number): F32x4 {
    if (!this.hasFma) return a.mul(b).add(c);
    return new F32x4([...a.code, ...F32x4.of(b).code, ...F32x4.of(c).code, 0xfd, ...unsigned(0x105)]);
  }

  /** Runs `body` with i = begin, begin + step … while i < end (unsigned). */
  for(begin: I32 | number, end: I32 | number, step: I32 | number, body: (i: I32) => void): void {
    const i = this.let(I32.of(begin));
    const last = typeof end === "number" || end.local >= 0 ? end : this.let(end);
    this.if(i.lt(last), () => {
      this.code.push(LOOP, VOID);
      body(i);
      this.set(i, i.add(step));
      this.code.push(...i.lt(last).code, BR_IF, 0, END);
    });
  }

  if(condition: I32, then: () => void, otherwise?: () => void): void {
    this.code.push(...condition.code, IF, VOID);
    then();
    if (otherwise) {
      this.code.push(ELSE);
      otherwise();
    }
    this.code.push(END);
  }

  /** Runs the body whose number `selector` is; the most frequent one should come last, where no check remains. */
  switch(selector: I32, bodies: readonly (() => void)[], first = 0): void {
    if (first === bodies.length - 1) return bodies[first]();
    this.if(selector.eq(first), bodies[first], () => this.switch(selector, bodies, first + 1));
  }

  call(target: FunctionHandle, ...args: Value[]): void {
    this.code.push(...args.flatMap((arg) => arg.code), 0x10, ...unsigned(target.index));
  }

  /** Writes `value` at `address` + `offset` bytes. */
  store(address: I32, value: Value, offset = 0): void {
    const opcode = value instanceof I32 ? [0x36] : value instanceof F32 ? [0x38] : [0xfd, 0x0b];
    this.code.push(...address.code, ...value.code, ...opcode, 0, ...unsigned(offset));
  }

  /** Writes one lane of `value`. */
  storeLane(address: I32, value: F32x4 | I32x4, lane: number, offset = 0): void {
    this.code.push(...address.code, ...value.code, 0xfd, 0x5a, 0, ...unsigned(offset), lane);
  }

  /** Copies `bytes` bytes; the ranges do not overlap. */
  copy(to: I32, from: I32, bytes: I32): void {
    this.code.push(...to.code, ...from.code, ...bytes.code, 0xfc, 0x0a, 0, 0);
  }
}

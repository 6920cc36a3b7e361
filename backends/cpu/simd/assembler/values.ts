/**
 * Typed expressions of the WebAssembly assembler. A value is the code that pushes it on the stack, so using a value
 * twice computes it twice: name it with `f.let` first. Plain numbers are constants of the other operand's type.
 *
 * @module
 */
import { float32, signed, unsigned } from "./encoding.ts";

/** Code that leaves one value on the stack. */
export abstract class Value {
  /** Byte of the WebAssembly value type. */
  abstract readonly wasmType: number;

  constructor(readonly code: readonly number[], readonly local: number = -1) {}
}

/** The class of a value, which stands for its type. */
export type ValueClass<T extends Value = Value> = new (code: readonly number[], local?: number) => T;

const SIMD = 0xfd;
const simd = (opcode: number): number[] => [SIMD, ...unsigned(opcode)];
/** Alignment is only a hint and rows start anywhere, so it is always 1 byte (0). */
const memory = (offset: number): number[] => [0, ...unsigned(offset)];

/** A 32-bit integer; comparisons and right shifts are unsigned, as addresses are. */
export class I32 extends Value {
  readonly wasmType = 0x7f;

  static of(value: I32 | number): I32 {
    return typeof value === "number" ? new I32([0x41, ...signed(value)]) : value;
  }

  #with(other: I32 | number, opcode: number): I32 {
    return new I32([...this.code, ...I32.of(other).code, opcode]);
  }

  add(other: I32 | number): I32 {
    return other === 0 ? this : this.#with(other, 0x6a);
  }
  sub(other: I32 | number): I32 {
    return this.#with(other, 0x6b);
  }
  mul(other: I32 | number): I32 {
    return this.#with(other, 0x6c);
  }
  div(other: I32 | number): I32 {
    return this.#with(other, 0x6e);
  }
  rem(other: I32 | number): I32 {
    return this.#with(other, 0x70);
  }
  and(other: I32 | number): I32 {
    return this.#with(other, 0x71);
  }
  xor(other: I32 | number): I32 {
    return this.#with(other, 0x73);
  }
  shl(other: I32 | number): I32 {
    return this.#with(other, 0x74);
  }
  shr(other: I32 | number): I32 {
    return this.#with(other, 0x76);
  }
  eq(other: I32 | number): I32 {
    return this.#with(other, 0x46);
  }
  lt(other: I32 | number): I32 {
    return this.#with(other, 0x49);
  }
  min(other: I32): I32 {
    return new I32([...this.code, ...other.code, ...this.lt(other).code, 0x1b]);
  }

  /** This integer as the address of an i32, plus `offset` bytes. */
  loadI32(offset = 0): I32 {
    return new I32([...this.code, 0x28, ...memory(offset)]);
  }
  loadF32(offset = 0): F32 {
    return new F32([...this.code, 0x2a, ...memory(offset)]);
  }
  loadF32x4(offset = 0): F32x4 {
    return new F32x4([...this.code, ...simd(0), ...memory(offset)]);
  }
  /** Four copies of one element. */
  loadSplat(offset = 0): F32x4 {
    return new F32x4([...this.code, ...simd(9), ...memory(offset)]);
  }
}

/** A 32-bit float. */
export class F32 extends Value {
  readonly wasmType = 0x7d;

  static of(value: F32 | number): F32 {
    return typeof value === "number" ? new F32([0x43, ...float32(value)]) : value;
  }

  #with(other: F32 | number, opcode: number): F32 {
    return new F32([...this.code, ...F32.of(other).code, opcode]);
  }

  add(other: F32 | number): F32 {
    return this.#with(other, 0x92);
  }
  sub(other: F32 | number): F32 {
    return this.#with(other, 0x93);
  }
  mul(other: F32 | number): F32 {
    return this.#with(other, 0x94);
  }
  div(other: F32 | number): F32 {
    return this.#with(other, 0x95);
  }
  max(other: F32 | number): F32 {
    return this.#with(other, 0x97);
  }
  sqrt(): F32 {
    return new F32([...this.code, 0x91]);
  }
  /** The integer's value as a float, unsigned. */
  static fromI32(value: I32): F32 {
    return new F32([...value.code, 0xb3]);
  }
}

/** Four floats. */
export class F32x4 extends Value {
  readonly wasmType = 0x7b;

  static of(value: F32x4 | F32 | number): F32x4 {
    if (value instanceof F32x4) return value;
    return new F32x4([...F32.of(value).code, ...simd(0x13)]);
  }

  #with(other: F32x4 | number, opcode: number): F32x4 {
    return new F32x4([...this.code, ...F32x4.of(other).code, ...simd(opcode)]);
  }
  #apply(opcode: number): F32x4 {
    return new F32x4([...this.code, ...simd(opcode)]);
  }
  #compare(other: F32x4 | number, opcode: number): I32x4 {
    return new I32x4(this.#with(other, opcode).code);
  }

  add(other: F32x4 | number): F32x4 {
    return this.#with(other, 0xe4);
  }
  sub(other: F32x4 | number): F32x4 {
    return this.#with(other, 0xe5);
  }
  mul(other: F32x4 | number): F32x4 {
    return this.#with(other, 0xe6);
  }
  div(other: F32x4 | number): F32x4 {
    return this.#with(other, 0xe7);
  }
  /** NaN if either is NaN. */
  min(other: F32x4 | number): F32x4 {
    return this.#with(other, 0xe8);
  }
  /** NaN if either is NaN. */
  max(other: F32x4 | number): F32x4 {
    return this.#with(other, 0xe9);
  }
  /** other < this ? other : this, one instruction; a NaN of `this` stays. */
  atMost(other: F32x4 | number): F32x4 {
    return this.#with(other, 0xea);
  }
  /** this < other ? other : this, one instruction; a NaN of `this` stays. */
  atLeast(other: F32x4 | number): F32x4 {
    return this.#with(other, 0xeb);
  }
  eq(other: F32x4 | number): I32x4 {
    return this.#compare(other, 0x41);
  }
  lt(other: F32x4 | number): I32x4 {
    return this.#compare(other, 0x43);
  }
  le(other: F32x4 | number): I32x4 {
    return this.#compare(other, 0x45);
  }
  abs(): F32x4 {
    return this.#apply(0xe0);
  }
  neg(): F32x4 {
    return this.#apply(0xe1);
  }
  sqrt(): F32x4 {
    return this.#apply(0xe3);
  }
  /** To the nearest integer, ties to even. */
  nearest(): F32x4 {
    return this.#apply(0x6a);
  }
  /** Truncated and saturated; NaN becomes 0. */
  toI32x4(): I32x4 {
    return new I32x4(this.#apply(0xf8).code);
  }
  bits(): I32x4 {
    return new I32x4(this.code);
  }
  lane(index: number): F32 {
    return new F32([...this.code, ...simd(0x1f), index]);
  }
  /** Lanes picked from this (0–3) and `other` (4–7). */
  shuffle(other: F32x4, lanes: readonly [number, number, number, number]): F32x4 {
    const bytes = lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));
    return new F32x4([...this.code, ...other.code, ...simd(0x0d), ...bytes]);
  }
}

/** Four 32-bit integers, or a mask of all ones and all zeros. */
export class I32x4 extends Value {
  readonly wasmType = 0x7b;

  static of(value: I32x4 | I32 | number): I32x4 {
    if (value instanceof I32x4) return value;
    return new I32x4([...I32.of(value).code, ...simd(0x11)]);
  }
  static lanes(values: readonly [number, number, number, number]): I32x4 {
    return new I32x4([...simd(0x0c), ...new Uint8Array(Int32Array.from(values).buffer)]);
  }

  #with(other: I32x4 | I32 | number, opcode: number): I32x4 {
    return new I32x4([...this.code, ...I32x4.of(other).code, ...simd(opcode)]);
  }

  add(other: I32x4 | I32 | number): I32x4 {
    return this.#with(other, 0xae);
  }
  sub(other: I32x4 | number): I32x4 {
    return this.#with(other, 0xb1);
  }
  mul(other: I32x4 | number): I32x4 {
    return this.#with(other, 0xb5);
  }
  min(other: I32x4 | number): I32x4 {
    return this.#with(other, 0xb6);
  }
  max(other: I32x4 | number): I32x4 {
    return this.#with(other, 0xb8);
  }
  abs(): I32x4 {
    return new I32x4([...this.code, ...simd(0xa0)]);
  }
  neg(): I32x4 {
    return new I32x4([...this.code, ...simd(0xa1)]);
  }
  and(other: I32x4 | number): I32x4 {
    return this.#with(other, 0x4e);
  }
  or(other: I32x4 | number): I32x4 {
    return this.#with(other, 0x50);
  }
  xor(other: I32x4 | number): I32x4 {
    return this.#with(other, 0x51);
  }
  eq(other: I32x4 | number): I32x4 {
    return this.#with(other, 0x37);
  }
  /** Signed. */
  lt(other: I32x4 | I32 | number): I32x4 {
    return this.#with(other, 0x39);
  }
  /** Signed. */
  le(other: I32x4 | number): I32x4 {
    return this.#with(other, 0x3d);
  }
  shl(bits: number): I32x4 {
    return new I32x4([...this.code, ...I32.of(bits).code, ...simd(0xab)]);
  }
  /** Unsigned. */
  shr(bits: number): I32x4 {
    return new I32x4([...this.code, ...I32.of(bits).code, ...simd(0xad)]);
  }
  /** Signed shift right: the sign stays. */
  sar(bits: number): I32x4 {
    return new I32x4([...this.code, ...I32.of(bits).code, ...simd(0xac)]);
  }
  /** Signed integers as floats. */
  toF32x4(): F32x4 {
    return new F32x4([...this.code, ...simd(0xfa)]);
  }
  asFloats(): F32x4 {
    return new F32x4(this.code);
  }
  /** As a mask: bits of `a` where this is 1, of `b` elsewhere. */
  select(a: F32x4 | number, b: F32x4 | number): F32x4 {
    return new F32x4([...F32x4.of(a).code, ...F32x4.of(b).code, ...this.code, ...simd(0x52)]);
  }
  shuffle(other: I32x4, lanes: readonly [number, number, number, number]): I32x4 {
    return new I32x4(this.asFloats().shuffle(other.asFloats(), lanes).code);
  }
}

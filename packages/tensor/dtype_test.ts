import { assert, assertEquals } from "@std/assert";
import { bytesPerElement, type DType, dtypeOf, fromBfloat16, hostArray, toBfloat16 } from "./dtype.ts";
import { keyFromSeed, threefry } from "./random.ts";

const bits = new Uint32Array(1);
const asFloat = new Float32Array(bits.buffer);

/** The f32 value of a bit pattern. */
function float(pattern: number): number {
  bits[0] = pattern;
  return asFloat[0];
}

Deno.test("toBfloat16() rounds to nearest, ties to even", () => {
  const cases: [f32: number, bf16: number][] = [
    [0x3f800000, 0x3f80], // 1
    [0xc0000000, 0xc000], // −2
    [0x3dcccccd, 0x3dcd], // 0.1, rounded up
    [0x40490fdb, 0x4049], // π, rounded down
    [0x3f808000, 0x3f80], // halfway, down to even
    [0x3f818000, 0x3f82], // halfway, up to even
    [0x3f808001, 0x3f81], // just above halfway
    [0x3f807fff, 0x3f80], // just below halfway
    [0x3fffffff, 0x4000], // carries into the exponent
    [0x80000000, 0x8000], // −0
    [0x00000001, 0x0000], // smallest subnormal
    [0x00018000, 0x0002], // halfway between subnormals
    [0x007fffff, 0x0080], // largest subnormal to smallest normal
    [0x7f7fffff, 0x7f80], // largest f32 overflows to infinity
    [0x7f7f7fff, 0x7f7f], // largest that does not
    [0x7f800000, 0x7f80], // infinity
    [0xff800000, 0xff80],
  ];
  for (const [f32, bf16] of cases) assertEquals(toBfloat16(float(f32)), bf16, `of ${f32.toString(16)}`);
});

Deno.test("toBfloat16() keeps NaN a NaN, whatever its payload", () => {
  for (const pattern of [0x7fc00000, 0xffc00000, 0x7f800001, 0x7fffffff]) {
    const result = toBfloat16(float(pattern));
    assertEquals(result & 0x7f80, 0x7f80);
    assert((result & 0x7f) !== 0, `NaN ${pattern.toString(16)} became ${result.toString(16)}`);
  }
});

Deno.test("fromBfloat16() gives back every one of the 65,536 patterns", () => {
  for (let pattern = 0; pattern < 65536; pattern++) {
    const value = fromBfloat16(pattern);
    if (Number.isNaN(value)) assert((pattern & 0x7f80) === 0x7f80 && (pattern & 0x7f) !== 0);
    else assertEquals(toBfloat16(value), pattern);
  }
});

Deno.test("toBfloat16() is never further away than a neighbour", () => {
  const key = keyFromSeed(1);
  for (let i = 0; i < 10_000; i++) {
    const value = float(threefry(key, [i, 0])[0]);
    const rounded = toBfloat16(value);
    const atEnd = (rounded & 0x7fff) === 0 || (rounded & 0x7fff) >= 0x7f7f; // a neighbour is infinite or of the other sign
    if (Number.isNaN(value) || atEnd) continue;
    const error = Math.abs(fromBfloat16(rounded) - value);
    for (const neighbour of [rounded - 1, rounded + 1]) {
      assert(error <= Math.abs(fromBfloat16(neighbour) - value), `${value} became ${fromBfloat16(rounded)}`);
    }
  }
});

Deno.test("hostArray() makes zeroed arrays of the class that dtypeOf() recognises", () => {
  for (const dtype of ["f32", "i32", "f16", "bf16"] satisfies DType[]) {
    const array = hostArray(dtype, 3);
    assertEquals(dtypeOf(array), dtype);
    assertEquals(array.byteLength, 3 * bytesPerElement[dtype]);
    assertEquals([...array], [0, 0, 0]);
  }
});

import { type DType, numel, type Operand, type OutputSpec, toBfloat16 } from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { defineKernel, variants, WORKGROUP_SIZE } from "../gpu/kernel.ts";
import { fillWords } from "./movement.ts";

/**
 * WGSL conversions between the bits of f32 and of 16-bit floats. They work on bits throughout: WGSL's own pack and
 * unpack functions may round either way, and devices may turn subnormal numbers into 0.
 */
export const SIXTEEN_BIT = /* wgsl */ `
/* Shifts right by n, to nearest with ties to even. */
fn shiftRounded(x: u32, n: u32) -> u32 { return (x + (1u << (n - 1u)) - 1u + ((x >> n) & 1u)) >> n; }

fn f16FromBits(bits: u32) -> u32 {
  let sign = (bits >> 16u) & 0x8000u;
  let magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) { return sign | 0x7e00u; } // NaN
  if (magnitude >= 0x47800000u) { return sign | 0x7c00u; } // 2¹⁶ and more
  if (magnitude >= 0x38800000u) { return sign | shiftRounded(magnitude - 0x38000000u, 13u); }
  let exponent = magnitude >> 23u;
  if (exponent < 102u) { return sign; } // below half of the smallest subnormal number, 2⁻²⁴
  return sign | shiftRounded((magnitude & 0x7fffffu) | 0x800000u, 126u - exponent);
}

fn bitsFromF16(half: u32) -> u32 {
  let sign = (half & 0x8000u) << 16u;
  let magnitude = half & 0x7fffu;
  if (magnitude >= 0x7c00u) { return sign | 0x7f800000u | ((magnitude & 0x3ffu) << 13u); }
  if (magnitude >= 0x400u) { return sign | ((magnitude << 13u) + 0x38000000u); }
  return sign | bitcast<u32>(f32(magnitude) * 5.9604644775390625e-8);
}

fn bf16FromBits(bits: u32) -> u32 {
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return (bits >> 16u) | 0x40u; } // NaN stays one
  return shiftRounded(bits, 16u);
}

fn bitsFromBf16(half: u32) -> u32 { return half << 16u; }

fn halfOf(word: u32, index: u32) -> u32 { return (word >> ((index & 1u) * 16u)) & 0xffffu; }

/* Truncated and saturated; NaN becomes 0. */
fn i32FromBits(bits: u32) -> i32 {
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return 0; }
  let value = bitcast<f32>(bits);
  if (value >= 2147483648.0) { return 2147483647; }
  if (value <= -2147483648.0) { return i32(0x80000000u); }
  return i32(value);
}
`;

/** WGSL of the f32 bits of element `index` of `x`, a buffer of words that holds `dtype`. */
export function bitsOf(dtype: DType, index: string): string {
  switch (dtype) {
    case "f32":
      return `x[${index}]`;
    case "i32":
      return `bitcast<u32>(f32(bitcast<i32>(x[${index}])))`;
    case "f16":
      return `bitsFromF16(halfOf(x[(${index}) / 2u], ${index}))`;
    case "bf16":
      return `bitsFromBf16(halfOf(x[(${index}) / 2u], ${index}))`;
  }
}

/** One invocation for each word of the result. */
const castKernel = variants((from: DType, to: DType) => {
  const encode = (bits: string) => to === "f32" ? bits : `${to}FromBits(${bits})`;
  const word = to === "f16" || to === "bf16"
    ? `${encode(bitsOf(from, "(2u * i)"))} | (${encode(bitsOf(from, "(2u * i + 1u)"))} << 16u)`
    : `bitcast<u32>(${encode(bitsOf(from, "i"))})`;
  return defineKernel({
    name: "cast",
    reads: { x: "u32" },
    writes: { y: "u32" },
    params: { words: "u32" },
    workgroupSize: WORKGROUP_SIZE,
    declarations: SIXTEEN_BIT,
    body: `
  if (i >= p.words) { return; }
  y[i] = ${word};`,
  });
});

export function cast(gpu: Gpu, x: Operand, out: OutputSpec): GpuBuffer {
  const y = gpu.create(out, "cast");
  if (x.dtype === out.dtype) gpu.copy(x, { ...out, buffer: y });
  else {
    const words = Math.ceil(y.byteLength / 4);
    const groups = Math.ceil(words / WORKGROUP_SIZE);
    gpu.run(castKernel(x.dtype, out.dtype), { buffers: { x, y }, params: { words }, groups });
  }
  return y;
}

/** `out.shape` filled with `value`. */
export function fill(gpu: Gpu, value: number, out: OutputSpec): GpuBuffer {
  const y = gpu.create(out, "fill");
  if (numel(out.shape) > 0) fillWords(gpu, y, wordOf(value, out.dtype));
  return y;
}

/** The bits of a 32-bit word that holds `value`, twice if it has 16 bits. */
function wordOf(value: number, dtype: DType): number {
  switch (dtype) {
    case "f32":
      return new Uint32Array(Float32Array.of(value).buffer)[0];
    case "i32":
      return value;
    case "f16":
      return new Uint16Array(Float16Array.of(value).buffer)[0] * 0x10001;
    case "bf16":
      return toBfloat16(value) * 0x10001;
  }
}

import { numel, type Operand, type OutputSpec } from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { defineKernel, variants, WORKGROUP_SIZE } from "../gpu/kernel.ts";
import { map, mapKernel } from "./elementwise.ts";
import { MATH } from "./math.ts";

/** WGSL of both forms of GELU (Hendrycks & Gimpel 2016) and their derivatives; needs `MATH`. */
export const GELU = /* wgsl */ `
fn erfGate(x: f32) -> f32 { return 0.5 + 0.5 * erfOf(x * 0.70710678); }

fn geluErf(x: f32) -> f32 { return x * erfGate(x); }

/* Φ(x) + x · φ(x) */
fn geluErfDerivative(x: f32) -> f32 { return erfGate(x) + x * 0.39894228 * expOf(-0.5 * x * x); }

/* ½(1 + tanh u) = 1 / (1 + e⁻²ᵘ), u = √(2/π)(x + 0.044715x³). Far from 0 its limit, which no factor can enlarge. */
fn minusTwoU(x: f32) -> f32 { return -1.5957691 * (x + 0.044715 * x * x * x); }

fn geluTanh(x: f32) -> f32 {
  let t = minusTwoU(x);
  if (t > 80.0) { return x * 0.0; }
  return x / (1.0 + expOf(t));
}

/* s + x · s(1 − s) · 2u′; 1 − s is s · e⁻²ᵘ, which does not cancel. */
fn geluTanhDerivative(x: f32) -> f32 {
  let t = minusTwoU(x);
  if (t > 40.0) { return 0.0; }
  if (t < -40.0) { return 1.0; }
  let e = expOf(t);
  let s = 1.0 / (1.0 + e);
  return s + x * s * s * e * 1.5957691 * (1.0 + 0.134145 * x * x);
}
`;

type Form = "erf" | "tanh";
const names: Readonly<Record<Form, string>> = { erf: "geluErf", tanh: "geluTanh" };

export function gelu(gpu: Gpu, x: Operand, form: Form, out: OutputSpec): GpuBuffer {
  return map(gpu, mapKernel("gelu", "f32", `${names[form]}(v)`, GELU), x, out);
}

const gradKernel = variants((form: Form) =>
  defineKernel({
    name: "geluGrad",
    reads: { dy: "f32", x: "f32" },
    writes: { dx: "f32" },
    params: { count: "u32" },
    workgroupSize: WORKGROUP_SIZE,
    declarations: MATH + GELU,
    body: `
  if (i >= p.count) { return; }
  dx[i] = dy[i] * ${names[form]}Derivative(x[i]);`,
  })
);

export function geluGrad(gpu: Gpu, dy: Operand, x: Operand, form: Form, out: OutputSpec): GpuBuffer {
  const dx = gpu.create(out, "geluGrad");
  const count = numel(out.shape);
  gpu.run(gradKernel(form), {
    buffers: { dy, x, dx },
    params: { count },
    groups: Math.ceil(count / WORKGROUP_SIZE),
  });
  return dx;
}

/** WGSL type of the elements of a storage buffer. */
export type ElementType = "f32" | "i32" | "u32" | "vec4<f32>";

/** WGSL type of a number that is passed by value. */
export type ParamType = "u32" | "i32" | "f32";

/**
 * A compute shader as this backend writes it: what it reads, what it writes, numbers passed by value, and the
 * statements of one invocation. `B` names the buffers, `P` the numbers.
 *
 * In `body`, a buffer is an array of its name, the numbers are fields of `p`, `group` counts workgroups (beyond what
 * one dimension of a dispatch may hold), `lane` counts invocations in the workgroup, and `i` all invocations.
 */
export interface Kernel<B extends string = string, P extends string = string> {
  /** Name in errors and profiles. */
  readonly name: string;
  readonly reads: Readonly<Partial<Record<B, ElementType>>>;
  readonly writes: Readonly<Partial<Record<B, ElementType>>>;
  readonly params: Readonly<Record<P, ParamType>>;
  /** Invocations of a workgroup. */
  readonly workgroupSize: number;
  /** Constants, variables and functions before the entry point. */
  readonly declarations?: string;
  readonly body: string;
}

/** Invocations of a workgroup where each works on its own. */
export const WORKGROUP_SIZE = 64;

/** Lets the compiler infer the names of a kernel's buffers and numbers. */
export function defineKernel<R extends string, W extends string, P extends string>(
  kernel: Omit<Kernel, "reads" | "writes" | "params"> & {
    readonly reads: Readonly<Record<R, ElementType>>;
    readonly writes: Readonly<Record<W, ElementType>>;
    readonly params: Readonly<Record<P, ParamType>>;
  },
): Kernel<R | W, P> {
  return kernel as Kernel<R | W, P>;
}

/** A family of kernels: `define` runs once for each list of arguments, so that each variant is compiled once. */
export function variants<A extends readonly (string | number | boolean)[], K extends Kernel>(
  define: (...args: A) => K,
): (...args: A) => K {
  const made = new Map<string, K>();
  return (...args) => {
    const key = args.join("|");
    let kernel = made.get(key);
    if (kernel === undefined) made.set(key, kernel = define(...args));
    return kernel;
  };
}

/** The WGSL module of a kernel; its entry point is `main`. */
export function sourceOf({ reads, writes, params, workgroupSize, declarations = "", body }: Kernel): string {
  const fields = Object.entries(params).map(([name, type]) => `  ${name}: ${type},\n`).join("");
  const buffers = [
    ...Object.entries(reads).map(([name, type]) => `var<storage, read> ${name}: array<${type}>;`),
    ...Object.entries(writes).map(([name, type]) => `var<storage, read_write> ${name}: array<${type}>;`),
  ].map((declaration, binding) => `@group(0) @binding(${binding}) ${declaration}\n`).join("");
  return `struct Params {
  groups: u32,
${fields}}
${buffers}@group(1) @binding(0) var<uniform> p: Params;
${declarations}
@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = workgroup.x + workgroup.y * workgroups.x;
  if (group >= p.groups) { return; }
  let i = group * ${workgroupSize}u + lane;
${body}
}
`;
}

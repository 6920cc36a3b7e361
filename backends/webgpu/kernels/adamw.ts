import { type AdamWEntry, type AdamWOptions, numel } from "@taxon/tensor";
import type { Gpu } from "../gpu/gpu.ts";
import { defineKernel, type Kernel, variants, WORKGROUP_SIZE } from "../gpu/kernel.ts";

/** Parameters in one kernel: more would not fit where their numbers stand. */
const MOST_ENTRIES = 8;

/** One invocation for each element of all parameters, whose buffers are all bound at once. */
const adamwKernel = variants((entries: number, scaled: boolean): Kernel => {
  const each = <T>(make: (n: number) => T) => Array.from({ length: entries }, (_, n) => make(n));
  const buffers = (names: readonly string[]) =>
    Object.fromEntries(each((n) => names.map((name) => [`${name}${n}`, "f32" as const])).flat());
  return defineKernel({
    name: "adamwStep",
    reads: { ...buffers(["grad"]), ...(scaled ? { gradScale: "f32" as const } : {}) },
    writes: buffers(["param", "m", "v"]),
    params: {
      beta1: "f32",
      rest1: "f32",
      beta2: "f32",
      rest2: "f32",
      correction1: "f32",
      correction2: "f32",
      eps: "f32",
      ...Object.fromEntries(
        each((n) => [[`count${n}`, "u32"], [`rate${n}`, "f32"], [`keep${n}`, "f32"]] as const).flat(),
      ),
    },
    workgroupSize: WORKGROUP_SIZE,
    body: `
  var at = i;
${
      each((n) =>
        `  if (at < p.count${n}) {
    let g = grad${n}[at]${scaled ? " * gradScale[0]" : ""};
    let m = p.beta1 * m${n}[at] + p.rest1 * g;
    let v = p.beta2 * v${n}[at] + p.rest2 * g * g;
    m${n}[at] = m;
    v${n}[at] = v;
    let update = (m / p.correction1) / (sqrt(v / p.correction2) + p.eps);
    param${n}[at] = param${n}[at] * p.keep${n} - p.rate${n} * update;
    return;
  }
  at -= p.count${n};`
      ).join("\n")
    }`,
  });
});

/** One step of Loshchilov & Hutter 2019, in place, on as many parameters at once as the device can bind. */
export function adamwStep(gpu: Gpu, entries: readonly AdamWEntry[], options: AdamWOptions): void {
  const scale = options.gradScale;
  const most = Math.min(MOST_ENTRIES, Math.floor((gpu.maxBuffersPerKernel - (scale ? 1 : 0)) / 4));
  for (let first = 0; first < entries.length; first += most) {
    stepTogether(gpu, entries.slice(first, first + most), options);
  }
}

function stepTogether(
  gpu: Gpu,
  entries: readonly AdamWEntry[],
  { beta1, beta2, eps, step, gradScale }: AdamWOptions,
): void {
  const params: Record<string, number> = {
    beta1,
    rest1: 1 - beta1,
    beta2,
    rest2: 1 - beta2,
    correction1: 1 - beta1 ** step,
    correction2: 1 - beta2 ** step,
    eps,
  };
  let total = 0;
  entries.forEach(({ param, learningRate, weightDecay }, n) => {
    params[`count${n}`] = numel(param.shape);
    params[`rate${n}`] = learningRate;
    params[`keep${n}`] = 1 - learningRate * weightDecay;
    total += numel(param.shape);
  });
  const buffers = entries.flatMap(({ param, grad, m, v }, n) =>
    Object.entries({ param, grad, m, v }).map(([name, x]) => [`${name}${n}`, x] as const)
  );
  gpu.run(adamwKernel(entries.length, gradScale !== undefined), {
    buffers: { ...Object.fromEntries(buffers), ...(gradScale && { gradScale }) },
    params,
    groups: Math.ceil(total / WORKGROUP_SIZE),
  });
}

import type { Counters } from "./counters.ts";
import type { Faults } from "./faults.ts";
import { type Kernel, sourceOf } from "./kernel.ts";
import { PARAM_BYTES } from "./params.ts";

/** A compiled kernel and the layout of its buffers. */
export interface Pipeline {
  readonly gpu: GPUComputePipeline;
  readonly buffers: GPUBindGroupLayout;
}

/** Compiles each kernel once. */
export class Pipelines {
  readonly #made = new Map<Kernel, Pipeline>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  /** Layout of bind group 1: the numbers of one dispatch, found by a dynamic offset. */
  readonly params: GPUBindGroupLayout;

  constructor(
    private readonly device: GPUDevice,
    private readonly faults: Faults,
    private readonly counters: Counters,
  ) {
    this.params = device.createBindGroupLayout({
      label: "params",
      entries: [{
        binding: 0,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: "uniform", hasDynamicOffset: true, minBindingSize: PARAM_BYTES },
      }],
    });
  }

  get(kernel: Kernel): Pipeline {
    let pipeline = this.#made.get(kernel);
    if (pipeline === undefined) {
      this.counters.pipelines++;
      pipeline = this.faults.watch(kernel.name, () => this.#compile(kernel));
      this.#made.set(kernel, pipeline);
    }
    return pipeline;
  }

  #compile(kernel: Kernel): Pipeline {
    const { device } = this;
    const buffers = this.#layout(Object.keys(kernel.reads).length, Object.keys(kernel.writes).length);
    const gpu = device.createComputePipeline({
      label: kernel.name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [buffers, this.params] }),
      compute: {
        module: device.createShaderModule({ label: kernel.name, code: sourceOf(kernel) }),
        entryPoint: "main",
      },
    });
    return { gpu, buffers };
  }

  #layout(reads: number, writes: number): GPUBindGroupLayout {
    const key = `${reads} ${writes}`;
    let layout = this.#layouts.get(key);
    if (layout === undefined) {
      layout = this.device.createBindGroupLayout({
        label: `${reads} read, ${writes} written`,
        entries: Array.from({ length: reads + writes }, (_, binding) => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: binding < reads ? "read-only-storage" : "storage" },
        })),
      });
      this.#layouts.set(key, layout);
    }
    return layout;
  }
}

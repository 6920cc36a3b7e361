/** How far a backend may be from the recorded value; the golden README gives the reasons for the figures. */
export interface ToleranceClass {
  /** Outputs and losses: atol + rtol · largest absolute value of the tensor. */
  output: { rtol: number; atol: number };
  /** Gradients: this times the largest gradient of the file. */
  gradient: number;
  /** Parameters after optimiser steps, absolute. */
  updated: number;
}

const f32Cpu: ToleranceClass = { output: { rtol: 1e-5, atol: 1e-6 }, gradient: 1e-4, updated: 2e-5 };

/** exp and tanh of a GPU may be the fast ones. */
const f32Gpu: ToleranceClass = { output: { rtol: 1e-4, atol: 1e-5 }, gradient: 1e-3, updated: 1e-4 };

/** The class that a backend is held to. */
export function toleranceOf(backend: string): ToleranceClass {
  return backend === "webgpu" ? f32Gpu : f32Cpu;
}

/** Share of a parameter's elements that Adam's noise-driven steps may move out of tolerance, within lr · steps. */
export const STRAY_SHARE = 0.005;

import type { Surroundings } from "./systems.ts";

/** How many times as fast as each system ours is meant to be, by precision and workload. */
const GOALS: Readonly<
  Record<Surroundings["precision"], Readonly<Record<string, Readonly<Record<string, number>>>>>
> = {
  f32: {
    "W1-1x32": { "TensorFlow.js wasm": 2.5, "onnxruntime-web wasm": 1.2, "ONNX Runtime": 1.2 },
    "W1-8x128": { "TensorFlow.js wasm": 2.5, "onnxruntime-web wasm": 1.2, "ONNX Runtime": 1.05 },
    "W1-32x128": { "ONNX Runtime": 1.05 },
    "W1-mixed": {
      "TensorFlow.js wasm": 8,
      "ONNX Runtime": 3.8,
      "PyTorch": 3.8,
      "ONNX Runtime, sorted": 1.4,
    },
    "W2-train-16x64-2L": { "TensorFlow.js wasm": 25, "PyTorch": 1.03, "PyTorch, plain AdamW": 1.35 },
    "W2-train-16x64-6L": { "PyTorch": 1.1, "PyTorch, plain AdamW": 1.35 },
  },
  bf16: {
    "W1-1x32": { "PyTorch": 1.3 },
    "W1-8x128": { "PyTorch": 1.15 },
    "W1-mixed": { "PyTorch": 3.5, "PyTorch, sorted": 1.8 },
    "W2-train-16x64-2L": { "PyTorch": 1.2 },
    "W2-train-16x64-6L": { "PyTorch": 1.2 },
  },
  int8: {
    "W1-1x32": { "ONNX Runtime": 1.25 },
    "W1-1x128": { "ONNX Runtime": 1.25 },
    "W1-8x128": { "ONNX Runtime": 1.25 },
    "W1-mixed": { "ONNX Runtime": 4, "ONNX Runtime, sorted": 1.5 },
  },
};

/** The goal, undefined where there is none. */
export function goalOf(
  precision: Surroundings["precision"],
  workload: string,
  system: string,
): number | undefined {
  return GOALS[precision][workload]?.[system];
}

/** The workloads that have a goal against one of the systems. */
export function workloadsWithGoals(
  precision: Surroundings["precision"],
  systems: readonly string[],
): string[] {
  return Object.entries(GOALS[precision])
    .filter(([, goals]) => systems.some((name) => name in goals))
    .map(([workload]) => workload);
}

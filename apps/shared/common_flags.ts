import type { BooleanFlag, NumberFlag } from "./command.ts";

/** Where to compute; an absent backend is an error with its remedy, never a silent other one. */
export const backendFlag = {
  type: "string",
  description: "Where to compute",
  choices: ["auto", "cpu", "webgpu", "ffi"],
  default: "auto",
} as const;

/** How many cores to use; results do not depend on it. */
export const threadsFlag: NumberFlag & { min: number } = {
  type: "number",
  description: "Cores to use; all if not given, with the same results",
  integer: true,
  min: 1,
};

/** Machine-readable results. */
export const jsonFlag: BooleanFlag = { type: "boolean", description: "Print the results as JSON" };

import { type BooleanFlag, inGroup } from "./command.ts";

/** Where and how to compute. What cannot be had is an error with its remedy, never silently something else. */
export const computeFlags = inGroup("compute", {
  backend: {
    type: "string",
    description: "Where to compute; auto takes a graphics processor, else ffi where it is built, else cpu",
    choices: ["auto", "cpu", "webgpu", "ffi"],
    default: "auto",
  },
  threads: {
    type: "number",
    description: "Cores to use; all that the process may use if not given, with the same results",
    integer: true,
    min: 1,
  },
  precision: {
    type: "string",
    description: "In what products are computed",
    choices: ["f32", "bf16", "int8"],
    default: "f32",
  },
});

/** The same for training: gradients need more steps than int8 has. */
export const trainingComputeFlags = {
  ...computeFlags,
  precision: { ...computeFlags.precision, choices: ["f32", "bf16"] },
} as const;

/** Machine-readable results. */
export const jsonFlag: BooleanFlag = {
  type: "boolean",
  group: "output",
  description: "Print the results as JSON",
};

/** What a long command prints. */
export const outputFlags = inGroup("output", {
  json: jsonFlag,
  quiet: { type: "boolean", description: "No progress, only results" },
  progress: { type: "boolean", default: true, description: "No progress bar" },
});

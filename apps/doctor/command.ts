import { defineCommand, type FlagValues, jsonFlag } from "@taxon/app-shared";

/** `deno task doctor`. */
export const command = defineCommand({
  name: "doctor",
  summary:
    "Says where this machine can compute, and what is missing for the rest. Ends with 1 if a backend that is " +
    "there does not work, or the one asked for cannot be used.",
  flags: {
    backend: {
      type: "string",
      description: "The backend that must be usable",
      choices: ["auto", "cpu", "webgpu", "ffi"],
      default: "auto",
    },
    json: jsonFlag,
  },
  examples: [
    { purpose: "What this machine offers", args: "" },
    { purpose: "In a script: is there a graphics driver?", args: "--backend webgpu --json" },
  ],
});

/** Checked flags of `deno task doctor`. */
export type DoctorFlags = FlagValues<typeof command.flags>;

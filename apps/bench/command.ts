import { computeFlags, defineCommand } from "@taxon/app-shared";
import { type WorkloadName, WORKLOADS } from "./workload.ts";

/** `deno task bench`. */
export const command = defineCommand({
  name: "bench",
  summary:
    "Times forward passes (W1) and training steps (W2) of the article's encoder, and forward passes in the shapes of MiniLM (W3); prints a line of JSON for each workload.",
  flags: {
    workloads: {
      type: "list",
      choices: Object.keys(WORKLOADS) as WorkloadName[],
      placeholder: "NAME,NAME",
      default: ["W1-1x32", "W1-1x128", "W1-8x128", "W1-mixed", "W2-train-16x64-2L"],
      description: "What to time",
    },
    budget: {
      type: "number",
      min: 0,
      placeholder: "SECONDS",
      description: "Time for one workload, though at least 5 calls (default: ANCHORS_BUDGET_S, else 6)",
    },
    ...computeFlags,
  },
  examples: [
    { purpose: "The usual workloads on seeded random weights", args: "" },
    { purpose: "One sequence of 32 tokens on one core", args: "--workloads W1-1x32 --threads 1" },
    {
      purpose: "The weights and inputs in the folder that ANCHORS_DATA names, logits checked",
      args: "--threads 2",
    },
  ],
});

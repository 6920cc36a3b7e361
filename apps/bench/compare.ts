/**
 * `deno task bench:compare`: times Taxon and other JavaScript systems on the same weights, inputs and threads, one
 * after the other, and tells how many times as fast Taxon is. Ends with 1 if a goal is missed.
 */
import { createLog, defineCommand, runMain, UsageError } from "@taxon/app-shared";
import { checkAgreement, type Comparison, comparisonTable, missedGoals } from "./comparison.ts";
import { measure, type ResultLine, type Surroundings, type System, SYSTEMS } from "./systems.ts";
import { type WorkloadName, WORKLOADS } from "./workload.ts";

const command = defineCommand({
  name: "bench:compare",
  summary:
    "Compares Taxon with TensorFlow.js and onnxruntime-web, both on WebAssembly in Node. ANCHORS_DATA names the folder of weights and inputs, ANCHORS_NODE_MODULES the one where both are installed.",
  flags: {
    peers: {
      type: "string",
      placeholder: "FOLDER",
      default: "../shared/peers",
      description: "Folder of the scripts that time the others",
    },
    workloads: {
      type: "list",
      choices: Object.keys(WORKLOADS) as WorkloadName[],
      placeholder: "NAME,NAME",
      default: ["W1-1x32", "W1-8x128", "W1-mixed", "W2-train-16x64-2L"],
      description: "What to time",
    },
    threads: { type: "number", integer: true, min: 1, default: 2, description: "Cores each system may use" },
    rounds: {
      type: "number",
      integer: true,
      min: 1,
      default: 1,
      description: "Times to run everything; the best median of each system counts",
    },
  },
  examples: [
    { purpose: "All goals, about ten minutes", args: "" },
    { purpose: "The quick ones three times over", args: "--workloads W1-1x32,W1-8x128 --rounds 3" },
  ],
});

await runMain(command, async ({ flags }) => {
  for (const name of ["ANCHORS_DATA", "ANCHORS_NODE_MODULES"]) {
    if (!Deno.env.get(name)) {
      throw new UsageError(`Cannot start without the variable ${name}: set it to a folder`);
    }
  }
  const log = createLog();
  const comparisons: Comparison[] = [];
  for (const workload of flags.workloads) {
    const best = new Map<System, ResultLine>();
    for (let round = 0; round < flags.rounds; round++) {
      for (const system of systemsFor(workload, flags)) {
        const line = await measure(system, workload, flags);
        log.note(`${workload}: ${line.system}: ${line.ms_median} ms, peak ${line.peak_rss_mb} MB`);
        if (!(line.ms_median >= best.get(system)?.ms_median!)) best.set(system, line);
      }
    }
    const [[, ours], ...others] = best;
    const comparison = { workload, ours, others: new Map(others.map(([{ name }, line]) => [name, line])) };
    checkAgreement(comparison);
    comparisons.push(comparison);
  }
  log.result(comparisonTable(comparisons));
  const missed = comparisons.flatMap(missedGoals);
  for (const text of missed) log.warn(text);
  return missed.length > 0 ? 1 : 0;
});

function systemsFor(workload: string, surroundings: Surroundings): System[] {
  return SYSTEMS.filter((system) => system.command(workload, surroundings) !== undefined);
}

/**
 * `deno task bench:compare`: times Taxon and other systems on the same weights, inputs and threads, one after the
 * other, and tells how many times as fast Taxon is. Ends with 1 if a goal is missed.
 */
import { createLog, defineCommand, runMain, UsageError } from "@taxon/app-shared";
import { checkAgreement, type Comparison, comparisonTable, missedGoals, placeTable } from "./comparison.ts";
import { workloadsWithGoals } from "./goals.ts";
import { RIVALS } from "./rivals.ts";
import { measure, type ResultLine, type System, TAXON } from "./systems.ts";
import { type WorkloadName, WORKLOADS } from "./workload.ts";

const command = defineCommand({
  name: "bench:compare",
  summary:
    "Compares Taxon with other systems. ANCHORS_DATA names the folder of weights and inputs; ANCHORS_NODE_MODULES the one where TensorFlow.js and onnxruntime-web are installed, TAXON_PYTHON the Python that has PyTorch and ONNX Runtime.",
  flags: {
    peers: {
      type: "string",
      placeholder: "FOLDER",
      default: "../shared/peers",
      description: "Folder of the scripts that time the others",
    },
    against: {
      type: "string",
      choices: ["web", "native"],
      default: "web",
      description: "TensorFlow.js and onnxruntime-web, or PyTorch and ONNX Runtime",
    },
    backend: {
      type: "string",
      placeholder: "NAME",
      description: "What Taxon runs on (default: cpu against web, ffi against native)",
    },
    precision: {
      type: "string",
      choices: ["f32", "bf16", "int8"],
      default: "f32",
      description: "Precision of the products, on all systems",
    },
    workloads: {
      type: "list",
      choices: Object.keys(WORKLOADS) as WorkloadName[],
      placeholder: "NAME,NAME",
      description: "What to time (default: all that have a goal)",
    },
    threads: { type: "number", integer: true, min: 1, default: 2, description: "Cores each system may use" },
    rounds: {
      type: "number",
      integer: true,
      min: 1,
      default: 1,
      description: "Times to run everything; the best median of each system counts",
    },
    write: {
      type: "string",
      placeholder: "FILE",
      description: "Markdown file in which the table of this comparison is replaced",
    },
  },
  examples: [
    { purpose: "All goals against JavaScript systems, about ten minutes", args: "" },
    { purpose: "Against PyTorch and ONNX Runtime in bf16", args: "--against native --precision bf16" },
    { purpose: "The quick ones three times over", args: "--workloads W1-1x32,W1-8x128 --rounds 3" },
  ],
});

await runMain(command, async ({ flags }) => {
  const { against, precision, rounds } = flags;
  for (const name of ["ANCHORS_DATA", ...against === "web" ? ["ANCHORS_NODE_MODULES"] : []]) {
    if (!Deno.env.get(name)) {
      throw new UsageError(`Cannot start without the variable ${name}: set it to a folder`);
    }
  }
  const log = createLog();
  const rivals = RIVALS[against];
  const surroundings = { ...flags, backend: flags.backend ?? (against === "web" ? "cpu" : "ffi") };
  const comparisons: Comparison[] = [];
  const chosen = flags.workloads.length > 0
    ? flags.workloads
    : workloadsWithGoals(precision, rivals.map(({ name }) => name));
  for (const workload of chosen) {
    const systems = rivals.filter((rival) => rival.commands(workload, surroundings).length > 0);
    const best = new Map<System, ResultLine>();
    for (let round = 0; round < rounds; round++) {
      for (const system of [TAXON, ...systems]) {
        const line = await measure(system, workload, surroundings);
        log.note(`${workload}: ${line.system}: ${line.ms_median} ms, peak ${line.peak_rss_mb} MB`);
        if (!(line.ms_median >= best.get(system)?.ms_median!)) best.set(system, line);
      }
    }
    const ours = best.get(TAXON)!;
    const others = new Map<string, ResultLine>();
    for (const system of systems) {
      const theirs = best.get(system)!;
      if (!system.silent) checkAgreement(workload, ours, theirs);
      others.set(system.name, theirs);
    }
    comparisons.push({ workload, precision, ours, others });
  }
  const table = comparisonTable(comparisons);
  log.result(table);
  if (flags.write) {
    const name = `bench:compare --against ${against} --precision ${precision}`;
    await Deno.writeTextFile(flags.write, placeTable(await Deno.readTextFile(flags.write), name, table));
  }
  const missed = comparisons.flatMap(missedGoals);
  for (const text of missed) log.warn(text);
  return missed.length > 0 ? 1 : 0;
});

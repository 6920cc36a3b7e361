/** A line that a system printed about one workload; only what the comparison reads. */
export interface ResultLine {
  system: string;
  workload: string;
  ms_median: number;
  peak_rss_mb?: number;
  /** Logits of the first sequence; some systems call them `out0`. */
  logits0?: number[];
  out0?: number[];
  /** Losses of the first training steps. */
  losses?: number[];
}

/** Where the systems are found, and how many threads each may use. */
export interface Surroundings {
  /** Folder of tfjs_bench.mjs and ort_js_bench.mjs. */
  peers: string;
  threads: number;
}

/** A system under comparison. */
export interface System {
  readonly name: string;
  /** The command that prints its line about a workload; undefined if it cannot run it. */
  command(workload: string, surroundings: Surroundings): string[] | undefined;
}

/** Ours first, then those it is compared with, at their f32 precision. */
export const SYSTEMS: readonly [System, ...System[]] = [
  {
    name: "Taxon",
    command: (workload, { threads }) => [
      ...[Deno.execPath(), "run", "--allow-read", "--allow-env=ANCHORS_DATA,ANCHORS_BUDGET_S"],
      ...[import.meta.resolve("./main.ts"), "--workloads", workload, "--threads", `${threads}`],
    ],
  },
  {
    name: "TensorFlow.js wasm",
    command(workload, { peers }) {
      const { suite, filter } = namesOf(workload);
      return ["node", `${peers}/tfjs_bench.mjs`, "wasm", suite, filter];
    },
  },
  {
    name: "onnxruntime-web wasm",
    command(workload, { peers }) {
      const { suite, filter } = namesOf(workload);
      return suite === "W1"
        ? ["node", `${peers}/ort_js_bench.mjs`, "wasm", suite, "fp32", filter]
        : undefined;
    },
  },
];

/** `W1-8x128` → W1 and 8x128; `W2-train-16x64-2L` → W2 and 2, as their scripts take them. */
function namesOf(workload: string): { suite: string; filter: string } {
  const [suite, ...rest] = workload.split("-");
  return { suite, filter: suite === "W1" ? rest[0] : rest.at(-1)!.replace("L", "") };
}

/**
 * Runs a system on a workload.
 *
 * @throws {Error} If it prints no result, with what it printed instead.
 */
export async function measure(
  system: System,
  workload: string,
  surroundings: Surroundings,
): Promise<ResultLine> {
  const [program, ...args] = system.command(workload, surroundings)!;
  const env = { ANCHORS_THREADS: String(surroundings.threads) };
  const { stdout, stderr } = await new Deno.Command(program, { args, env, stderr: "piped" }).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  const lines: ResultLine[] = output.split("\n").filter((line) => line.startsWith("{")).map((line) =>
    JSON.parse(line)
  );
  const line = lines.find(({ ms_median }) => ms_median !== undefined); // a line without time tells what failed
  if (line === undefined) {
    throw new Error(`Cannot compare ${workload}: ${system.name} printed no time, but ${output}${errors}`);
  }
  return line;
}

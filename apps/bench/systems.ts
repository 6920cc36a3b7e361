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

/** Where the systems are found, and how they compute. */
export interface Surroundings {
  /** Folder of the scripts that time the others. */
  peers: string;
  threads: number;
  /** What Taxon runs on. */
  backend: string;
  precision: "f32" | "bf16" | "int8";
}

/** A system under comparison. */
export interface System {
  readonly name: string;
  /** Prints no logits, so only its losses can be compared. */
  readonly silent?: boolean;
  /** Commands that print its line about a workload, one for each variant; none if it cannot run it. */
  commands(workload: string, surroundings: Surroundings): string[][];
}

/** Ours. */
export const TAXON: System = {
  name: "Taxon",
  commands(workload, { threads, backend, precision }) {
    const permissions = ["--no-prompt", "--allow-read", "--allow-env=ANCHORS_DATA,ANCHORS_BUDGET_S"];
    if (backend !== "cpu") permissions.push(`--allow-ffi`);
    const flags = ["--workloads", workload, "--threads", `${threads}`, "--backend", backend];
    if (precision !== "f32") flags.push("--precision", precision);
    return [[Deno.execPath(), "run", ...permissions, import.meta.resolve("./main.ts"), ...flags]];
  },
};

/** `W1-8x128` → W1 and 8x128; `W2-train-16x64-2L` → W2 and 2, as the scripts take them. */
export function namesOf(workload: string): { suite: string; filter: string } {
  const [suite, ...rest] = workload.split("-");
  return { suite, filter: suite === "W2" ? rest.at(-1)!.replace("L", "") : rest[0] };
}

/**
 * Runs all variants of a system on a workload and gives the line of the fastest.
 *
 * @throws {Error} If one prints no result, with what it printed instead.
 */
export async function measure(
  system: System,
  workload: string,
  surroundings: Surroundings,
): Promise<ResultLine> {
  let best: ResultLine | undefined;
  for (const command of system.commands(workload, surroundings)) {
    const line = await run(command, workload, surroundings);
    if (!(line.ms_median >= best?.ms_median!)) best = line;
  }
  return best!;
}

async function run([program, ...args]: string[], workload: string, { threads }: Surroundings) {
  const env = { ANCHORS_THREADS: String(threads), OMP_NUM_THREADS: String(threads) };
  const { stdout, stderr } = await new Deno.Command(program, { args, env, stderr: "piped" }).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  const lines: ResultLine[] = output.split("\n").filter((line) => line.startsWith("{")).map((line) =>
    JSON.parse(line)
  );
  const line = lines.find(({ ms_median }) => ms_median !== undefined); // a line without time tells what failed
  if (line === undefined) {
    throw new Error(
      `Cannot compare ${workload}: ${program} ${args.join(" ")} printed no time, but ${output}${errors}`,
    );
  }
  return line;
}

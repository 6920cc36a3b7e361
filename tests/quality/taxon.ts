import { readTable, valueOf } from "@taxon/data";
import type { Answer } from "./peers.ts";
import type { DrawnSet } from "./sets.ts";

/** A checkout that is measured, and how. */
export interface TaxonOptions {
  /** Root of the checkout. */
  repository: string;
  /** Flags of `deno task train` beside those for the rows. */
  args: readonly string[];
  threads?: number;
}

/** Trains with `deno task train` in its own process, and reads what the run says of the test rows. */
export async function trainTaxon(
  set: DrawnSet,
  { repository, args, threads }: TaxonOptions,
): Promise<Answer> {
  const output = await Deno.makeTempDir({ prefix: "taxon-quality-" });
  try {
    const command = [
      ...[
        "deno",
        "task",
        "train",
        "--train",
        set.train,
        "--test",
        set.test,
        "--seed",
        String(set.seed),
        "--quiet",
      ],
      ...["--output", `${output}/run`],
      ...(threads === undefined ? [] : ["--threads", String(threads)]),
      ...args,
    ];
    const seconds = processorSeconds(
      await run("sh", ["-c", '"$@" >&2 && times', "sh", ...command], repository),
    );
    const file = `${output}/run/eval/predictions.csv`;
    const { records } = readTable(await Deno.readFile(file), { file });
    return {
      probabilities: records.map((record) =>
        set.labels.map((label) => Number(valueOf(record, `score:${label}`)))
      ),
      seconds,
      details: JSON.parse(await Deno.readTextFile(`${output}/run/all_results.json`)),
    };
  } finally {
    await Deno.remove(output, { recursive: true });
  }
}

/**
 * What the commands of a shell took of the processor, from the last line of its `times`: `0m1.5s 0m0.25s`, theirs and the
 * system's for them.
 */
export function processorSeconds(times: string): number {
  const parts = times.trim().split("\n").at(-1)!.split(" ").map((part) => /^(\d+)m([\d.]+)s$/.exec(part));
  return parts.reduce((sum, part) => sum + Number(part?.[1]) * 60 + Number(part?.[2]), 0);
}

/**
 * The commit of a checkout.
 *
 * @throws {Error} If what computes differs from it: results under its name would be those of something else.
 */
export async function commitOf(repository: string): Promise<string> {
  const changed = await run(
    "git",
    ["status", "--porcelain", "--", "packages", "backends", "apps"],
    repository,
  );
  if (changed !== "") {
    throw new Error(
      `Cannot name what is measured in ${repository}: ${
        changed.trim().split("\n").length
      } files differ from its ` +
        `commit; commit them, or name it with --taxon-version`,
    );
  }
  return (await run("git", ["rev-parse", "--short=10", "HEAD"], repository)).trim();
}

/** What a command prints. */
async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args: [...args], cwd }).output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (code !== 0) {
    throw new Error(
      `Cannot go on: ${command} ${args.join(" ")} ended with ${code}: ${(error || out).trim()}`,
    );
  }
  return out;
}

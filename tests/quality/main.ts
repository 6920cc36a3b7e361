/**
 * `deno task quality`: how good models are that are trained on few and many labelled texts, beside what else there is.
 * Every system gets the same rows; each result is kept, so that the command goes on where it was stopped.
 */
import { resolve } from "node:path";
import { createLog, defineCommand, describeError, runMain, UsageError } from "@taxon/app-shared";
import { describeBounds } from "./bounds.ts";
import { cachedCell, type Cell, computeCell } from "./cells.ts";
import { Peers } from "./peers.ts";
import { overSeeds } from "./results.ts";
import { drawSet, SETS, SIZES } from "./sets.ts";
import { describePlaces, describeSystems } from "./summary.ts";
import { isMeasured, type System, SYSTEMS, systemsOf } from "./systems.ts";

const command = defineCommand({
  name: "quality",
  summary: "Measures models trained on few and many labels beside those of other systems, on the same rows.",
  flags: {
    data: { type: "string", placeholder: "DIR", description: "Folder with trec, sst2, banking77 and r8" },
    encoder: { type: "string", placeholder: "DIR", description: "Folder of the pretrained encoder" },
    cache: {
      type: "string",
      placeholder: "DIR",
      default: "runs/quality",
      description: "Folder of the rows drawn and the results",
    },
    systems: { type: "list", description: `Systems to measure: ${SYSTEMS.join(", ")} (default all)` },
    sets: { type: "list", choices: SETS, default: SETS, description: "Data sets" },
    sizes: { type: "list", choices: SIZES, default: SIZES, description: "Labels a class" },
    seeds: { type: "list", default: ["1", "2", "3", "4", "5"], description: "Seeds of the draws" },
    taxon: {
      type: "list",
      placeholder: "NAME=FLAGS",
      description: "A further system: train with these flags, in which ENCODER is the folder of --encoder",
    },
    repository: {
      type: "string",
      placeholder: "DIR",
      default: ".",
      description: "Checkout whose train is measured",
    },
    taxonVersion: {
      type: "string",
      placeholder: "NAME",
      description: "What its results are kept under (default: its commit)",
    },
    threads: { type: "number", integer: true, min: 1, description: "Cores for each system" },
    summary: { type: "boolean", description: "Compute nothing, only print what is there" },
  },
  examples: [
    {
      purpose: "One cell",
      args: "--data ../shared/data --systems tfidf --sets trec --sizes 8 --seeds 1",
    },
    {
      purpose: "All of them, with the Python that TAXON_PYTHON names",
      args: "--data ../shared/data --encoder minilm",
    },
    {
      purpose: "Another recipe beside the default",
      args:
        "--data ../shared/data --encoder minilm --systems taxon-from --taxon 'lora=--from ENCODER --lora 8'",
    },
  ],
});

await runMain(command, async ({ flags, given }) => {
  const log = createLog();
  const { data, summary } = flags;
  const [cache, encoder] = [resolve(flags.cache), flags.encoder && resolve(flags.encoder)]; // train runs elsewhere
  const seeds = flags.seeds.map(seedOf);
  const python = Deno.env.get("TAXON_PYTHON");
  await using peers = summary || python === undefined ? undefined : new Peers(python, flags.threads);
  const names = given.has("systems") || given.has("taxon") ? flags.systems : SYSTEMS;
  const systems = await systemsOf(names, { ...flags, encoder, peers });

  const cells: Cell[] = [];
  let missing = 0;
  for (const size of flags.sizes) {
    for (const seed of seeds) {
      for (const name of flags.sets) {
        const measured = systems.filter((system) => isMeasured(system, name, size));
        if (measured.length === 0) continue;
        const set = await drawSet(name, size, seed, { data, folder: `${cache}/data` });
        for (const system of measured) {
          const cell = await cachedCell(cache, system, set) ??
            (summary ? undefined : await compute(system, set));
          if (cell === undefined) missing++;
          else cells.push(cell);
        }
      }
    }
  }

  const results = overSeeds(cells);
  for (const describe of [describePlaces, describeSystems, describeBounds]) {
    if (results.length > 0) log.report(describe(results, log.columns) + "\n");
  }
  if (missing > 0) log.warn(`${missing} of ${missing + cells.length} cells are not measured`);
  return missing > 0 && !summary ? 1 : 0;

  async function compute(system: System, set: Parameters<System["answer"]>[0]): Promise<Cell | undefined> {
    try {
      const cell = await computeCell(cache, system, set);
      const { accuracy, ece, seconds } = cell;
      const place = `${set.name} ${set.size}, seed ${set.seed}, ${system.name}`;
      log.note(`${place}: accuracy ${accuracy.toFixed(3)}, ECE ${ece.toFixed(3)}, ${seconds.toFixed(0)} s`);
      return cell;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      log.warn(`${set.name} ${set.size}, seed ${set.seed}, ${system.name}: ${describeError(error)}`);
    }
  }
});

function seedOf(text: string): number {
  const seed = Number(text);
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new UsageError(`Cannot use the seed ${text}: expected whole numbers from 0, as in --seeds 1,2`);
}

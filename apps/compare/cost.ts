import { alignColumns, readIfPresent } from "@taxon/app-shared";
import type { TextClassifier } from "@taxon/classifier";
import type { Example } from "@taxon/data";

/** What a model costs to train, to keep and to ask. */
export interface RunCost {
  run: string;
  parameters: number;
  /** Size of its weights on the disk. */
  bytes: number;
  /** As the run noted it; absent for a model from elsewhere. */
  trainingSeconds?: number;
  /** Measured now, on the texts that are compared. */
  textsPerSecond: number;
}

/** Texts that are enough for a speed. */
const TIMED_TEXTS = 256;

/** How long a model is timed; at least once, after a pass that warms up. */
const TIMED_SECONDS = 0.5;

/** Reads what a run noted of its cost, and times its model. */
export async function costOf(
  run: string,
  classifier: TextClassifier,
  examples: readonly Example[],
): Promise<RunCost> {
  const texts = classifier.encodeAll(examples.slice(0, TIMED_TEXTS));
  const trained = await readIfPresent(`${run}/train_results.json`);
  return {
    run,
    parameters: classifier.model.parameterCount(),
    bytes: await weightBytes(run),
    trainingSeconds: trained === undefined ? undefined : JSON.parse(trained).train_runtime,
    textsPerSecond: texts.length / await fastestPass(() => classifier.logits(texts)),
  };
}

/** Seconds of the fastest pass: what else the machine does only ever makes one slower. */
async function fastestPass(pass: () => Promise<unknown>): Promise<number> {
  await pass();
  let [fastest, total] = [Infinity, 0];
  do {
    const started = performance.now();
    await pass();
    const seconds = (performance.now() - started) / 1000;
    fastest = Math.min(fastest, seconds);
    total += seconds;
  } while (total < TIMED_SECONDS);
  return fastest;
}

/** The costs as a table. */
export function describeCosts(costs: readonly RunCost[], columns = Infinity): string {
  const whole = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 0 });
  return alignColumns([
    ["", "parameters", "weights, MB", "training, s", "texts a second"],
    ...costs.map(({ run, parameters, bytes, trainingSeconds, textsPerSecond }) => [
      run,
      whole(parameters),
      (bytes / 1e6).toFixed(1),
      trainingSeconds === undefined ? "–" : whole(trainingSeconds),
      whole(textsPerSecond),
    ]),
  ], columns);
}

async function weightBytes(folder: string): Promise<number> {
  let bytes = 0;
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".safetensors")) bytes += (await Deno.stat(`${folder}/${name}`)).size;
  }
  return bytes;
}

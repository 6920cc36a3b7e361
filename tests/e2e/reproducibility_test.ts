import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { decodeSafetensors } from "@taxon/safetensors";
import { parseLines, sha256 } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { succeed } from "../support/task.ts";

const folder = await Deno.makeTempDir();
Deno.test.beforeAll(() => Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(90))));
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

let runs = 0;

/** Trains with dropout and gives the folder. */
async function train(changes: Record<string, string | number> = {}): Promise<string> {
  const run = `${folder}/run-${++runs}`;
  const flags = tinyFlags({
    dropout: 0.3,
    "batch-size": 20,
    warmup: 0,
    "model-size": 32,
    heads: 4,
    ...changes,
  });
  await succeed("train", ["--train", `${folder}/train.csv`, "--output", run, ...flags]);
  return run;
}

const weightsOf = (run: string) => sha256(`${run}/model.safetensors`);
const lossesOf = async (run: string): Promise<number[]> =>
  parseLines(await Deno.readTextFile(`${run}/metrics.jsonl`)).flatMap(({ loss }) => loss ?? []);

Deno.test("the same seed gives the same weights to the bit, with one thread and with two; another seed others", async () => {
  const weights = await weightsOf(await train());
  assertEquals(await weightsOf(await train()), weights);
  assertEquals(await weightsOf(await train({ threads: 2 })), weights);
  assertNotEquals(await weightsOf(await train({ seed: 8 })), weights);
});

Deno.test("--grad-accum 4 trains as the whole batch does, with dropout on", async () => {
  const [whole, parts] = [await train(), await train({ "grad-accum": 4 })];
  const [wholeLosses, partLosses] = [await lossesOf(whole), await lossesOf(parts)];
  assertAlmostEquals(partLosses[0], wholeLosses[0], 1e-6 * wholeLosses[0]); // the same masks, only summed in parts
  assertEquals(partLosses.length, 10);
  // Each step of Adam divides by the root of v: where a gradient is near zero its rounding moves a weight by up to lr,
  // so later losses agree less closely than the first.
  partLosses.forEach((loss, step) => assertAlmostEquals(loss, wholeLosses[step], 1e-3 * wholeLosses[step]));

  const noDropout = await lossesOf(await train({ dropout: 0 }));
  assert(Math.abs(noDropout[0] - wholeLosses[0]) > 1e-4, "dropout must be on");

  const [a, b] = await Promise.all([whole, parts].map(async (run) => {
    return decodeSafetensors(await Deno.readFile(`${run}/checkpoint-10/model.safetensors`)).tensors;
  }));
  for (const [name, { bytes }] of a) {
    const [own, other] = [bytes, b.get(name)!.bytes].map((raw) => new Float32Array(raw.slice().buffer));
    const distance = Math.hypot(...own.map((value, i) => value - other[i])) / Math.hypot(...own);
    if (!name.endsWith("key.bias")) assert(distance < 0.01, `${name}: ${distance}`); // its gradient is rounding alone
  }
});

Deno.test("--grad-accum weighs parts of unequal size and classes of unequal weight as the whole batch does", async () => {
  const uneven = { "batch-size": 22, "class-weights": "1,2,5", dropout: 0.2, epochs: 1 }; // parts of 8, 8 and 6
  const whole = await lossesOf(await train(uneven));
  const parts = await lossesOf(await train({ ...uneven, "grad-accum": 3 }));
  whole.slice(0, 2).forEach((loss, step) => assertAlmostEquals(parts[step], loss, 1e-4 * loss));
  assertAlmostEquals(parts[0], whole[0], 1e-6 * whole[0]);
});

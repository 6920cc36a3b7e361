/**
 * `deno task soak [--backend B] [--requests N] [--steps N] [--minutes N] [--model FOLDER]`: serves 10,000 requests and trains 2,000 steps, and fails if
 * a request is refused, if buffers of the model stay behind, or if training needs more than 64 MB more after its first
 * tenth. With `--minutes` it first serves at half of what the server can do, a line a minute, then a minute at twice of
 * that; it fails if a request of the first goes unanswered, or one of the second is neither answered nor refused.
 */
import { parseArgs } from "@std/cli/parse-args";
import { EncoderClassifier } from "@taxon/model";
import { useBackend } from "@taxon/tensor";
import { presentBackends } from "./support/backends.ts";
import { putUnderLoad } from "./support/load.ts";
import { capacityOf, sendAtRate } from "./support/open_loop.ts";
import { childrenOf, descriptorsOf } from "./support/processes.ts";
import { startServer, writeRandomModel } from "./support/server.ts";
import { smallConfig, smallTrainer } from "./support/small_training.ts";

const flags = parseArgs(Deno.args, {
  string: ["backend", "requests", "steps", "minutes", "model"],
  default: { backend: "cpu", requests: "10000", steps: "2000", minutes: "0" },
});

async function soakServer(requests: number) {
  const folder = await Deno.makeTempDir();
  try {
    await writeRandomModel(`${folder}/model`);
    const env = flags.backend === "webgpu" ? {} : undefined;
    await using server = await startServer(["--model", `${folder}/model`, "--backend", flags.backend], env);
    const result = await putUnderLoad(server.url, requests);
    const { refused, first, last } = result;
    const kept = first.buffers > 0 && last.buffers === first.buffers && last.bytes === first.bytes;
    return { ...result, ok: refused === 0 && kept };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Memory and descriptors of the server behind a launcher. */
async function footprint(url: string, launcher: number) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const rss = Number(/^process_resident_memory_bytes (\d+)$/m.exec(text)?.[1]);
  const [child] = await childrenOf(launcher);
  return { megabytes: Math.round(rss / 1e6), descriptors: await descriptorsOf(child) };
}

async function soakForMinutes(minutes: number): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  try {
    if (!flags.model) await writeRandomModel(`${folder}/model`);
    const args = ["--model", flags.model ?? `${folder}/model`, "--backend", flags.backend];
    await using server = await startServer(args);
    const capacity = await capacityOf(server.url, 10);
    console.log(JSON.stringify({ capacity: Math.round(capacity) }));
    let ok = true;
    for (let minute = 1; minute <= minutes; minute++) {
      const result = await sendAtRate(server.url, capacity / 2, 60);
      ok &&= result.failed === 0 && result.refused === 0;
      console.log(
        JSON.stringify({ load: 0.5, minute, ...result, ...await footprint(server.url, server.pid) }),
      );
    }
    const result = await sendAtRate(server.url, 2 * capacity, 60);
    console.log(JSON.stringify({ load: 2, ...result, ...await footprint(server.url, server.pid) }));
    return ok && result.failed === 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function soakTraining(steps: number) {
  const provider = (await presentBackends()).find(({ name }) => name === flags.backend);
  if (!provider) throw new Error(`Cannot train on ${flags.backend}: no such backend here`);
  using backend = useBackend(await provider.create({ threads: 1 }));
  using model = new EncoderClassifier(smallConfig).initialize(1);
  using trainer = smallTrainer(model, Math.ceil(steps / 5));
  const now = () => ({ buffers: backend.memory().buffers, rss: Deno.memoryUsage().rss });
  let early = now();
  for await (const { step } of trainer.run()) if (step === Math.ceil(steps / 10)) early = now();
  const last = now();
  return { steps, early, last, ok: last.buffers === early.buffers && last.rss - early.rss < 64e6 };
}

const minutes = Number(flags.minutes);
if (minutes > 0 && !await soakForMinutes(minutes)) Deno.exitCode = 1;
const served = await soakServer(Number(flags.requests));
console.log(JSON.stringify({ backend: flags.backend, served }));
const trained = await soakTraining(Number(flags.steps));
console.log(JSON.stringify({ backend: flags.backend, trained }));
if (!served.ok || !trained.ok) Deno.exitCode = 1;

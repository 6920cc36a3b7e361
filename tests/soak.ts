/**
 * `deno task soak [--backend B] [--requests N] [--steps N]`: serves 10,000 requests and trains 2,000 steps, and fails if
 * a request is refused, if buffers of the model stay behind, or if training needs more than 64 MB more after its first
 * tenth.
 */
import { parseArgs } from "@std/cli/parse-args";
import { EncoderClassifier } from "@taxon/model";
import { useBackend } from "@taxon/tensor";
import { presentBackends } from "./support/backends.ts";
import { putUnderLoad } from "./support/load.ts";
import { startServer, writeRandomModel } from "./support/server.ts";
import { smallConfig, smallTrainer } from "./support/small_training.ts";

const flags = parseArgs(Deno.args, {
  string: ["backend", "requests", "steps"],
  default: { backend: "cpu", requests: "10000", steps: "2000" },
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

const served = await soakServer(Number(flags.requests));
console.log(JSON.stringify({ backend: flags.backend, served }));
const trained = await soakTraining(Number(flags.steps));
console.log(JSON.stringify({ backend: flags.backend, trained }));
if (!served.ok || !trained.ok) Deno.exitCode = 1;

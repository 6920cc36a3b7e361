/**
 * Trains one seed with Taxon and the same model for the same epochs with PyTorch, one after the other on this machine, and
 * prints both times. Needs a Python with torch (and transformers for --from FOLDER), named by TAXON_PYTHON (default
 * python3).
 *
 * usage: deno run --allow-read --allow-write --allow-run --allow-env tests/interop/train_beside_torch.ts --train F --test F [train flags]
 */
import { loadDataset } from "@taxon/app-shared";
import { encodeInputs, ModelFolder } from "@taxon/classifier";

const folder = await Deno.makeTempDir();
try {
  const run = `${folder}/run`;
  const taxon = await output(Deno.execPath(), ["task", "train", ...Deno.args, "--output", run]);
  console.error(taxon.slice(-400));

  const described = new ModelFolder(run);
  const [config, { tokenizer }] = [described.config(), described];
  const settings = JSON.parse(await Deno.readTextFile(`${run}/training_args.json`));
  const results = JSON.parse(await Deno.readTextFile(`${run}/all_results.json`));
  const threads = settings.threads ?? navigator.hardwareConcurrency;
  const dataset = await loadDataset(settings, console);
  const encode = (examples: typeof dataset.train) => ({
    ids: encodeInputs(tokenizer, config, examples).map(({ ids }) => Array.from(ids)),
    labels: examples.map(({ labels }) => config.labels.indexOf(labels[0])),
  });
  const job = {
    config,
    settings,
    threads,
    train: encode(dataset.train),
    test: encode(dataset.test ?? dataset.eval),
  };
  await Deno.writeTextFile(`${folder}/job.json`, JSON.stringify(job));

  const { backend, precision } = settings;
  const { train_runtime, test_accuracy } = results;
  console.log(
    JSON.stringify({ system: `taxon ${backend}`, precision, threads, train_runtime, test_accuracy }),
  );
  const script = new URL("train_beside_torch.py", import.meta.url).pathname;
  console.log(
    (await output(Deno.env.get("TAXON_PYTHON") ?? "python3", [script, `${folder}/job.json`])).trim(),
  );
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function output(command: string, args: string[]): Promise<string> {
  const { code, stdout } = await new Deno.Command(command, { args, stderr: "inherit" }).output();
  if (code !== 0) throw new Error(`Cannot go on: ${command} ended with ${code}`);
  return new TextDecoder().decode(stdout);
}

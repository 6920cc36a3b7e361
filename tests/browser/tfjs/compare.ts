/**
 * `deno task bench:browser DIR`: times our WebGPU backend beside that of TensorFlow.js on the same adapter, in headless
 * Chromium. DIR holds `node_modules` with `@tensorflow/tfjs-core` and its backends `webgpu` and `cpu`.
 */
import { bundle } from "../bundle.ts";
import { launchChromium, openPage } from "../chromium.ts";
import { serveFiles } from "../serve_files.ts";

const [folder] = Deno.args;
if (folder === undefined) {
  console.error(
    "Cannot compare: name a folder in which you ran npm install @tensorflow/tfjs-core " +
      "@tensorflow/tfjs-backend-webgpu @tensorflow/tfjs-backend-cpu",
  );
  Deno.exit(2);
}
const library = (name: string) => Deno.readTextFileSync(`${folder}/node_modules/@tensorflow/${name}.min.js`);
const files: Record<string, string> = {
  "": `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Comparison</title>
<script src="core.js"></script><script src="cpu.js"></script><script src="webgpu.js"></script>
<script src="theirs.js"></script><script type="module" src="ours.js"></script>`,
  "core.js": library("tfjs-core/dist/tf-core"),
  "cpu.js": library("tfjs-backend-cpu/dist/tf-backend-cpu"), // which the WebGPU backend falls back to
  "webgpu.js": library("tfjs-backend-webgpu/dist/tf-backend-webgpu"),
  "theirs.js": Deno.readTextFileSync(new URL("./theirs.js", import.meta.url)),
  "ours.js": await bundle("tests/browser/tfjs/ours.ts"),
};

/** Runs in the page: both in turns, so that what else the machine does slows both. */
const measurement = `(async () => {
  const ours = await prepareOurs();
  const models = { ours: ours.forward, theirs: await prepareTheirs(ours) };
  const logits = { ours: Array.from(await models.ours()), theirs: Array.from(await models.theirs()) };
  const times = { ours: [], theirs: [] };
  for (let round = 0; round < 25; round++) {
    for (const [name, forward] of Object.entries(models)) {
      const start = performance.now();
      await forward();
      if (round >= 5) times[name].push(performance.now() - start);
    }
  }
  const { vendor, architecture } = (await navigator.gpu.requestAdapter()).info;
  return { logits, times, version: tf.version_core, adapter: vendor + " " + architecture };
})()`;

interface Measured<T> {
  readonly ours: T;
  readonly theirs: T;
}

await using server = serveFiles((path) => files[path]);
await using browser = await launchChromium({ webgpu: true });
const { page, problems } = await openPage(browser, server.url);
await page.goto(server.url);
const { logits, times, version, adapter } = await page.evaluate(measurement) as {
  logits: Measured<number[]>;
  times: Measured<number[]>;
  version: string;
  adapter: string;
};
const difference = Math.max(...logits.ours.map((logit, i) => Math.abs(logit - logits.theirs[i])));
if (!(difference < 1e-3)) {
  throw new Error(`Cannot compare: logits are [${logits.ours}] and [${logits.theirs}] on the same weights`);
}
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
const [ours, theirs] = [median(times.ours), median(times.theirs)];
console.log(`W1-1x32 at a quarter of its width, on ${adapter} in ${await browser.version()}`);
console.log(
  `ours ${ours.toFixed(1)} ms, TensorFlow.js ${version} webgpu ${theirs.toFixed(1)} ms (medians of 20)`,
);
console.log(
  `${(theirs / ours).toFixed(2)} times as fast; logits differ by at most ${difference.toExponential(1)}`,
);
for (const problem of problems) console.error(problem);

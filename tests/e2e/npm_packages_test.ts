import { assert, assertEquals } from "@std/assert";
import { TextClassifier } from "@taxon/classifier";
import { EncoderClassifier, encoderConfig, saveClassifier } from "@taxon/model";
import { useBackend } from "@taxon/tensor";
import { createCpuBackend } from "@taxon/backend-cpu";
import { trainWordPiece } from "@taxon/text";
import { run } from "../../apps/npm/workshop.ts";
import { inScratch, parseLines } from "../support/scratch.ts";

const texts = ["where is the printer", "", "é 雨 😀 the printer", "rain in the north ".repeat(40)];

/** What a stranger writes in Node. */
const program = `
import { TextClassifier } from "@taxon/classifier";

const [folder, ...texts] = process.argv.slice(2);
const classifier = await TextClassifier.open(folder, { backend: "cpu", threads: 2 });
for (const answer of await classifier.classify(texts)) console.log(JSON.stringify(answer));
console.log(JSON.stringify((await classifier.explain({ text: texts[0] })).attention));
`;

async function saveModel(folder: string): Promise<void> {
  using _backend = useBackend(await createCpuBackend({ threads: 1 }));
  const tokenizer = trainWordPiece(texts, { vocabulary: "words" });
  const labels = ["rain", "printer", "other"];
  const config = encoderConfig({
    vocabSize: tokenizer.vocabSize,
    layers: 2,
    labels,
    maxTokens: 64,
  });
  using model = new EncoderClassifier(config);
  model.initialize(1);
  const files = await saveClassifier(model);
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/config.json`, files.config);
  await Deno.writeTextFile(`${folder}/tokenizer.json`, JSON.stringify(tokenizer.toJson()));
  await Deno.writeFile(`${folder}/model.safetensors`, files.weights);
}

/** Whether there is a Node that the packages are for, with npm. */
async function hasNode(): Promise<boolean> {
  try {
    const [major, minor] = (await run("node", ["--version"])).slice(1).split(".").map(Number);
    await run("npm", ["--version"]);
    return major > 20 || (major === 20 && minor >= 16);
  } catch {
    return false;
  }
}

Deno.test({
  name:
    "packages packed for npm and installed from disk give the answers of the checkout in Node, to the bit",
  ignore: !await hasNode(),
  fn: () =>
    inScratch(async (folder) => {
      // in a process of its own, which may start the tools
      const built = ["run", "--quiet", "--allow-all", "apps/npm/build.ts", `${folder}/tarballs`];
      await run(Deno.execPath(), built);
      const tarballs = [...Deno.readDirSync(`${folder}/tarballs`)].map(({ name }) =>
        `${folder}/tarballs/${name}`
      );
      await saveModel(`${folder}/model`);
      const project = `${folder}/project`;
      await Deno.mkdir(project);
      await Deno.writeTextFile(`${project}/package.json`, JSON.stringify({ private: true, type: "module" }));
      await Deno.writeTextFile(`${project}/main.js`, program);
      const installed = tarballs.filter((path) => !/serving|cli/.test(path)); // these need packages of the registry
      await run(
        "npm",
        ["install", "--offline", "--omit=optional", "--no-audit", "--no-fund", ...installed],
        project,
      );

      for (const { name } of Deno.readDirSync(`${project}/node_modules/@taxon`)) {
        const files = [...Deno.readDirSync(`${project}/node_modules/@taxon/${name}`)].map(({ name }) => name)
          .sort();
        const expected = ["LICENSE", "README.md", "dist", "package.json"];
        if (!name.startsWith("backend-ffi-")) assertEquals(files, expected, name);
      }
      const printed = parseLines(await run("node", ["main.js", `${folder}/model`, ...texts], project));
      using classifier = await TextClassifier.open(`${folder}/model`, { backend: "cpu", threads: 2 });
      const answers = await classifier.classify(texts);
      assert(answers.some(({ truncated }) => truncated));
      const { attention } = await classifier.explain({ text: texts[0] });
      assertEquals(printed, JSON.parse(JSON.stringify([...answers, attention])));

      const cli = `${project}/node_modules/@taxon/cli`;
      await Deno.mkdir(cli);
      await run("tar", [
        "-xzf",
        tarballs.find((path) => path.includes("cli"))!,
        "-C",
        cli,
        "--strip-components=1",
      ]);
      const flags = ["--model", `${folder}/model`, "--format", "jsonl", "--backend", "cpu"];
      const started = ["run", "--allow-all", `${cli}/taxon.js`, "predict", ...flags, ...texts];
      const predicted = parseLines(await run(Deno.execPath(), started, project));
      assertEquals(predicted.map(({ scores }) => scores), printed.slice(0, -1).map(({ scores }) => scores));
    }),
});

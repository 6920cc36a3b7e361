/**
 * `deno task check:npm MODEL`: packs the packages, installs them from disk into an empty folder, and there: checks each
 * tarball with publint and attw, the types with tsc, and the scores of a trained model in several runtimes with those of
 * `deno task predict`. Runtimes and tools come from npm.
 */
import { buildPackages } from "../apps/npm/build.ts";
import { run } from "../apps/npm/workshop.ts";
import { parseLines } from "./support/scratch.ts";

/** Scores on ffi differ from those on the cpu by less than this, as docs/backends.md has it for its ops. */
const BOUND = 1e-5;

const runtimes = { "node@20": "node", "node@22": "node", "node@24": "node", "bun@1": "bun" };

const program = `
import { TextClassifier } from "@taxon/classifier";
import { readFileSync } from "node:fs";

const [folder, backend, threads, file, repeat] = process.argv.slice(2);
const texts = readFileSync(file, "utf8").trimEnd().split("\\n");
const classifier = await TextClassifier.open(folder, { backend, threads: Number(threads) });
let answers;
const times = [];
for (let i = 0; i < repeat; i++) {
  const start = performance.now();
  answers = await classifier.classify(texts);
  times.push(performance.now() - start);
}
console.error(Math.min(...times).toFixed(0));
for (const { scores } of answers) console.log(JSON.stringify(scores));
classifier[Symbol.dispose]?.();
`;

/** A project of each kind of resolution that names every package. */
const typeChecks = {
  bundler: { module: "esnext", moduleResolution: "bundler" },
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
};

async function check(folder: string, model: string): Promise<void> {
  const tarballs = await buildPackages(`${folder}/tarballs`);
  const project = await newProject(`${folder}/project`, tarballs);
  const tools = await newProject(`${folder}/tools`, ["publint", "@arethetypeswrong/cli", "typescript@7.0.2"]);
  const bin = (name: string) => `${tools}/node_modules/.bin/${name}`;
  for (const tarball of tarballs) {
    await run(bin("publint"), ["--strict", tarball]);
    await run(bin("attw"), ["--profile", "esm-only", tarball]);
  }
  console.log(`publint and attw accept ${tarballs.length} tarballs`);
  await checkTypes(project, bin("tsc"));
  await checkScores(folder, project, model);
}

async function newProject(folder: string, packages: readonly string[]): Promise<string> {
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ private: true, type: "module" }));
  await run("npm", ["install", "--no-audit", "--no-fund", "--silent", ...packages], folder);
  return folder;
}

async function checkTypes(project: string, tsc: string): Promise<void> {
  const names = [...Deno.readDirSync(`${project}/node_modules/@taxon`)].map(({ name }) => `@taxon/${name}`)
    .sort();
  const imports = names.map((name, i) => `import * as p${i} from "${name}";\nvoid p${i};`);
  await Deno.writeTextFile(`${project}/types.ts`, `${imports.join("\n")}\n${typedUse}`);
  for (const [name, options] of Object.entries(typeChecks)) {
    const compilerOptions = { ...options, target: "es2022", strict: true, noEmit: true, types: [] };
    await Deno.writeTextFile(
      `${project}/tsconfig.json`,
      JSON.stringify({ compilerOptions, files: ["types.ts"] }),
    );
    await run(tsc, ["--project", project]);
    console.log(`tsc accepts the types of ${names.length} packages under moduleResolution ${name}`);
  }
}

const typedUse = `
import { TextClassifier } from "@taxon/classifier";
const classifier: TextClassifier = await TextClassifier.open("model", { backend: "cpu" });
const label: string | string[] = (await classifier.classify("text")).label as string;
void label;
// @ts-expect-error a text is no number
await classifier.classify(1);
`;

async function checkScores(folder: string, project: string, model: string): Promise<void> {
  await Deno.writeTextFile(`${project}/main.js`, program);
  const texts = await testTexts();
  await Deno.writeTextFile(`${folder}/texts.txt`, texts.join("\n") + "\n");
  const expected = new Map<string, string>();
  const systems: [string, string, string[]][] = [["deno", Deno.execPath(), [
    "run",
    "--allow-all",
    "--quiet",
  ]]];
  for (const [spec, name] of Object.entries(runtimes)) {
    const { [name]: path } = {
      [name]: `${await newProject(`${folder}/${spec}`, [spec])}/node_modules/.bin/${name}`,
    };
    systems.push([spec, path, []]);
  }
  const args = ["--quiet", "predict", "--model", model, "--file", `${folder}/texts.txt`, "--format", "jsonl"];
  for (const backend of ["cpu", "ffi"]) {
    const lines = parseLines(await run(Deno.execPath(), ["task", ...args, "--backend", backend]));
    expected.set(backend, lines.map(({ scores }) => JSON.stringify(scores)).join("\n"));
  }
  console.log(`\n${texts.length} texts, milliseconds and largest difference from deno task predict`);
  for (const [name, path, before] of systems) {
    const version = (await run(path, ["--version"])).split("\n")[0];
    for (const [backend, threads] of [["cpu", 1], ["cpu", 2], ["ffi", 1], ["ffi", 2]] as const) {
      const { stdout, stderr } = await new Deno.Command(path, {
        args: [...before, "main.js", model, backend, `${threads}`, `${folder}/texts.txt`, "5"],
        cwd: project,
      }).output();
      const [printed, time] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
      const difference = largestDifference(printed, expected.get(backend)!);
      console.log([name, version, backend, `${threads} threads`, `${time} ms`, difference].join("  "));
      if (!(difference <= BOUND)) throw new Error(`${name} on ${backend}: scores differ by ${difference}`);
    }
  }
}

async function testTexts(): Promise<string[]> {
  const rows = await Deno.readTextFile(new URL("../apps/train/data/test.tsv", import.meta.url));
  return rows.trimEnd().split("\n").slice(1).map((row) => row.split("\t")[0]);
}

/** 0 if all digits are equal. */
function largestDifference(printed: string, expected: string): number {
  if (printed === expected) return 0;
  const [a, b] = [printed, expected].map((lines) => parseLines(lines));
  if (a.length !== b.length) return NaN;
  return Math.max(
    ...a.flatMap((scores, i) => Object.keys(b[i]).map((label) => Math.abs(scores[label] - b[i][label]))),
  );
}

if (import.meta.main) {
  const [model] = Deno.args;
  if (model === undefined) throw new Error("Cannot check the packages: give the folder of a trained model");
  const folder = await Deno.makeTempDir();
  try {
    await check(folder, Deno.realPathSync(model));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

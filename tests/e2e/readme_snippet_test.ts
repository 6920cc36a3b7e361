import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readText, root } from "../support/repository.ts";
import { parseLines, readJson } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toJsonl } from "../support/small_data.ts";
import { runTask, succeed } from "../support/task.ts";

const folder = await Deno.makeTempDir();
const model = `${folder}/model`;

const words = smallExamples(60).map(({ text }) => text);

/** Single texts and pairs: short, empty, of other scripts, and of up to 40 times what the model reads. */
const inputs = Array.from({ length: 200 }, (_, i) => {
  const text = ["", words[i % 60], `${words[i % 60]} 雨が降る 😀 é`, words.join(". ").slice(i)][i % 4];
  return i % 3 === 0 ? { text, text_pair: ["rain", "", words.join(" ")][i % 5 % 3] } : { text };
});

Deno.test.beforeAll(async () => {
  const rows = smallExamples(120).map(({ text, label }, i) => ({ text, text_pair: words[i % 60], label }));
  await Deno.writeTextFile(`${folder}/train.jsonl`, toJsonl(rows));
  await succeed("train", [
    "--train",
    `${folder}/train.jsonl`,
    "--output",
    model,
    ...tinyFlags({ epochs: 1 }),
  ]);
  await Deno.writeTextFile(`${folder}/texts.jsonl`, toJsonl(inputs));
});

Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

/** Runs the program of README's section "As a library" on other texts, which it then prints as JSON Lines. */
async function runSnippet(directory: string, texts: readonly object[]) {
  const [, snippet] = /## As a library\n\n```ts\n([^]*?)```/.exec(readText("README.md")!)!;
  const replaced = [
    ['"runs/help-desk-1"', JSON.stringify(directory)],
    [/\.classify\(.*\);/, `.classify(${JSON.stringify(texts)});`],
    [/for .*;/, "console.log(answers.map((answer) => JSON.stringify(answer)).join('\\n'));"],
  ] as const;
  const program = replaced.reduce((source, [from, to]) => {
    const changed = source.replace(from, () => to);
    assert(changed !== source, `README's program has no ${from}`);
    return changed;
  }, snippet);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--check", "--ext=ts", "--allow-read", "-"], // as a file of the repository's folder
    cwd: root,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [{ code, stdout, stderr }] = await Promise.all([
    child.output(),
    new Response(program).body!.pipeTo(child.stdin),
  ]);
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

const forSnippet = inputs.map(({ text, text_pair: textPair }) => ({ text, textPair }));

Deno.test("README's program gives 200 texts, too long ones, empty ones and pairs the scores of predict", async () => {
  const args = ["--model", model, "--format", "jsonl", "--file", `${folder}/texts.jsonl`];
  const predicted = parseLines((await succeed("predict", args)).stdout);
  const { code, stdout, stderr } = await runSnippet(model, forSnippet);
  assertEquals([code, stderr], [0, ""]);
  const answers = parseLines(stdout);
  assertEquals(answers.length, 200);
  assert(answers.filter(({ truncated }) => truncated).length > 40);
  for (const [i, { label, score, scores, truncated }] of answers.entries()) {
    const { label: l, score: s, scores: all, truncated: t } = predicted[i];
    assertEquals({ label, score, scores, truncated }, { label: l, score: s, scores: all, truncated: t });
  }
});

Deno.test("README's program refuses a text that predict refuses, for the same reason", async () => {
  const strict = `${folder}/strict`;
  await Deno.mkdir(strict);
  for (const name of ["model.safetensors", "tokenizer.json"]) {
    await Deno.copyFile(`${model}/${name}`, `${strict}/${name}`);
  }
  const config = { ...readJson(`${model}/config.json`), long_text: "error" };
  await Deno.writeTextFile(`${strict}/config.json`, JSON.stringify(config));
  const predicted = await runTask("predict", ["--model", strict, "--file", `${folder}/texts.jsonl`]);
  const [reason] = /^Cannot encode a text of \d+ tokens: [^(]+/.exec(predicted.stderr)!;
  const { code, stderr } = await runSnippet(strict, forSnippet);
  assertEquals([predicted.code, code], [1, 1]);
  assertStringIncludes(stderr, `RangeError: ${reason}`);
});

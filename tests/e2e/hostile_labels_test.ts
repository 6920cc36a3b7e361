import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseLines } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toJsonl } from "../support/small_data.ts";
import { runTask, shareProcess, succeed } from "../support/task.ts";
import { hasScript, runInTerminal } from "../support/terminal.ts";
import { root } from "../support/repository.ts";

shareProcess("train", "evaluate", "predict");

const labels: Record<string, string> = {
  food: "food\x1b]0;owned\x07 \u202eknil",
  sport: "sport | <img src=x> [x](https://a.b) ```",
  weather: "weather\x1b[2J\x9b31m\n# Heading\n---",
};
const shownLabels = [
  "food\\x1b]0;owned\\x07 \\u202eknil",
  "sport | <img src=x> [x](https://a.b) ```",
  "weather\\x1b[2J\\x9b31m\\n# Heading\\n---",
];
const text = "soup \x1b[31mfor\x07 dinner\u202e, \x9b2Jrain";
const shownText = "soup \\x1b[31mfor\\x07 dinner\\u202e, \\x9b2Jrain";

const folder = await Deno.makeTempDir();
const model = `${folder}/model`;
const data = `${folder}/data.jsonl`;
let training: { stdout: string; stderr: string };

Deno.test.beforeAll(async () => {
  const rows = smallExamples(120).map(({ text: words, label }) => ({
    text: `${words} ${text}`,
    label: labels[label],
  }));
  await Deno.writeTextFile(data, toJsonl(rows));
  const flags = ["--train", data, "--test", data, "--output", model, ...tinyFlags({ epochs: 1 })];
  training = await succeed("train", flags);
});

Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

/** What a terminal would obey, or show in another order. */
function assertHarmless(printed: string): void {
  const found = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.exec(printed);
  const around = found ? JSON.stringify(printed.slice(Math.max(0, found.index - 60), found.index + 60)) : "";
  assert(!found, `a control character in ${around}`);
}

Deno.test("train, evaluate, compare and predict print no control character of a text or label", async () => {
  assertHarmless(training.stdout + training.stderr);
  for (const label of shownLabels) assertStringIncludes(training.stdout, label);
  const evaluated = await succeed("evaluate", ["--model", model, "--data", data]);
  const copy = `${folder}/copy`;
  await succeed("train", [
    ...["--train", data, "--test", data, "--output", copy],
    ...tinyFlags({ epochs: 1, seed: 1 }),
  ]);
  const compared = await succeed("compare", [model, copy, "--examples", "100"]);
  const predicted = await succeed("predict", ["--model", model, text]);
  for (const { stdout, stderr } of [evaluated, compared, predicted]) assertHarmless(stdout + stderr);
  for (const label of shownLabels) {
    for (const { stdout } of [evaluated, compared, predicted]) assertStringIncludes(stdout, label);
  }
  assertStringIncludes(predicted.stdout, shownText);
});

Deno.test("errors print no control character of what they quote", async () => {
  const other = `${folder}/other\x1b[2J.jsonl`;
  await Deno.writeTextFile(other, toJsonl([{ text, label: `unknown\x1b[2J\x07` }]));
  const calls = [
    runTask("evaluate", ["--model", model, "--data", other]),
    runTask("evaluate", ["--model", `${folder}/no\x1b[2Jmodel`, "--data", data]),
    runTask("predict", ["--model", model, "--format", "\x1b[2J", "text"]),
    runTask("train", ["--train", `${folder}/no\x1b[2Jfile.csv`]),
  ];
  for (const { code, stdout, stderr } of await Promise.all(calls)) {
    assert(code !== 0);
    assertStringIncludes(stderr, "\\x1b[2J");
    assertHarmless(stdout + stderr);
  }
});

Deno.test("formats for programs hold texts and labels as they are", async () => {
  const { stdout } = await succeed("predict", ["--model", model, "--format", "jsonl", text]);
  assertEquals(Object.keys(parseLines(stdout)[0].scores), Object.values(labels));
  const csv = await succeed("predict", ["--model", model, "--format", "csv", text]);
  assertStringIncludes(csv.stdout, text);
  for (const label of [labels.food, labels.weather]) assertStringIncludes(csv.stdout, `score:${label}`);
});

Deno.test({
  name: "predict shows escapes on a terminal in every format",
  ignore: !await hasScript(),
  fn: async () => {
    for (const format of ["table", "csv"]) {
      const command = [
        "predict",
        "--model",
        model,
        "--backend",
        "cpu",
        "--format",
        format,
        text,
      ];
      const { output } = await runInTerminal([Deno.execPath(), "task", "--quiet", ...command], {
        cwd: root.pathname,
        path: Deno.env.get("PATH")!,
      });
      assertStringIncludes(output, shownText.slice(0, 15));
      assertHarmless(output.replace(/\r+\n/g, "\n"));
    }
  },
});

Deno.test("the model card shows labels as they are, in one cell and without meaning", async () => {
  const card = await Deno.readTextFile(`${model}/README.md`);
  assertHarmless(card);
  const [, matter, body] = card.split(/^---$/m);
  assertEquals(matter.trim().split("\n").map((line) => line.split(":")[0]), [
    "library_name",
    "pipeline_tag",
    "tags",
    "metrics",
  ]);
  assertEquals(card.split(/^---$/m).length, 3);
  assertStringIncludes(
    body,
    "| labels | food\\\\x1b\\]0;owned\\\\x07 \\\\u202eknil, " +
      "sport \\| \\<img src=x\\> \\[x\\](https\\://a.b) \\`\\`\\`, " +
      "weather\\\\x1b\\[2J\\\\x9b31m\\\\n\\# Heading\\\\n--- |",
  );
  const headings = body.split("\n").filter((line) => line.startsWith("#"));
  assertEquals(headings.map((line) => line.replace(/ on.*/, "")).slice(1), ["## Results", "## Settings"]);
});

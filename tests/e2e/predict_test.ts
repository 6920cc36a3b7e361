import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { rfc4180Rows } from "../support/rfc4180.ts";
import { parseLines } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv, toJsonl } from "../support/small_data.ts";
import { runTask, succeed } from "../support/task.ts";

const texts = ["soup for dinner", "rain and storm", "a late goal"];

const folder = await Deno.makeTempDir();
const model = `${folder}/model`;

Deno.test.beforeAll(async () => {
  await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(240)));
  await succeed("train", ["--train", `${folder}/train.csv`, "--output", model, ...tinyFlags({ epochs: 8 })]);
});

Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

Deno.test("predict answers arguments, lines, JSON Lines and standard input alike, in order", async () => {
  const jsonl = ["--model", model, "--format", "jsonl"];
  const { stdout: fromArguments, stderr } = await succeed("predict", [...jsonl, ...texts]);
  assertEquals(stderr, "");
  const answers = parseLines(fromArguments);
  assertEquals(answers.map(({ label }) => label), ["food", "weather", "sport"]);
  for (const answer of answers) {
    assertEquals(Object.keys(answer), ["label", "score", "scores", "truncated"]);
    assertEquals(Object.keys(answer.scores), ["food", "sport", "weather"]);
    assertEquals([answer.score, answer.truncated], [answer.scores[answer.label], false]);
    const values = Object.values<number>(answer.scores);
    assertEquals(answer.score, Math.max(...values));
    assertAlmostEquals(values.reduce((a, b) => a + b), 1, 1e-12);
  }

  await Deno.writeTextFile(`${folder}/texts.txt`, texts.join("\r\n"));
  await Deno.writeTextFile(`${folder}/texts.jsonl`, toJsonl(texts.map((text, id) => ({ id, text }))));
  const lines = texts.join("\n") + "\n";
  const others = await Promise.all([
    succeed("predict", [...jsonl, "--file", `${folder}/texts.txt`]),
    succeed("predict", [...jsonl, "--file", `${folder}/texts.jsonl`]),
    succeed("predict", jsonl, { stdin: lines }),
    succeed("predict", [...jsonl, "--file", "-"], { stdin: lines }),
    succeed("predict", [...jsonl, "--input-format", "jsonl"], {
      stdin: await Deno.readTextFile(`${folder}/texts.jsonl`),
    }),
  ]);
  for (const { stdout } of others) assertEquals(stdout, fromArguments);
});

Deno.test("predict prints a table for a person, CSV for a sheet, and one answer for an empty line", async () => {
  const table = await succeed("predict", ["--model", model, "--top-k", "2", ...texts]);
  const rows = table.stdout.trimEnd().split("\n");
  assertEquals(rows.length, 3);
  assertMatch(rows[1], /^weather [01]\.\d{4} {2}(food|sport) [01]\.\d{4}\train and storm$/);

  const tricky = 'soup, "hot"';
  const csv = await succeed("predict", ["--model", model, "--format", "csv", tricky, ...texts]);
  const [head, first, ...rest] = rfc4180Rows(csv.stdout);
  assertEquals(head, ["text", "label", "score", "truncated", "score:food", "score:sport", "score:weather"]);
  assertEquals(first.slice(0, 2), [tricky, "food"]);
  assertEquals(rest.map(([, label]) => label), ["food", "weather", "sport"]);

  const empty = await succeed("predict", ["--model", model, "--format", "jsonl"], { stdin: "\nrain\n\n" });
  assertEquals(parseLines(empty.stdout).length, 3);
  assertEquals(
    (await succeed("predict", ["--model", model, "--format", "jsonl", ""])).stdout.split("\n").length,
    2,
  );
  assertEquals(
    (await succeed("predict", ["--model", model, "--format", "jsonl"], { stdin: "" })).stdout,
    "",
  );
});

Deno.test("predict quotes whatever would end a cell or a row, in CSV and TSV, and ends lines as asked", async () => {
  const tricky = ["lone\rreturn", "line\nfeed", 'a "quoted", comma', "tab\tin it", "plain"];
  const args = ["--model", model, ...tricky, "--format"];
  const csv = await succeed("predict", [...args, "csv"]);
  assertEquals(rfc4180Rows(csv.stdout).map(([text]) => text), ["text", ...tricky]);
  assert(!/\r\n/.test(csv.stdout), "lines end in LF");
  const tsv = await succeed("predict", [...args, "tsv"]);
  assertEquals(rfc4180Rows(tsv.stdout, "\t"), rfc4180Rows(csv.stdout));
  const crlf = await succeed("predict", [...args, "csv", "--line-ends", "crlf"]);
  assertEquals(crlf.stdout.match(/\r\n/g)?.length, 1 + tricky.length);
  assertEquals(rfc4180Rows(crlf.stdout), rfc4180Rows(csv.stdout));
});

Deno.test("predict --safe-for-spreadsheets marks what a spreadsheet would compute, and only there", async () => {
  const texts = ['=HYPERLINK("http://example.org")', "+1 for soup", "rain = wet", "@home", "\t=1"];
  const args = ["--model", model, ...texts, "--format"];
  const safe = await succeed("predict", [...args, "csv", "--safe-for-spreadsheets"]);
  const marked = [`'${texts[0]}`, `'${texts[1]}`, texts[2], `'${texts[3]}`, `'${texts[4]}`];
  assertEquals(rfc4180Rows(safe.stdout).slice(1).map(([text]) => text), marked);
  assertEquals(
    rfc4180Rows((await succeed("predict", [...args, "csv"])).stdout).slice(1).map(([text]) => text),
    texts,
  );
  const table = await runTask("predict", [...args, "table", "--safe-for-spreadsheets"]);
  assertEquals([table.code, table.stderr], [
    2,
    "Cannot use --safe-for-spreadsheets with --format table: it is for csv, tsv\n",
  ]);
});

Deno.test("predict says that it cut a long text, in the answer and in a warning", async () => {
  const long = "rain ".repeat(2000);
  const { stdout, stderr } = await succeed("predict", [
    "--model",
    model,
    "--format",
    "jsonl",
    "rain",
    long,
  ]);
  assertEquals(parseLines(stdout).map(({ truncated }) => truncated), [false, true]);
  assertEquals(stderr, "Warning: 1 of 2 texts were cut at 32 tokens\n");
  assertStringIncludes((await succeed("predict", ["--model", model, long])).stdout, "(cut)");
});

Deno.test("predict gives a text the same scores alone and among others, with one thread and with two", async () => {
  const many = smallExamples(100, 5).map(({ text }) => text);
  const jsonl = ["--model", model, "--format", "jsonl"];
  const together = (await succeed("predict", [...jsonl, "--threads", "1", ...many])).stdout;
  assertEquals((await succeed("predict", [...jsonl, "--threads", "2", ...many])).stdout, together);
  const alone = (await succeed("predict", [...jsonl, many[41]])).stdout;
  assertEquals(together.split("\n")[41], alone.trimEnd());
});

Deno.test("predict ranks labels that are numbers by their scores", async () => {
  const rows = smallExamples(240).map(({ text, label }) => ({ text, label: label === "food" ? 0 : 1 }));
  await Deno.writeTextFile(`${folder}/rows.jsonl`, toJsonl(rows));
  const model = `${folder}/numbers`;
  await succeed("train", [
    "--train",
    `${folder}/rows.jsonl`,
    "--output",
    model,
    ...tinyFlags({ epochs: 6 }),
  ]);
  const { stdout } = await succeed("predict", ["--model", model, "--top-k", "1", "rain and storm"]);
  assertMatch(stdout, /^1 (0\.[5-9]\d{3}|1\.0000)\t/);
});

Deno.test("predict refuses texts with --file, and rows without a text, naming the line", async () => {
  const both = await runTask("predict", ["--model", model, "--file", "x.txt", "rain"]);
  assertEquals([both.code, both.stderr], [
    2,
    "Cannot classify --file and texts together: give one of them\n",
  ]);
  await Deno.writeTextFile(`${folder}/rows.jsonl`, '{"text":"rain"}\n{"txt":"rain"}\n');
  const row = await runTask("predict", ["--model", model, "--file", `${folder}/rows.jsonl`]);
  assertEquals([row.code, row.stdout], [1, ""]);
  assertEquals(row.stderr, `${folder}/rows.jsonl:2: no key "text"; the keys of this row are: "txt"\n`);
  const missing = await runTask("predict", ["--model", model, "--file", `${folder}/none.txt`]);
  assertEquals([missing.code, missing.stderr], [
    1,
    `Cannot read ${folder}/none.txt: no such file or folder\n`,
  ]);
  assert(!missing.stderr.includes("    at "));
});

import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { rfc4180Rows } from "../support/rfc4180.ts";
import { parseLines } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv, toJsonl } from "../support/small_data.ts";
import { runTask, shareProcess, succeed } from "../support/task.ts";

const texts = ["soup for dinner", "rain and storm", "a late goal"];

const folder = await Deno.makeTempDir();
const model = `${folder}/model`;

shareProcess("predict", "train");

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
  const fields = (i: number) =>
    i === 1 || i === 4 ? texts.map((text, id) => ({ id, text })) : texts.map(() => ({}));
  for (const [i, { stdout }] of others.entries()) {
    assertEquals(parseLines(stdout), answers.map((answer, row) => ({ ...fields(i)[row], ...answer })));
  }
});

Deno.test("predict reads the text column of a table, whatever its format, and hands on all columns", async () => {
  const rows = texts.map((text, i) => ({
    id: `${i + 1}`,
    text: `${text}, "again"\nand\ragain`,
    label: "none",
  }));
  const table = (separator: string) =>
    ["id", "text", "label"].join(separator) + "\n" +
    rows.map(({ id, text, label }) => [id, `"${text.replaceAll('"', '""')}"`, label].join(separator) + "\n")
      .join("");
  const files: Record<string, string> = {
    "t.csv": table(","),
    "semicolons.csv": table(";"),
    "t.json": JSON.stringify(rows),
    "t.jsonl": toJsonl(rows),
  };
  const expected = (await succeed("predict", [
    ...["--model", model, "--format", "csv"],
    ...rows.map(({ text }) => text),
  ])).stdout;
  for (const [name, content] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, content);
    const call = ["--model", model, "--file", `${folder}/${name}`, "--format"];
    const [head, ...answers] = rfc4180Rows((await succeed("predict", [...call, "csv"])).stdout);
    const [own, ...alone] = rfc4180Rows(expected);
    assertEquals(head, ["id", "input_label", ...own], name);
    assertEquals(answers, alone.map((answer, i) => [rows[i].id, "none", ...answer]), name);
    const none = await succeed("predict", [...call, "csv", "--pass-through", "none"]);
    assertEquals(none.stdout, expected, name);
    const lines = parseLines(
      (await succeed("predict", [...call, "jsonl", "--pass-through", "label,id"])).stdout,
    );
    assertEquals(Object.keys(lines[0]), ["input_label", "id", "label", "score", "scores", "truncated"]);
    assertEquals(lines.map(({ id, label }) => [id, label]), answers.map(([id, , , label]) => [id, label]));
  }
});

Deno.test("predict hands on numbers as they are written, and never lets a field pass for an answer", async () => {
  const line =
    '{"id":12345678901234567890,"text":"rain","label":"mine","input_label":null,"score":1.0,"more":[1]}\n';
  await Deno.writeTextFile(`${folder}/odd.jsonl`, line);
  const call = ["--model", model, "--file", `${folder}/odd.jsonl`, "--format"];
  const { stdout } = await succeed("predict", [...call, "jsonl"]);
  assertStringIncludes(
    stdout,
    '{"id":12345678901234567890,"text":"rain","input_input_label":"mine","input_label":null,"input_score":1.0,' +
      '"more":[1],"label":"weather","score":',
  );
  const [head, row] = rfc4180Rows((await succeed("predict", [...call, "csv"])).stdout);
  assertEquals(head.slice(0, 7), [
    "id",
    "input_input_label",
    "input_label",
    "input_score",
    "more",
    "text",
    "label",
  ]);
  assertEquals(row.slice(0, 7), ["12345678901234567890", "mine", "", "1.0", "[1]", "rain", "weather"]);
});

Deno.test("predict refuses a file whose format is not told, and flags of tables on plain lines", async () => {
  const refused = async (args: string[], stdin?: string) => {
    const { code, stdout, stderr } = await runTask("predict", ["--model", model, ...args], { stdin });
    assertEquals([code, stdout], [2, ""]);
    return stderr;
  };
  await Deno.writeTextFile(`${folder}/texts.log`, "rain\n");
  assertEquals(
    await refused(["--file", `${folder}/texts.log`]),
    `Cannot tell the format of ${folder}/texts.log: its name ends in none of .csv, .tsv, .jsonl, .ndjson, .json ` +
      "and .txt; say it with --input-format, such as --input-format lines\n",
  );
  const named = [
    "--model",
    model,
    "--file",
    `${folder}/texts.log`,
    "--input-format",
    "lines",
    "--format",
    "jsonl",
  ];
  assertEquals(parseLines((await succeed("predict", named)).stdout).length, 1);
  assertEquals(
    await refused(["--text-column", "body"], "id,body\n1,rain\n"),
    "Cannot use --text-column on plain lines: name the format with --input-format\n",
  );
  assertEquals(
    await refused(["--format", "csv", "--pass-through", "id"], "rain\n"),
    'Cannot pass "id" through: the texts have no fields; name fields, or use all or none\n',
  );
});

Deno.test("predict warns of plain lines that look like a table, and reads one from a pipe if told", async () => {
  const stdin = "id,text\n7,rain and storm\n";
  const call = ["--model", model, "--format", "jsonl"];
  const lines = await succeed("predict", call, { stdin });
  assertEquals(parseLines(lines.stdout).length, 2);
  assertEquals(
    lines.stderr,
    "Warning: standard input is read as a text a line, but looks like csv: say so with --input-format csv\n",
  );
  const table = await succeed("predict", [...call, "--input-format", "csv"], { stdin });
  assertEquals(parseLines(table.stdout).map(({ id, label }) => [id, label]), [["7", "weather"]]);
  assertEquals(table.stderr, "");
});

Deno.test("predict joins the columns that the model was trained on, unless flags name others", async () => {
  const rows = smallExamples(60).map(({ text, label }, i) => ({
    id: i,
    text: "the",
    Subject: text,
    "a,b": "old",
    label,
  }));
  const model = `${folder}/columns`;
  await Deno.writeTextFile(`${folder}/columns.jsonl`, toJsonl(rows));
  await succeed("train", [
    ...["--train", `${folder}/columns.jsonl`, "--text-column", 'Subject,"a,b"', "--output", model],
    ...tinyFlags({ epochs: 1 }),
  ]);
  await Deno.writeTextFile(`${folder}/new.csv`, 'id,Subject,"a,b",text\n1,rain,storm,"rain\nstorm"\n');
  const call = ["--model", model, "--format", "csv", "--pass-through", "none"];
  const joined = await succeed("predict", [...call, "--file", `${folder}/new.csv`]);
  assertEquals(joined.stderr, 'columns as in training: text Subject,"a,b"\n');
  assertEquals(rfc4180Rows(joined.stdout)[1][0], "rain\nstorm");
  assertEquals(joined.stdout, (await succeed("predict", [...call, "rain\nstorm"])).stdout);
  const named = await succeed("predict", [...call, "--file", `${folder}/new.csv`, "--text-column", "text"]);
  assertEquals([named.stdout, named.stderr], [joined.stdout, ""]);
  const { code, stderr } = await runTask("predict", [
    ...call,
    "--file",
    `${folder}/new.csv`,
    "--text-column",
    "subjct,elsewhere",
  ]);
  assertEquals(code, 1);
  assertStringIncludes(
    stderr,
    'no columns "subjct" (did you mean "Subject"?) and "elsewhere"; its first line names',
  );
  await Deno.writeTextFile(`${folder}/bare.csv`, "1,rain,storm\n");
  const bare = await runTask("predict", [...call, "--file", `${folder}/bare.csv`, "--no-header"]);
  assertEquals([bare.code, bare.stderr], [
    2,
    'Cannot tell the columns Subject,"a,b" without a header: give their numbers with --text-column\n',
  ]);
  const numbers = await succeed("predict", [
    ...[...call, "--file", `${folder}/bare.csv`, "--no-header", "--text-column", "2,3"],
  ]);
  assertEquals(numbers.stdout, joined.stdout);
});

Deno.test("predict gives a head with all columns for a table without rows, and one for no text at all", async () => {
  await Deno.writeTextFile(`${folder}/none.csv`, "id,text\n");
  const call = ["--model", model, "--format", "csv"];
  const own = ["text", "label", "score", "truncated", "score:food", "score:sport", "score:weather"];
  assertEquals(rfc4180Rows((await succeed("predict", [...call, "--file", `${folder}/none.csv`])).stdout), [[
    "id",
    ...own,
  ]]);
  assertEquals(rfc4180Rows((await succeed("predict", call, { stdin: "" })).stdout), [own]);
});

Deno.test("predict answers rows without a label, and leaves those without a text out only if asked", async () => {
  await Deno.writeTextFile(`${folder}/gaps.csv`, "id,text,label\n1,rain,\n2,,weather\n3,soup,food\n");
  const call = ["--model", model, "--file", `${folder}/gaps.csv`, "--format", "jsonl"];
  assertEquals(parseLines((await succeed("predict", call)).stdout).map(({ id }) => id), ["1", "2", "3"]);
  const kept = await succeed("predict", [...call, "--skip-empty"]);
  assertEquals(parseLines(kept.stdout).map(({ id, label }) => [id, label]), [["1", "weather"], [
    "3",
    "food",
  ]]);
  assertEquals(kept.stderr, `Warning: ${folder}/gaps.csv: left out 1 row: 1 without a text (line 3)\n`);
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
  assertEquals(
    row.stderr,
    `${folder}/rows.jsonl:2: no key "text" (did you mean "txt"?); the keys of this row are: "txt"\n`,
  );
  const missing = await runTask("predict", ["--model", model, "--file", `${folder}/none.txt`]);
  assertEquals([missing.code, missing.stderr], [
    1,
    `Cannot read ${folder}/none.txt: no such file or folder\n`,
  ]);
  assert(!missing.stderr.includes("    at "));
});

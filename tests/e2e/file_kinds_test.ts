import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inScratch, readJson } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv, toJsonl } from "../support/small_data.ts";
import { runTask, shareProcess, succeed } from "../support/task.ts";

shareProcess("train", "predict", "pretrain");

/** Texts with letters that are other bytes in every encoding, in lines as spreadsheets on Windows write them. */
const accented = smallExamples(30).map(({ text, label }) => ({ text: `${text} für zwölf`, label }));
const csv = toCsv(accented).replaceAll("\n", "\r\n");
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const oneEpoch = tinyFlags({ epochs: 1 });

const FAULT = "byte 0xFC at offset";
const REMEDY = "is not UTF-8; save the file as UTF-8, or name its encoding with --encoding, such as latin1\n";

/** Trains in a folder on files with these contents, of which the first is --train. */
async function train(
  folder: string,
  files: Record<string, string | Uint8Array>,
  args: readonly string[] = [],
) {
  for (const [name, content] of Object.entries(files)) {
    await Deno.writeFile(
      `${folder}/${name}`,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
  }
  const [file] = Object.keys(files);
  const output = `run-${file.replace(/\W/g, "-")}`;
  const ended = await runTask(
    "train",
    ["--train", file, "--output", output, "--quiet", ...oneEpoch, ...args],
    {
      cwd: folder,
    },
  );
  return { ...ended, run: `${folder}/${output}` };
}

Deno.test("every command refuses bytes that are no UTF-8, with --quiet too, and reads them with --encoding", () =>
  inScratch(async (folder) => {
    const at = { cwd: folder };
    const right = await train(folder, { "utf8.csv": csv });
    assertEquals([right.code, right.stderr], [0, ""]);
    const refused = await train(folder, { "old.csv": latin1(csv) });
    assertEquals(refused.code, 1);
    assertMatch(
      refused.stderr,
      /^old\.csv:2: byte 0xFC at offset \d+ is not UTF-8; .*--encoding, such as latin1\n$/,
    );
    const read = await train(folder, { "old.csv": latin1(csv) }, ["--encoding", "latin1"]);
    assertEquals([read.code, read.stderr], [0, ""]);
    const [ours, theirs] = [read.run, right.run].map((run) => Deno.readTextFileSync(`${run}/tokenizer.json`));
    assertEquals(ours, theirs);
    assertStringIncludes(ours, '"zwolf"'); // without its accent

    const text = latin1("süß\nschön\n");
    await Deno.writeFile(`${folder}/texts.txt`, text);
    await Deno.mkdir(`${folder}/texts/a`, { recursive: true });
    await Deno.writeFile(`${folder}/texts/a/1.txt`, text);
    const model = ["--model", right.run];
    const calls: [string, string[]][] = [
      ["evaluate", [...model, "--data", "old.csv"]],
      ["compare", [right.run, read.run, "--file", "old.csv"]],
      ["predict", [...model, "--file", "texts.txt"]],
      ["pretrain", [
        "--train",
        "texts.txt",
        "--quiet",
        "--epochs",
        "1",
        "--layers",
        "1",
        "--model-size",
        "32",
      ]],
      ["train", ["--train", "texts", ...oneEpoch]],
    ];
    for (const [task, args] of calls) {
      const { code, stderr } = await runTask(task, args, at);
      assertEquals(code, 1, task);
      assertStringIncludes(stderr, FAULT, task);
      assertStringIncludes(stderr, REMEDY, task);
      if (task === "train") continue; // of one label
      assertEquals((await runTask(task, [...args, "--encoding", "latin1"], at)).code, 0, task);
    }
    const misspelt = await runTask("predict", [...model, "--file", "texts.txt", "--encoding", "latin-1"], at);
    assertEquals(misspelt.stderr.includes("such as latin1, which may be meant"), true, misspelt.stderr);
  }));

Deno.test("train reads UTF-16 with a mark, CR as line end, and fields between semicolons or tabs", () =>
  inScratch(async (folder) => {
    const utf16 = new Uint8Array(2 * csv.length + 2);
    [..."\ufeff" + csv].forEach((unit, i) => new DataView(utf16.buffer).setUint16(2 * i, unit.charCodeAt(0)));
    const files: Record<string, [content: string | Uint8Array, warning?: string]> = {
      "plain.csv": [csv],
      "utf16.csv": [utf16],
      "mac.csv": [csv.replaceAll("\r\n", "\r")],
      "said.csv": [`sep=;\r\n${csv.replaceAll(",", ";")}`, "a semicolon"],
      "tabs.csv": [csv.replaceAll(",", "\t"), "a tab"],
    };
    let weights: string | undefined;
    for (const [name, [content, separator]] of Object.entries(files)) {
      const { code, stderr, run } = await train(folder, { [name]: content });
      const said = `Warning: ${name}: fields are separated by ${separator}; --separator can say otherwise\n`;
      assertEquals([code, stderr], [0, separator === undefined ? "" : said], name);
      const written = String(Deno.readFileSync(`${run}/model.safetensors`));
      weights ??= written;
      assert(written === weights, `${name}: the same texts must give the same model`);
    }
    const wrong = await train(folder, { "commas.csv": csv }, ["--separator", ";"]);
    assertStringIncludes(
      wrong.stderr,
      'names "text,label", but looks separated by a comma: see --separator: choose',
    );
  }));

Deno.test("train takes a list of one label as that label where one is asked for, and doubts it elsewhere", () =>
  inScratch(async (folder) => {
    const rows = toJsonl(accented.map(({ text, label }) => ({ text, label: [label] })));
    const asked = await train(folder, { "asked.jsonl": rows }, [
      "--problem-type",
      "single_label_classification",
    ]);
    assertEquals([asked.code, asked.stderr], [0, ""]);
    assertEquals(readJson(`${asked.run}/config.json`).problem_type, "single_label_classification");
    const told = await train(folder, { "told.jsonl": rows });
    assertEquals(told.code, 0, told.stderr);
    assertStringIncludes(
      told.stderr,
      "Warning: every row of told.jsonl has a list of exactly one label, and each class is answered by itself; " +
        "choose --problem-type single_label_classification if exactly one is right\n",
    );
  }));

Deno.test("train gives whole numbers ids in the order of their values, and --class-weights in the same", () =>
  inScratch(async (folder) => {
    const rows = smallExamples(60).map(({ text }, i) => ({
      text: `${text} ${i % 12}`,
      label: String(i % 12),
    }));
    const weights = ["--class-weights", "1,1,1,1,1,1,1,1,1,1,1,1"];
    const { code, stderr, run } = await train(folder, { "stars.csv": toCsv(rows) }, weights);
    assertEquals(code, 0, stderr);
    const { id2label } = readJson(`${run}/config.json`);
    assertEquals(
      Object.entries(id2label),
      Array.from({ length: 12 }, (_, i): [string, unknown] => [`${i}`, `${i}`]),
    );
  }));

Deno.test("train reads a JSON array of rows with the labels of annotation tools, and says what it left out", () =>
  inScratch(async (folder) => {
    const rows = accented.map(({ text, label }, i) => ({
      text,
      mood: i % 2 ? { choices: [label] } : { [label]: 1.0, other: 0.0 },
      answer: i === 4 ? "ignore" : "accept",
    }));
    const { code, stderr, run } = await train(folder, { "rows.json": JSON.stringify(rows, null, 2) }, [
      ...["--label-column", "mood", "--problem-type", "single_label_classification"],
    ]);
    assertEquals(code, 0, stderr);
    assertMatch(
      stderr,
      /^Warning: rows\.json: 1 of 30 rows are left out, as annotators set them aside \(rows\.json:\d+, answer: ignore\)\n$/,
    );
    assertEquals(Object.values(readJson(`${run}/config.json`).id2label), ["food", "sport", "weather"]);
  }));

Deno.test("predict reads standard input by its bytes, and pretrain a table between semicolons", () =>
  inScratch(async (folder) => {
    const { run } = await train(folder, { "utf8.csv": csv });
    const stdin = Uint8Array.of(0x73, 0xfc, 0xdf, 0x0a); // "süß" in latin1
    const args = ["--model", run, "--format", "jsonl"];
    const refused = await runTask("predict", args, { stdin });
    assertEquals([refused.code, refused.stdout], [1, ""]);
    assertStringIncludes(refused.stderr, "standard input:1: byte 0xFC at offset 1 is not UTF-8");
    const { stdout } = await succeed("predict", [...args, "--encoding", "latin1"], { stdin });
    assertEquals(stdout.trim().split("\n").length, 1);

    await Deno.writeTextFile(`${folder}/mails.csv`, csv.replaceAll(",", ";"));
    const small = ["--epochs", "1", "--layers", "1", "--model-size", "32", "--quiet"];
    const pretrained = await succeed("pretrain", ["--train", "mails.csv", ...small], { cwd: folder });
    assertStringIncludes(pretrained.stderr, "mails.csv: fields are separated by a semicolon");
  }));

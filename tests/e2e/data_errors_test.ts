import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inScratch, namesIn } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { runTask, shareProcess } from "../support/task.ts";

shareProcess("train");

const csv = toCsv(smallExamples(30));

/** Runs train on files with these contents; the message has the folder's name taken out. */
function trainOn(files: Record<string, string>, args: string[] = []) {
  return async (check: (result: { code: number; stderr: string }) => void | Promise<void>) => {
    await inScratch(async (folder) => {
      const named = [];
      for (const [name, content] of Object.entries(files)) {
        await Deno.writeTextFile(`${folder}/${name}`, content);
        named.push(`--${name.replace(/\..*/, "")}`, name);
      }
      const { code, stderr } = await runTask("train", [...named, ...args, ...tinyFlags({ epochs: 1 })], {
        cwd: folder,
      });
      if (code !== 0) assertEquals(namesIn(folder), Object.keys(files).sort());
      await check({ code, stderr });
    });
  };
}

/** One line and exit code 1: what a user can mend. */
async function assertRefused(
  files: Record<string, string>,
  message: string,
  args: string[] = [],
): Promise<void> {
  await trainOn(files, args)(({ code, stderr }) => assertEquals([code, stderr], [1, `${message}\n`]));
}

Deno.test("train names file and line of a malformed row", async () => {
  await assertRefused(
    { "train.csv": csv.replace("\n", "\nsoup, bread,food\n") },
    "train.csv:2: row has 3 fields, expected 2 as on line 1; put quotes around a field that holds the separator",
  );
  await assertRefused(
    { "train.tsv": "text\tlabel\nsoup\tfood\nrain\n" },
    "train.tsv:3: row has 1 fields, expected 2 as on line 1; a tab inside a text splits it",
  );
  await assertRefused(
    { "train.csv": 'text;label\n5" of rain;weather\n' },
    'train.csv:2: column 2: bare " in non-quoted-field; double every quote inside a quoted field, ' +
      "or choose --quoting none if quotes are letters",
    ["--separator", "semicolon"],
  );
  await assertRefused(
    { "train.csv": "text;label\nsoup; bread;food\n" },
    "train.csv:2: row has 3 fields, expected 2 as on line 1; a semicolon inside a text splits it",
    ["--separator", ";", "--quoting", "none"],
  );
  await trainOn({ "train.jsonl": '{"text":"rain","label":"weather"}\n{"text":"soup"\n' })(
    ({ code, stderr }) => {
      assertEquals([code, stderr.split("\n").length], [1, 2]);
      assertStringIncludes(stderr, "train.jsonl:2: not JSON: ");
    },
  );
});

Deno.test("train names the columns that a file has when one is missing", () =>
  assertRefused(
    { "train.csv": csv.replace("text,label", "body,topic") },
    'Cannot read train.csv: no columns "text" and "label"; its first line names "body", "topic": choose with ' +
      "--text-column and --label-column, or read the file with --no-header and give column numbers",
  ));

Deno.test("train refuses files without rows, whichever split they are", async () => {
  await assertRefused({ "train.csv": "" }, "train.csv:1: file is empty");
  await assertRefused(
    { "train.csv": "text,label\n" },
    "Cannot train on no rows: the training file holds none",
  );
  await assertRefused({ "train.jsonl": "" }, "Cannot train on no rows: the training file holds none");
  for (const split of ["eval", "test"]) {
    await assertRefused(
      { "train.csv": csv, [`${split}.csv`]: "text,label\n" },
      `Cannot measure on no rows: the ${split} file holds none`,
    );
  }
});

Deno.test("train refuses a label that training never saw, and names one that is nearly the same", async () => {
  await assertRefused(
    { "train.csv": csv, "eval.csv": "text,label\nrain,weather\nhm,politics\n" },
    'eval.csv:3: label "politics" does not occur in the training data; known are "food", "sport", "weather"',
  );
  await assertRefused(
    { "train.csv": csv, "test.csv": "text,label\nrain,Weather\n" },
    'test.csv:2: label "Weather" does not occur in the training data; "weather" differs only by case or space: ' +
      "--merge-labels takes both for one",
  );
});

Deno.test("train refuses data without two classes, unknown file kinds, and paths that are not there", async () => {
  await assertRefused(
    { "train.csv": "text,label\nrain,weather\nsnow,weather\n" },
    'Cannot train a classifier on 1 label(s) ("weather"): at least 2 must occur',
  );
  await assertRefused(
    { "train.txt": csv },
    "Cannot tell the format of train.txt: its name must end in .csv, .tsv, .jsonl, .ndjson or .json",
  );
  await assertRefused({}, "Cannot read none.csv: no such file or folder", ["--train", "none.csv"]);
});

Deno.test("train reports what deserves a look in the data, with row numbers, before it trains", async () => {
  const rows = csv.trimEnd().split("\n");
  const train = [
    ...rows,
    ",food",
    "sunny again,weather ",
    "Snow  today,weather",
    "snow today,sport",
    rows[1],
  ];
  const evaluation = ["text,label", rows[4], "soup again,food"];
  await trainOn({ "train.csv": train.join("\n"), "eval.csv": evaluation.join("\n") })(({ code, stderr }) => {
    assertEquals(code, 0, stderr);
    for (
      const line of [
        "1 empty text in train: train.csv:32",
        "labels missing from eval: sport, weather, weather ",
        'labels that differ only by case or space: "weather" (11 rows: train.csv:4, train.csv:7, train.csv:10, ' +
        'train.csv:13, train.csv:16 and 6 more) and "weather␣" (1 row: train.csv:33)',
        'Warning: labels that differ only by case or space are classes of their own: "weather" and "weather␣"; ' +
        "--merge-labels makes them one",
        "1 text repeated with different labels: train.csv:34, train.csv:35",
        "1 text repeated across splits: train.csv:5, eval.csv:2",
        "2 texts repeated within a split: train.csv:2, train.csv:36; train.csv:34, train.csv:35",
        "rows per label: food 12, sport 11, weather 11, weather  1",
      ]
    ) assertStringIncludes(stderr, line);
    assert(stderr.indexOf("worth a look") < stderr.indexOf("Epoch 1/1"), "before training");
  });
});

Deno.test("train counts the rows it cut at --max-length, and --long-text error names the first one instead", async () => {
  const files = { "train.csv": `${csv}${"rain ".repeat(60)},weather\n${"soup ".repeat(60)},food\n` };
  await trainOn(files)(({ code, stderr }) => {
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, "longer than 32 tokens, to be cut: ");
    assertStringIncludes(
      stderr,
      "Warning: 2 rows are longer than 32 tokens and were cut; raise --max-length to keep all\n",
    );
  });
  await trainOn(files, ["--long-text", "error"])(({ code, stderr }) => {
    assertEquals([code, stderr.split("\n").length], [1, 2]);
    assertStringIncludes(stderr, "Cannot encode a text of 62 tokens: the model takes 32; ");
    assertStringIncludes(stderr, "(train.csv:32)");
  });
});

Deno.test("train --merge-labels makes one label of spellings, in all splits, and says so", async () => {
  const train = csv.trimEnd().replace(",weather", ",Weather ").replace(",sport", ",SPORT");
  await trainOn({ "train.csv": train, "eval.csv": "text,label\nrain,WEATHER\ngoal,sport\n" }, [
    "--merge-labels",
  ])(
    ({ code, stderr }) => {
      assertEquals(code, 0, stderr);
      assertStringIncludes(stderr, "  rows per label: food 10, sport 10, weather 10\n");
      assertStringIncludes(
        stderr,
        'merged labels: "weather" (9 rows of train) and "Weather␣" (1 row of train) are "weather"\n',
      );
      assertStringIncludes(stderr, '"SPORT" (1 row of train) are "sport"\n');
      assert(!stderr.includes("differ only by case"), stderr);
    },
  );
});

Deno.test("train --skip-empty leaves rows without label or text out and counts them", async () => {
  const files = {
    "train.csv": csv.replace("\n", "\nrain,\n,food\n"),
    "eval.csv": "text,label\nrain,weather\n,",
  };
  await assertRefused(files, "train.csv:2: label is empty; --skip-empty leaves rows without a label out");
  await trainOn(files, ["--skip-empty"])(({ code, stderr }) => {
    assertEquals(code, 0, stderr);
    assertStringIncludes(
      stderr,
      "Warning: train.csv: left out 2 rows: 1 without a label (line 2), 1 without a text (line 3)\n",
    );
    assertStringIncludes(stderr, "Warning: eval.csv: left out 1 row: 1 without a label (line 3)\n");
    assertStringIncludes(stderr, "train: 30 rows\n");
    assertStringIncludes(stderr, "eval: 1 rows\n");
  });
});

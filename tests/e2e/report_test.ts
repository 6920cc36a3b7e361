import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { encodeEvents } from "@taxon/train";
import { htmlProblems, visibleText } from "../support/html.ts";
import { inScratch, namesIn, parseLines, readJson } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toJsonl } from "../support/small_data.ts";
import { shareProcess, succeed } from "../support/task.ts";

shareProcess("train");

const hostile = `</script><script>alert("1")</script> & <img src=x onerror='alert(2)'> \u0000 \ud800 NUL`;

const examples = smallExamples(120);
const kinds: Record<string, object[]> = {
  single: examples.map(({ text, label }, i) => ({
    text: i % 10 === 0 ? `${hostile} ${text}` : text,
    label: label === "food" ? `food & <script>"drinks"` : label,
  })),
  several: examples.map(({ text, label }, i) => ({
    text: i % 10 === 0 ? hostile : text,
    label: i % 3 === 0 ? [label, "<b>often</b>"] : [label],
  })),
  number: examples.map(({ text }, i) => ({
    text: i % 10 === 0 ? `${hostile} ${text}` : text,
    label: text.length / 7,
  })),
  constant: examples.map(({ text }) => ({ text, label: 1.5 })), // no correlation exists
};

/** Trains on one kind of labels; the names of files go into the page as well. */
async function train(folder: string, kind: string, ...args: string[]): Promise<string> {
  const rows = kinds[kind];
  await Deno.writeTextFile(`${folder}/train & <co>.jsonl`, toJsonl(rows.slice(0, 90)));
  await Deno.writeTextFile(`${folder}/eval.jsonl`, toJsonl(rows.slice(90)));
  const run = `${folder}/run`;
  const files = ["--train", `${folder}/train & <co>.jsonl`, "--eval", `${folder}/eval.jsonl`];
  await succeed("train", [...files, "--output", run, ...tinyFlags(), ...args]);
  return run;
}

for (const kind of Object.keys(kinds)) {
  Deno.test(`train writes a report that is well-formed, offline and free of holes (labels: ${kind})`, () =>
    inScratch(async (folder) => {
      const type = kind === "constant" ? ["--problem-type", "regression"] : [];
      const page = await Deno.readTextFile(`${await train(folder, kind, ...type)}/report.html`);
      assertEquals(htmlProblems(page), []);
      const tags = page.match(/<[a-z][^>]*>/gi)!.join("\n");
      assert(
        !/<(?:script|img|link|iframe|object|base|form)|\s(?:on\w+|src|srcset)=|\shref="[^#]/i.test(tags),
      );
      assert(!/url\(|@import|https?:/i.test(page));
      assert(!/\b(?:NaN|undefined|null|Infinity)\b|\[object/.test(page.replace(/<style>[^<]*/, "")), page);
      const text = visibleText(page);
      for (const part of ["Training", "Results", "Worst predictions", "Data", "Settings", "--batch-size"]) {
        assertStringIncludes(text, part);
      }
      assertEquals(/Confusion matrix/.test(text), kind === "single");
      assertEquals(/threshold/.test(text), kind === "several");
      assertEquals(/Prediction over truth/.test(text), kind === "number" || kind === "constant");
      assertEquals(/Calibration/.test(text), kind === "single" || kind === "several");
      const diagrams = [...page.matchAll(/<svg role="img" aria-label="([^"]*)"/g)];
      assert(diagrams.length >= 4 && diagrams.every(([, label]) => label.length > 20));
    }));
}

Deno.test("the report shows the figures of all_results.json, and texts as they are", () =>
  inScratch(async (folder) => {
    const run = await train(folder, "single");
    const results = readJson(`${run}/all_results.json`);
    const text = visibleText(await Deno.readTextFile(`${run}/report.html`));
    const cells = [
      results.eval_accuracy,
      results.baseline_linear_accuracy,
      results.baseline_majority_accuracy,
    ];
    const row = cells.map((value: number) => value.toFixed(4).replace(".", "\\.")).join("\\s+");
    assertMatch(text, new RegExp(`Accuracy\\s+${row}\\s+higher`));
    assertStringIncludes(text, `food & <script>"drinks"`);
  }));

Deno.test("train writes its log for TensorBoard, the same after a resumed run, and only what --report-to names", () =>
  inScratch(async (folder) => {
    const run = await train(folder, "single");
    const [name] = namesIn(`${run}/runs`);
    const seconds = Number(/^events\.out\.tfevents\.(\d{10})\.taxon$/.exec(name)?.[1]);
    const log = parseLines(await Deno.readTextFile(`${run}/metrics.jsonl`));
    assertEquals(await Deno.readFile(`${run}/runs/${name}`), encodeEvents(log, seconds));

    await Deno.remove(`${run}/all_results.json`);
    await Deno.remove(`${run}/checkpoint-12`, { recursive: true }); // the second of two epochs
    await succeed("train", ["--output", run, "--resume"]);
    assertEquals(namesIn(`${run}/runs`), [name]);
    assertEquals(parseLines(await Deno.readTextFile(`${run}/metrics.jsonl`)), log);
    assertEquals(await Deno.readFile(`${run}/runs/${name}`), encodeEvents(log, seconds));

    await Deno.remove(run, { recursive: true });
    const written = namesIn(await train(folder, "single", "--report-to", "none"));
    assertEquals(written.filter((entry) => entry === "runs" || entry === "metrics.jsonl"), []);
    assert(written.includes("report.html"));
  }));

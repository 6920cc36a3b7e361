import { assert, assertEquals, assertGreaterOrEqual, assertLessOrEqual } from "@std/assert";
import { loadDataset, trainBaselines } from "../../apps/shared/mod.ts";

const dataset = await loadDataset({ evalFraction: 0.1, seed: 42, header: true }, console);
const splits = { train: dataset.train, eval: dataset.eval, test: dataset.test! };
const all = Object.values(splits).flat();

Deno.test("the embedded data set has 1,600 messages and all 8 classes in each split", () => {
  assertGreaterOrEqual(all.length, 1600);
  assertEquals(dataset.labels.length, 8);
  for (const [name, rows] of Object.entries(splits)) {
    for (const label of dataset.labels) {
      const count = rows.filter(({ labels }) => labels[0] === label).length;
      assertGreaterOrEqual(count, 20, `${label} in ${name}`);
    }
  }
  assertEquals(all.filter(({ text }) => text.trim() !== text || text === "").map(({ text }) => text), []);
});

Deno.test("the embedded data set has lines of a text and a label, and nothing else", async () => {
  for (const name of ["train", "validation", "test"]) {
    const content = await Deno.readTextFile(new URL(`../../apps/train/data/${name}.tsv`, import.meta.url));
    const lines = content.split("\n");
    assertEquals(lines[0], "text\tlabel");
    assertEquals(lines.at(-1), "");
    assertEquals(lines.slice(1, -1).filter((line) => !/^[^\t\r]+\t[a-z_]+$/.test(line)), []);
  }
});

/** Words without case and punctuation. */
const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Every run of three words, once. */
function trigramsOf(words: readonly string[]): Set<string> {
  return new Set(words.slice(2).map((_, i) => words.slice(i, i + 3).join(" ")));
}

Deno.test("no two lines of the embedded data set share more than 60 % of the word trigrams of the one that has fewer", () => {
  const trigrams = all.map(({ text }) => trigramsOf(wordsOf(text)));
  const linesWith = new Map<string, number[]>();
  trigrams.forEach((own, line) => {
    for (const trigram of own) linesWith.set(trigram, [...(linesWith.get(trigram) ?? []), line]);
  });
  const tooClose: string[] = [];
  trigrams.forEach((own, line) => {
    const shared = new Map<number, number>();
    for (const trigram of own) {
      for (const other of linesWith.get(trigram)!) {
        if (other > line) shared.set(other, (shared.get(other) ?? 0) + 1);
      }
    }
    for (const [other, count] of shared) {
      const share = count / Math.min(own.size, trigrams[other].size);
      if (share > 0.6) tooClose.push(`${share.toFixed(2)}: ${all[line].text} | ${all[other].text}`);
    }
  });
  assertEquals(tooClose, []);

  const short = all.map(({ text }) => wordsOf(text)).filter((words) => words.length < 3).map((words) =>
    words.join(" ")
  );
  assertEquals(
    short.length,
    new Set(short).size,
    "lines under three words have no trigram: none may come twice",
  );
});

Deno.test("the embedded data set is neither trivial nor hopeless for the linear baseline", () => {
  const { problemType, labels } = dataset;
  const { linear, majority } = trainBaselines(
    { problemType, labels },
    { examples: splits.train },
    { examples: splits.eval },
    { seed: 42 },
  ).judge({ examples: splits.test });
  assertGreaterOrEqual(linear.values.macro_f1, 0.7);
  assertLessOrEqual(linear.values.macro_f1, 0.93);
  assert(majority.values.macro_f1 < 0.1);
});

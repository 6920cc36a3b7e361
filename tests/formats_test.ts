import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { TextClassifier } from "@taxon/classifier";
import { MODEL_FORMAT } from "@taxon/model";
import { root } from "./support/repository.ts";
import { inScratch, namesIn, parseLines, readJson } from "./support/scratch.ts";

const formats = new URL("tests/golden/formats/", root).pathname;

Deno.test("there is a folder of each format that was ever written", () => {
  assertEquals(namesIn(formats), ["0.1", ...Array.from({ length: MODEL_FORMAT }, (_, i) => `${i + 1}`)]);
});

for (const name of namesIn(formats)) {
  Deno.test(`a folder of format ${name} answers as it did when it was written`, async () => {
    using classifier = await TextClassifier.open(`${formats}${name}`, { backend: "cpu", threads: 1 });
    const recorded = parseLines(await Deno.readTextFile(`${formats}${name}/answers.jsonl`));
    const answers = await classifier.classify(recorded.map(({ text }) => text));
    for (const [i, { label, score, truncated }] of recorded.entries()) {
      assertEquals([answers[i].label, answers[i].truncated], [label, truncated]);
      assertAlmostEquals(answers[i].score, score, 1e-6); // without fused multiply-add the last bits are others
    }
  });
}

Deno.test("a folder of a newer format is refused, with what to do about it", () =>
  inScratch(async (folder) => {
    for (const file of namesIn(`${formats}1`)) {
      await Deno.copyFile(`${formats}1/${file}`, `${folder}/${file}`);
    }
    const config = { ...readJson(`${folder}/config.json`), taxon_format: MODEL_FORMAT + 1 };
    await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(config));
    await assertRejects(
      () => TextClassifier.open(folder, { backend: "cpu", threads: 1 }),
      Error,
      `taxon_format is 2, this version of Taxon reads up to 1; update Taxon`,
    );
  }));

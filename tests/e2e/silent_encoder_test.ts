import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { visibleText } from "../support/html.ts";
import { inScratch, readJson } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { succeed } from "../support/task.ts";

const sentence = "The encoder has no say in the answers: all of them come from the n-grams.";

Deno.test("where the encoder has no say, console, report, card and page say it first, before any curve or epoch", () =>
  inScratch(async (folder) => {
    const run = `${folder}/run`;
    await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(200)));
    // One step of next to no size: an encoder that knows nothing, beside n-grams that tell all
    const flags = tinyFlags({ epochs: 1, lr: 1e-9 });
    const { stdout } = await succeed("train", ["--train", `${folder}/train.csv`, "--output", run, ...flags]);
    assertEquals(readJson(`${run}/all_results.json`).encoder_share, 0);
    assertEquals(stdout.trimStart().split("\n")[0], sentence);

    const text = visibleText(await Deno.readTextFile(`${run}/report.html`));
    const places = [sentence, "Share of the encoder", "Confusion matrix", "which has no say in the answers"];
    const found = places.map((part) => text.lastIndexOf(part));
    assertEquals(found, found.toSorted((a, b) => a - b));
    assert(found[0] > 0, text);
    assertEquals(/weights of epoch|Best epoch/.test(text), false);
    assertStringIncludes(await Deno.readTextFile(`${run}/README.md`), sentence);

    const out = `${folder}/page.html`;
    const { stderr } = await succeed("visualize", ["--model", run, "--out", out, "soup for dinner"]);
    assertStringIncludes(stderr, "The encoder has no say");
    const html = await Deno.readTextFile(out);
    const [, json] = /<script type="application\/json" id="page-data">(.*?)<\/script>/s.exec(html)!;
    const { explanation } = JSON.parse(json);
    assertEquals(explanation.encoderIsSilent, true);
    assertEquals(explanation.logits.encoder, [0, 0, 0]);
  }));

Deno.test("train keeps the temperature at 1 and says so where 21 easy rows cannot tell another", () =>
  inScratch(async (folder) => {
    const run = `${folder}/run`;
    await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(200)));
    const { stdout } = await succeed("train", [
      ...["--train", `${folder}/train.csv`, "--output", run, ...tinyFlags({ epochs: 4 })],
    ]);
    const results = readJson(`${run}/all_results.json`);
    assertEquals(results.eval_accuracy, 1); // so the likelihood alone asks for a temperature of 0
    assertEquals(results.temperature, 1);
    const said = "The temperature stays 1: the 21 rows of the evaluation split do not tell another.";
    assertStringIncludes(stdout, said);
    assertStringIncludes(stdout, "This model is as good as the linear baseline: the same macro F1");
    assert(!stdout.includes("To get further"), stdout); // from 1.0000
    assertStringIncludes(visibleText(await Deno.readTextFile(`${run}/report.html`)), said);
  }));

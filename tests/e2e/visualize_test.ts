import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openClassifier } from "@taxon/app-shared";
import { scores } from "@taxon/decision";
import type { Explanation } from "@taxon/decision";
import { importanceFigures } from "../support/importance_figures.ts";
import { namesIn } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { runTask, shareProcess, succeed } from "../support/task.ts";

shareProcess("visualize");

const folder = await Deno.makeTempDir();
const model = `${folder}/model`;

Deno.test.beforeAll(async () => {
  await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(240)));
  const flags = tinyFlags({ epochs: 8, layers: 2 });
  await succeed("train", ["--train", `${folder}/train.csv`, "--output", model, ...flags]);
});

Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

/** What a page holds. */
async function explanationIn(page: string): Promise<Explanation> {
  const html = await Deno.readTextFile(page);
  return JSON.parse(/<script type="application\/json" id="page-data">(.*?)<\/script>/s.exec(html)![1])
    .explanation;
}

Deno.test("visualize writes one page with the chosen layers, importances and head effects, that loads nothing", async () => {
  const out = `${folder}/page.html`;
  const text = "soup for dinner </script><b>";
  const flags = ["--model", model, "--out", out, "--layers", "1", "--pair", "a late goal"];
  const { stdout } = await succeed("visualize", [...flags, text]);
  assertMatch(stdout, /^\w+ [01]\.\d{4} {2}.*page\.html\n$/);
  const html = await Deno.readTextFile(out);
  assertEquals(html.includes("</script><b>"), false);
  assertStringIncludes(html, "connect-src 'none'");
  const explanation = await explanationIn(out);
  assertEquals([explanation.text, explanation.textPair], [text, "a late goal"]);
  assertEquals(explanation.attention.included.map(({ layer }) => layer), [1]);
  assertEquals(explanation.importance?.map(({ method }) => method), ["integrated_gradients", "occlusion"]);
  assertEquals(explanation.headEffects?.map(({ length }) => length), [2, 2]);

  await succeed("visualize", [
    "--model",
    model,
    "--out",
    out,
    "--no-head-effects",
    "--label",
    "sport",
    "rain",
  ]);
  const another = await explanationIn(out);
  assertEquals(another.attention.included.map(({ layer }) => layer), [0, 1]);
  assertEquals([another.headEffects, another.importance?.[0].label], [undefined, "sport"]);
});

Deno.test("visualize refuses what the model does not have, and leaves no file", async () => {
  const fail = async (args: string[], out = `${folder}/no.html`) => {
    const { code, stderr } = await runTask("visualize", ["--model", model, "--out", out, ...args]);
    return [code, stderr.trim()];
  };
  assertEquals(await fail(["--layers", "2", "rain"]), [2, "Cannot show layer 2: the model has layers 0 … 1"]);
  assertEquals(await fail(["--label", "sports", "rain"]), [
    2,
    "Cannot explain label sports: the model does not have it, did you mean sport",
  ]);
  assertEquals(await fail([]), [2, "Cannot show 0 texts on a page: give one, in quotes"]);
  assertEquals(await fail(["rain"], `${folder}/none/no.html`), [
    1,
    `Cannot write ${folder}/none/no.html: no such file or folder`,
  ]);
  assertEquals(namesIn(folder).filter((name) => name.startsWith("no.html")), []);
});

Deno.test("the logits of encoder and n-grams that an explanation names sum to those of the scores", async () => {
  using opened = await openClassifier(model, { backend: "cpu", threads: 1 });
  const { classifier } = opened;
  const { logits, scores: shown } = await classifier.explain({ text: "soup for dinner" });
  const sums = logits!.encoder.map((logit, i) => logit + logits!.ngrams[i]);
  scores(sums, classifier.config).forEach((score, i) => assertAlmostEquals(score, shown[i], 1e-6));
  assert(logits!.ngrams.some((logit) => Math.abs(logit) > 0.01), `${logits!.ngrams}`);
});

Deno.test("importances of a trained model sum to the change of the logit, and name the tokens that it goes by", async () => {
  using opened = await openClassifier(model, { backend: "cpu", threads: 1 });
  const texts = smallExamples(100, 5).map(({ text }) => text);
  const figures = await importanceFigures(opened.classifier, texts);
  assertEquals(figures.complete, 100, JSON.stringify(figures));
  assert(figures.dropWithoutTop > figures.dropWithoutRandom, JSON.stringify(figures));
});

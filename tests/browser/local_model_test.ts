import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import type { Page } from "puppeteer-core";
import { buildPage } from "../../apps/browser/build.ts";
import { parseLines, scratchWith } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { succeed } from "../support/task.ts";
import { seriousViolations } from "./accessibility.ts";
import { browserTest, launchChromium, openPage } from "./chromium.ts";
import { savedFile, select, shows, textOf } from "./page_actions.ts";
import { serveFolder } from "./serve_files.ts";

const TEXT = "we had soup and cheese for dinner";
const MODEL_FILES = ["config.json", "tokenizer.json", "model.safetensors"];

/** A folder with the built page and a trained run beside it. */
const withPage = scratchWith(async (folder) => {
  await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(120)));
  const flags = ["--train", `${folder}/train.csv`, "--output", `${folder}/run`, ...tinyFlags({ epochs: 1 })];
  await succeed("train", flags);
  await Deno.writeTextFile(`${folder}/index.html`, await buildPage());
});

Deno.test(
  "a page classifies, explains and trains on WebGPU as the commands do, and its model opens in predict",
  browserTest,
  () =>
    withPage(async (folder) => {
      await using server = serveFolder(folder);
      await using browser = await launchChromium({ webgpu: true });
      const { page, problems } = await openPage(browser, server.url);
      await page.goto(`${server.url}?model=run&backend=webgpu`);
      await shows(page, "model-status", "text", "computes on WebGPU (software: ");
      await classifiesTrainsAndSaves(page, folder);
      assertEquals(problems, []);
    }),
);

Deno.test(
  "the same page from disk, without a server and without WebGPU, says so and computes on the cpu",
  browserTest,
  () =>
    withPage(async (folder) => {
      await using browser = await launchChromium();
      const { page, problems } = await openPage(browser, `file://${folder}/index.html`);
      await page.goto(`file://${folder}/index.html`);
      await chooseFiles(page, MODEL_FILES.map((name) => `${folder}/run/${name}`));
      await shows(page, "model-status", "text", "computes on cpu (1 thread, WebAssembly SIMD");
      assertStringIncludes(await textOf(page, "model-status"), "not on WebGPU, as navigator.gpu offers no");
      await classifiesTrainsAndSaves(page, folder);
      assertEquals(problems, []);
    }),
);

Deno.test(
  "a page leaves a software adapter alone unless it is asked for",
  browserTest,
  () =>
    withPage(async (folder) => {
      await using server = serveFolder(folder);
      await using browser = await launchChromium({ webgpu: true });
      const { page } = await openPage(browser, server.url);
      await page.goto(`${server.url}?model=run`);
      await shows(page, "model-status", "text", "not on WebGPU, as its only adapter is software: ");
    }),
);

Deno.test(
  "a page says which file of a model is missing, broken or cannot be fetched",
  browserTest,
  () =>
    withPage(async (folder) => {
      await using server = serveFolder(folder);
      await using browser = await launchChromium();
      const { page } = await openPage(browser, server.url); // a file that is not there is an error in the console
      await page.goto(`${server.url}?model=runs/none`);
      await shows(page, "model-status", "text", "/runs/none/config.json: the server answered 404");
      await chooseFiles(page, [`${folder}/run/config.json`, `${folder}/run/tokenizer.json`]);
      await shows(
        page,
        "model-status",
        "text",
        "model.safetensors is missing among config.json, tokenizer.json",
      );

      await Deno.writeTextFile(`${folder}/model.safetensors`, "no tensors");
      const broken = [
        `${folder}/run/config.json`,
        `${folder}/run/tokenizer.json`,
        `${folder}/model.safetensors`,
      ];
      await chooseFiles(page, broken);
      await shows(page, "model-status", "text", "Cannot read safetensors");
      await chooseFiles(page, MODEL_FILES.map((name) => `${folder}/run/${name}`));
      await shows(page, "model-status", "text", "computes on cpu");
    }),
);

Deno.test(
  "a page that is isolated from other sites computes on all cores",
  browserTest,
  () =>
    withPage(async (folder) => {
      await using server = serveFolder(folder, { isolated: true });
      await using browser = await launchChromium();
      const { page } = await openPage(browser, server.url);
      await page.goto(`${server.url}?model=run&backend=cpu`);
      const cores = await page.evaluate("navigator.hardwareConcurrency") as number;
      await shows(page, "model-status", "text", `computes on cpu (${Math.min(cores, 16)} thread`);
      await run(page, TEXT);
    }),
);

Deno.test(
  "the page has no serious accessibility violation, works by keyboard, and fits into 320 pixels",
  browserTest,
  () =>
    withPage(async (folder) => {
      await using server = serveFolder(folder);
      await using browser = await launchChromium();
      for (const [width, scheme] of [[1280, "light"], [320, "dark"]] as const) {
        const { page, problems } = await openPage(browser, server.url, { width, scheme });
        await page.goto(server.url);
        assertEquals(await seriousViolations(page), [], `empty, ${scheme}, ${width} pixels`);
        await page.goto(`${server.url}?model=run`);
        await shows(page, "model-status", "text", "computes on cpu");
        await run(page, TEXT);
        await page.focus("[data-testid=teach-text]");
        await page.keyboard.type("a late goal");
        for (const key of ["Tab", "ArrowDown", "Tab", "Enter"] as const) await page.keyboard.press(key);
        await shows(page, "examples", "text", "a late goal");
        await page.waitForFunction("document.activeElement.dataset.testid === 'teach-text'");
        assertEquals(await seriousViolations(page), [], `trained, ${scheme}, ${width} pixels`);
        assertEquals(await page.evaluate("document.documentElement.scrollWidth"), width);
        assertEquals(problems, []);
        await page.close();
      }
    }),
);

/** What the page does with an open model, compared with `predict`: before training, and with the model it saved. */
async function classifiesTrainsAndSaves(page: Page, folder: string): Promise<void> {
  await run(page, TEXT);
  await page.waitForSelector("[data-testid=attention-view] svg line");
  const before = await shownScores(page, `${folder}/before`);
  assertSameScores(before, await predictedScores(`${folder}/run`));

  for (const [text, label] of [[TEXT, "weather"], ["the referee saw a goal", "sport"]]) {
    await page.type("[data-testid=teach-text]", text);
    await select(page, "label", label);
    await page.click("[data-testid=add]");
  }
  await write(page, "epochs", "20");
  await write(page, "learning-rate", "0.01");
  await page.click("[data-testid=train]");
  await shows(page, "teach-status", "text", "Trained 20 steps");
  await page.waitForFunction(
    "document.querySelector('[data-testid=result]').textContent.startsWith('weather')",
  );
  const after = await shownScores(page, `${folder}/after`);
  assert(after.weather > before.weather + 0.1, `weather had ${before.weather}, has ${after.weather}`);

  for (const name of MODEL_FILES) {
    assertEquals(await savedFile(page, `save-${name}`, `${folder}/new`), `${folder}/new/${name}`);
  }
  assertSameScores(after, await predictedScores(`${folder}/new`));
}

async function run(page: Page, text: string): Promise<void> {
  await page.type("[data-testid=input-text]", text);
  await page.click("[data-testid=run]");
  await shows(page, "result", "text", "score ");
}

/** Replaces what an input field holds. */
async function write(page: Page, testId: string, value: string): Promise<void> {
  await page.click(`[data-testid=${testId}]`, { count: 3 }); // selects what is there
  await page.keyboard.type(value);
}

/** Scores by label in full precision, from the page that the page saves. */
async function shownScores(page: Page, folder: string): Promise<Record<string, number>> {
  const html = await Deno.readTextFile(await savedFile(page, "export-html", folder));
  const data = /<script type="application\/json" id="page-data">(.*?)<\/script>/s.exec(html)![1];
  const { labels, scores, predicted } = JSON.parse(data).explanation;
  assertStringIncludes(await textOf(page, "result"), `${predicted}, score `);
  return Object.fromEntries(labels.map((label: string, i: number) => [label, scores[i]]));
}

async function predictedScores(model: string): Promise<Record<string, number>> {
  const { stdout } = await succeed("predict", ["--model", model, "--format", "jsonl", TEXT]);
  return parseLines(stdout)[0].scores;
}

function assertSameScores(actual: Record<string, number>, expected: Record<string, number>): void {
  assertEquals(Object.keys(actual), Object.keys(expected));
  for (const [label, score] of Object.entries(expected)) {
    assertAlmostEquals(actual[label], score, 1e-4, label);
  }
}

async function chooseFiles(page: Page, paths: readonly string[]): Promise<void> {
  const input = await page.waitForSelector("input[data-testid=model-files]");
  await input!.uploadFile(...paths);
}

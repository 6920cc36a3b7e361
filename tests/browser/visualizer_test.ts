import { assert, assertEquals, assertGreater, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import type { Browser, Page } from "puppeteer-core";
import { inScratch } from "../support/scratch.ts";
import { startServer, writeRandomModel } from "../support/server.ts";
import { seriousViolations } from "./accessibility.ts";
import { browserTest as options, launchChromium, openPage } from "./chromium.ts";
import { pick, placeOfToken, savedFile, select, shows, textOf } from "./page_actions.ts";

const TEXT = "hello there, what is the number of the invoice";

Deno.test(
  "the server's page runs a text, changes views, and saves what it shows",
  options,
  () =>
    inScratch(async (folder) => {
      await writeRandomModel(`${folder}/desk`, { typeVocabSize: 2 });
      await using server = await startServer(["--model", `${folder}/desk`]);
      await using browser = await launchChromium();
      const { page, problems } = await openPage(browser, server.url);
      await page.goto(server.url);
      await runText(page);
      assertMatch(await textOf(page, "result"), /^(billing|bug|praise), score 0\.\d{3}$/);
      const tokens = await page.$$("[data-testid=attention-view] [data-side=query]");
      assertGreater(tokens.length, 9);

      await select(page, "layer-select", "1");
      await shows(page, "attention-view", "aria-label", "layer 1, all heads");
      await page.click('[data-testid=head-filter] [data-head="0"]');
      await shows(page, "attention-view", "aria-label", "layer 1, head 1");
      await page.click('[data-testid=head-filter] [data-head="0"]');
      await shows(page, "attention-view", "aria-label", "layer 1, all heads");
      assertEquals(await page.evaluate("location.hash"), "#layer=1"); // and nothing of the text

      await page.mouse.move(...await placeOfToken(page, "query", 1));
      await shows(page, "described-token", "text", "(token 1) attends to");
      await page.focus('[data-side=key][data-token-index="2"]');
      await shows(page, "described-token", "text", "(token 2) is attended to by");
      await page.keyboard.press("ArrowDown");
      await shows(page, "described-token", "text", "(token 3) is attended to by");
      await page.keyboard.press("Enter");
      await page.waitForFunction("location.hash.includes('pinned=3')");
      await page.keyboard.press("Escape");
      await page.waitForFunction("!location.hash.includes('pinned')");

      for (const method of ["integrated_gradients", "occlusion"]) {
        await page.click(`[data-testid=importance-${method}]`);
        await page.waitForSelector(`[data-testid=importance-${method}][aria-pressed=true]`);
        assertEquals(await textOf(page, "marked-text"), TEXT);
      }
      await page.click("[data-testid=head-effects]");
      await page.waitForFunction(
        "document.querySelector('[data-testid=head-statistics]').innerText.includes('Off')",
      );

      await checkFiles(page, `${folder}/files`);
      assertEquals(problems, []);

      const html = await savedFile(page, "export-html", `${folder}/files`);
      await checkOffline(browser, html);
    }),
);

Deno.test(
  "the page explains pairs from one text to the other, and refuses nothing silently",
  options,
  () =>
    inScratch(async (folder) => {
      await writeRandomModel(`${folder}/desk`, { typeVocabSize: 2 });
      await using server = await startServer(["--model", `${folder}/desk`, "--max-explain-tokens", "16"], {
        API_KEY: "sesame",
      });
      await using browser = await launchChromium();
      const { page } = await openPage(browser, server.url); // a refused request is an error in the console
      await page.goto(server.url);
      await page.type("[data-testid=input-text]", "the bank");
      await page.type("[data-testid=input-pair]", "a word");
      await page.click("[data-testid=run]");
      await shows(page, "result", "text", "API key");
      await page.type("[data-testid=api-key]", "sesame");
      await page.click("[data-testid=run]");
      await shows(page, "result", "text", "score 0.");

      await select(page, "sentence-filter", "ab");
      await page.waitForFunction(
        `document.querySelectorAll('[data-side=key][data-token-index="1"]').length === 0`,
      );
      const sides = await page.evaluate(
        "['query', 'key'].map((side) => document.querySelectorAll(`[data-side=${side}]`).length)",
      ) as number[];
      assert(sides.every((count) => count > 1), String(sides));

      await page.type("[data-testid=input-text]", " word".repeat(20));
      await page.click("[data-testid=run]");
      await shows(page, "result", "text", "at most 16 tokens");
    }),
);

Deno.test(
  "no view has a serious accessibility violation or is wider than 320 pixels allow",
  options,
  () =>
    inScratch(async (folder) => {
      await writeRandomModel(`${folder}/desk`);
      await using server = await startServer(["--model", `${folder}/desk`]);
      await using browser = await launchChromium();
      for (const [width, scheme] of [[1280, "light"], [320, "dark"]] as const) {
        const { page, problems } = await openPage(browser, server.url, { width, scheme });
        await page.goto(server.url);
        await runText(page);
        await page.click("[data-testid=importance-integrated_gradients]");
        await page.waitForSelector("[data-testid=completeness]");
        for (const view of ["head", "model", "heatmap"]) {
          await select(page, "view-select", view);
          await page.waitForSelector(`[data-testid=attention-view] .target`);
          assertEquals(await seriousViolations(page), [], `${view} view, ${scheme}, ${width} pixels`);
          assertEquals(await page.evaluate("document.documentElement.scrollWidth"), width, view);
        }
        assertEquals(problems, []);
        await page.close();
      }
    }),
);

async function runText(page: Page): Promise<void> {
  await page.type("[data-testid=input-text]", TEXT);
  await page.click("[data-testid=run]");
  await shows(page, "result", "text", "score 0.");
  await page.waitForSelector("[data-testid=attention-view] [data-token-index]");
}

/** SVG, PNG and CSV of the page are what their names say. */
async function checkFiles(page: Page, folder: string): Promise<void> {
  const svg = await Deno.readTextFile(await savedFile(page, "export-svg", folder));
  assertStringIncludes(svg, "invoice");
  const root = await page.evaluate(
    `(() => { const root = new DOMParser().parseFromString(${
      JSON.stringify(svg)
    }, "image/svg+xml").documentElement;
      return root.namespaceURI + " " + root.localName + " " + root.querySelectorAll("line").length; })()`,
  ) as string;
  assertMatch(root, /^http:\/\/www\.w3\.org\/2000\/svg svg [1-9]\d+$/);

  const png = await Deno.readFile(await savedFile(page, "export-png", folder));
  assertEquals([...png.slice(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const [width] = /width="(\d+)/.exec(svg)!.slice(1).map(Number);
  assertEquals(new DataView(png.buffer).getUint32(16), 2 * width);

  const [names, ...rows] = parse(await Deno.readTextFile(await savedFile(page, "export-csv", folder)));
  assertEquals(names.at(-1), "weight");
  const ofFirst = rows.filter(([, head, query]) => head === "0" && query === "0");
  const sum = ofFirst.reduce((total, row) => total + Number(row.at(-1)), 0);
  assert(Math.abs(sum - 1) < 0.02, `the weights of one query sum to ${sum}`); // 8 bits each
}

/** The exported file shows the text and its views from disk, and asks nobody for anything. */
async function checkOffline(browser: Browser, path: string): Promise<void> {
  const { page, problems } = await openPage(browser, "file://");
  await page.goto(`file://${path}`);
  await shows(page, "result", "text", "score 0.");
  assertEquals(await pick(page, "input-text", "value"), TEXT);
  assertEquals(await seriousViolations(page), []);
  await select(page, "layer-select", "0");
  await shows(page, "attention-view", "aria-label", "layer 0");
  for (const view of ["model", "heatmap", "head"]) {
    await select(page, "view-select", view);
    await shows(
      page,
      "attention-view",
      "aria-label",
      { model: "all heads", heatmap: "Heat map", head: "lines" }[view]!,
    );
  }
  await page.mouse.move(...await placeOfToken(page, "key", 1));
  await shows(page, "described-token", "text", "is attended to by");
  assertEquals(problems, []);
  await page.close();
}

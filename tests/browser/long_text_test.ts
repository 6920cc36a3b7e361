import { assertEquals, assertLess, assertMatch } from "@std/assert";
import type { Page } from "puppeteer-core";
import { inScratch } from "../support/scratch.ts";
import { startServer, writeRandomModel } from "../support/server.ts";
import { browserTest, launchChromium, openPage } from "./chromium.ts";
import { select, shows, textOf } from "./page_actions.ts";

/** Layers and heads of each. */
const SIZE = 12;

Deno.test(
  "512 tokens and 144 heads: layers come one by one, and many lines go to a canvas",
  browserTest,
  () =>
    inScratch(async (folder) => {
      const size = { layers: SIZE, heads: SIZE, modelSize: 96, headDim: 8, maxTokens: 512 };
      await writeRandomModel(`${folder}/desk`, size);
      await using server = await startServer(["--model", `${folder}/desk`, "--max-explain-tokens", "512"]);
      await using browser = await launchChromium();
      const { page, problems } = await openPage(browser, server.url);
      await page.goto(server.url);
      await page.$eval("[data-testid=input-text]", (input, text) => {
        (input as unknown as { value: string }).value = text;
      }, "the bank sent a word ".repeat(102));
      await page.click("[data-testid=run]");
      await shows(page, "result", "text", "score 0.");
      await page.waitForSelector("[data-side=query]");
      assertEquals((await page.$$("[data-side=query]")).length, 512);

      const first = await frame(page, "head view, strongest 3");
      assertLess(first.megabytes, 5); // one layer of twelve heads, a byte a weight, in base64
      await select(page, "top-k", "0");
      await shows(page, "frame", "text", "canvas");
      assertLess((await frame(page, "head view, all lines")).marks, 61_000);
      // In one step: a view that is drawn again between finding and focusing has other elements there
      await page.evaluate(`document.querySelector('[data-side=query][data-token-index="300"]').focus()`);
      await shows(page, "described-token", "text", "(token 300) attends to");

      await select(page, "view-select", "heatmap");
      await shows(page, "attention-view", "aria-label", "Heat map");
      await frame(page, "heat map");
      await select(page, "view-select", "model");
      await page.waitForFunction("!/Waiting|Loading/.test(document.querySelector('.notice').textContent)");
      await shows(page, "attention-view", "aria-label", "all heads");
      assertLess((await frame(page, "model view")).megabytes, SIZE * 5);
      assertEquals(problems, []);
    }),
);

/** What the page says of its last frame; printed, because it depends on the machine. */
async function frame(page: Page, name: string): Promise<{ marks: number; megabytes: number }> {
  const text = await textOf(page, "frame");
  const form = /^([\d,]+) marks \((?:SVG|canvas)\) in [\d.]+ ms · ([\d.]+) MB received$/;
  assertMatch(text, form);
  console.log(`${name}: ${text}`);
  const [, marks, megabytes] = form.exec(text)!;
  return { marks: Number(marks.replaceAll(",", "")), megabytes: Number(megabytes) };
}

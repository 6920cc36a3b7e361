import { assertEquals } from "@std/assert";
import type { Page } from "puppeteer-core";
import { inScratch } from "../support/scratch.ts";
import { startServer, writeRandomModel } from "../support/server.ts";
import { browserTest, launchChromium, openPage } from "./chromium.ts";
import { placeOfToken, savedFile, select, shows } from "./page_actions.ts";

Deno.test(
  "each control changes the lines and tokens of the view, and the table with them",
  browserTest,
  () =>
    inScratch(async (folder) => {
      await writeRandomModel(`${folder}/desk`);
      await using server = await startServer(["--model", `${folder}/desk`]);
      await using browser = await launchChromium();
      const { page, problems } = await openPage(browser, server.url);
      await page.goto(server.url);
      await page.type("[data-testid=input-text]", "hello there, what is the invoices number"); // "invoices": two pieces
      await page.click("[data-testid=run]");
      await showsLinesAndTokens(page, 2 * 11 ** 2, 11); // two heads

      await select(page, "top-k", "1");
      await showsLinesAndTokens(page, 2 * 11, 11);
      assertEquals(
        await page.$$eval("[data-testid=attention-table] tbody tr", ({ length }) => length),
        2 * 11,
      );
      await select(page, "top-k", "0");

      await slide(page, "threshold", 1);
      await showsLinesAndTokens(page, 0, 11);
      await slide(page, "threshold", 0);

      await page.click("[data-testid=hide-special]");
      await showsLinesAndTokens(page, 2 * 9 ** 2, 9);
      await page.click("[data-testid=merge-words]");
      await showsLinesAndTokens(page, 2 * 8 ** 2, 8);

      for (
        const [combination, name] of [["mean", "mean of"], ["max", "maximum of"], ["rollout", "rollout of"]]
      ) {
        await select(page, "head-combination", combination);
        await shows(page, "attention-view", "aria-label", name);
        await showsLinesAndTokens(page, 8 ** 2, 8);
      }
      assertEquals(problems, []);
    }),
);

Deno.test(
  "a touched token is pinned, and the exported page holds the pinned token and the chosen layer",
  browserTest,
  () =>
    inScratch(async (folder) => {
      await writeRandomModel(`${folder}/desk`);
      await using server = await startServer(["--model", `${folder}/desk`]);
      await using browser = await launchChromium();
      const { page } = await openPage(browser, server.url);
      await page.goto(server.url);
      await page.type("[data-testid=input-text]", "hello there");
      await page.click("[data-testid=run]");
      await page.waitForSelector("[data-side=query]");
      await select(page, "layer-select", "1");
      await shows(page, "attention-view", "aria-label", "layer 1");
      await page.touchscreen.tap(...await placeOfToken(page, "query", 1));
      await shows(page, "described-token", "text", "hello (token 1) attends to");

      const exported = async (layers: string) => {
        await select(page, "export-layers", layers);
        const html = await Deno.readTextFile(await savedFile(page, "export-html", `${folder}/${layers}`));
        return JSON.parse(/<script type="application\/json" id="page-data">(.*?)<\/script>/s.exec(html)![1]);
      };
      const one = await exported("one");
      assertEquals(one.view, "layer=1&pinned=1");
      assertEquals(one.explanation.attention.included.map(({ layer }: { layer: number }) => layer), [1]);
      assertEquals((await exported("all")).explanation.attention.included.length, 2);
    }),
);

Deno.test(
  "nothing on the page moves by itself where the reader asks for less motion",
  browserTest,
  () =>
    inScratch(async (folder) => {
      await writeRandomModel(`${folder}/desk`);
      await using server = await startServer(["--model", `${folder}/desk`]);
      await using browser = await launchChromium();
      const { page } = await openPage(browser, server.url);
      await page.goto(server.url);
      await page.type("[data-testid=input-text]", "hello there");
      await page.click("[data-testid=run]");
      await shows(page, "result", "text", "score 0.");
      const moving = async (value: string) => {
        await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value }]);
        return await page.evaluate(`[...document.querySelectorAll("*")].filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return transitionDuration !== "0s" || animationName !== "none";
      }).length`) as number;
      };
      assertEquals(await moving("reduce"), 0);
      assertEquals(await moving("no-preference"), 3); // the bars of three scores
    }),
);

/** Waits until the head view has so many lines, and so many tokens on the left. */
async function showsLinesAndTokens(page: Page, lines: number, tokens: number): Promise<void> {
  const counts = `["svg line", "[data-side=query]"]
    .map((part) => document.querySelectorAll("[data-testid=attention-view] " + part).length).join()`;
  try {
    await page.waitForFunction(`${counts} === "${lines},${tokens}"`);
  } catch (error) {
    const seen = await page.evaluate(counts);
    throw new Error(`The view never had ${lines} lines and ${tokens} tokens but has ${seen}`, {
      cause: error,
    });
  }
}

/** Moves a slider, as a user would with the mouse. */
async function slide(page: Page, testId: string, value: number): Promise<void> {
  await page.evaluate(`(() => {
    const slider = document.querySelector('[data-testid="${testId}"]');
    slider.value = ${value};
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  })()`);
}

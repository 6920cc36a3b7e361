import { assertEquals } from "@std/assert";
import { inScratch } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { succeed } from "../support/task.ts";
import { seriousViolations } from "./accessibility.ts";
import { browserTest, launchChromium, openPage } from "./chromium.ts";

Deno.test(
  "pages that train and visualize write are accessible, as narrow as a telephone, and load nothing",
  browserTest,
  () =>
    inScratch(async (folder) => {
      const model = `${folder}/model`;
      await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(120)));
      await succeed("train", ["--train", `${folder}/train.csv`, "--output", model, ...tinyFlags()]);
      const flags = ["--model", model, "--out", `${folder}/attention.html`, "--pair", "a late goal"];
      await succeed("visualize", [...flags, "soup and very nice bread for dinner"]);

      await using browser = await launchChromium();
      for (const path of [`${model}/report.html`, `${folder}/attention.html`]) {
        for (
          const [width, scheme] of [[1280, "light"], [320, "dark"]] as const
        ) {
          const { page, problems } = await openPage(browser, "file://", { width, scheme });
          await page.goto(`file://${path}`);
          await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
          assertEquals(await seriousViolations(page), [], `${path}, ${scheme}, ${width} pixels`);
          assertEquals(await page.evaluate("document.documentElement.scrollWidth"), width, path);
          assertEquals(problems, []);
          await page.close();
        }
      }
    }),
);

import { assertEquals } from "@std/assert";
import { articleFigures } from "./article_figures.ts";

const folder = `${import.meta.dirname}/../../docs/figures`;

Deno.test("the figures of docs/article.md come out again byte by byte", async () => {
  const drawn = await articleFigures();
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name);
  assertEquals(files.sort(), [...drawn.keys()].map((name) => `${name}.svg`).sort());
  for (const [name, svg] of drawn) {
    assertEquals(
      await Deno.readTextFile(`${folder}/${name}.svg`),
      svg,
      `${name}: run deno task figures`,
    );
  }
});

/** Draws the figures of docs/article.md again. */
import { articleFigures } from "./article_figures.ts";

const folder = new URL("../../docs/figures/", import.meta.url);
for (const [name, svg] of await articleFigures()) {
  await Deno.writeTextFile(new URL(`${name}.svg`, folder), svg);
  console.error(`docs/figures/${name}.svg`);
}

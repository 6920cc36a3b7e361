/** Draws the figures of docs/article.md again. */
import { articleFigures } from "./article_figures.ts";

const folder = `${import.meta.dirname}/../../docs/figures`;
for (const [name, svg] of await articleFigures()) {
  await Deno.writeTextFile(`${folder}/${name}.svg`, svg);
  console.error(`docs/figures/${name}.svg`);
}

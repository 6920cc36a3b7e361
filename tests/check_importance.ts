/**
 * `deno task check:importance MODEL [TEXTS]`: explains 100 texts (by default of the help desk's test split) with a trained
 * model, prints the figures as JSON, and fails unless importances sum to the change of the logit and the tokens that
 * they name matter more than others.
 */
import { openClassifier } from "@taxon/app-shared";
import { parseRows } from "@taxon/data";
import { importanceFigures } from "./support/importance_figures.ts";

const [folder, file = `${import.meta.dirname}/../apps/train/data/test.tsv`] = Deno.args;
if (folder === undefined) {
  console.error("Cannot check without a model: give the folder of a finished run");
  Deno.exit(2);
}
using opened = await openClassifier(folder);
const rows = parseRows(await Deno.readFile(file), { file });
const figures = await importanceFigures(opened.classifier, rows.slice(0, 100).map(({ text }) => text));
console.log(JSON.stringify(figures));
if (figures.complete < figures.texts || figures.dropWithoutTop <= figures.dropWithoutRandom) {
  console.error("Failed: a sum misses the change of the logit, or random tokens matter as much");
  Deno.exitCode = 1;
}

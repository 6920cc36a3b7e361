/** Prints ids, token types and logits of texts or pairs as JSON: `classify.ts MODEL '["one", ["two", "with a pair"]]'`. */
import { openClassifier } from "@taxon/app-shared";

const [model, json] = Deno.args;
const inputs: (string | [string, string])[] = JSON.parse(json);
using opened = await openClassifier(model, { backend: "cpu" });
const { classifier } = opened;
const { config } = classifier;
const texts = classifier.encodeAll(inputs.map((input) => {
  const [text, textPair] = typeof input === "string" ? [input] : input;
  return { text, textPair };
}));
const logits = await classifier.logits(texts);
const size = config.labels.length;
const typed = config.typeVocabSize > 0 && config.pairTypes;
console.log(JSON.stringify(texts.map(({ ids, typeIds }, i) => ({
  ids: Array.from(ids),
  typeIds: Array.from(ids, (_, at) => typed ? typeIds?.[at] ?? 0 : 0),
  logits: Array.from(logits.subarray(i * size, (i + 1) * size)),
}))));

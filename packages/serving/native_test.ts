import { assertAlmostEquals, assertEquals } from "@std/assert";
import { fakeClassifier } from "./fake_classifier.ts";
import { createHandler } from "./handler.ts";
import { fakeHandler, get, post } from "./test_support.ts";

Deno.test("/v1/classify says for each text its label, scores, tokens and whether it was cut", async () => {
  const handler = createHandler(fakeClassifier({ maxTokens: 4 }));
  const body = await (await post(handler, "/v1/classify", { inputs: ["ab cde", "a b c d"] })).json();
  assertEquals(body.length, 2);
  assertEquals(Object.keys(body[0]), ["label", "score", "scores", "tokens", "truncated"]);
  assertEquals([body[0].label, body[0].tokens, body[0].truncated], ["longest", 4, false]);
  assertEquals([body[1].label, body[1].tokens, body[1].truncated], ["words", 4, true]);
  assertEquals(Object.keys(body[0].scores), ["longest", "words", "pair"]);
  assertAlmostEquals(body[0].score, Math.exp(3) / (Math.exp(2) + 1 + Math.exp(3)), 1e-12);
  assertEquals(body[0].scores.longest, body[0].score);
});

Deno.test("/v1/classify answers a list for one text too, and top_k limits its scores", async () => {
  const body = await (await post(fakeHandler(), "/v1/classify", { inputs: "ab cde", top_k: 2 })).json();
  assertEquals(body.map(({ scores }: { scores: object }) => Object.keys(scores)), [["longest", "words"]]);
});

Deno.test("/v1/classify names the labels of a multi-label model that reach their threshold", async () => {
  const thresholds = [0.9, 0.5, 0.5]; // scores of "ab cde": σ(2) = 0.88, σ(0) = 0.5, σ(3) = 0.95
  const handler = createHandler(fakeClassifier({ problemType: "multi_label_classification", thresholds }));
  const [{ label, labels, score }] = await (await post(handler, "/v1/classify", { inputs: "ab cde" })).json();
  assertEquals([label, labels], ["longest", ["pair", "longest"]]);
  assertAlmostEquals(score, 1 / (1 + Math.exp(-3)), 1e-12);
});

Deno.test("a label named __proto__ is a label like any other", async () => {
  const handler = createHandler(fakeClassifier({ labels: ["__proto__", "constructor", "c"] }));
  const text = await (await post(handler, "/v1/classify", { inputs: "a b" })).text();
  assertEquals(text.includes('"scores":{"__proto__":0.6'), true); // e² / (e² + 1 + e) = 0.665
  const { model_type } = await (await get(handler, "/info")).json();
  assertEquals(Object.keys(model_type.classifier.label2id), ["__proto__", "constructor", "c"]);
});

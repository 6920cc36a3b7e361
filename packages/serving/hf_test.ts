import { assertAlmostEquals, assertEquals } from "@std/assert";
import { fakeClassifier } from "./fake_classifier.ts";
import { createHandler } from "./handler.ts";
import { failure, fakeHandler, post } from "./test_support.ts";

const e = Math.exp;

Deno.test("/ answers one text with a list of one list, all labels, highest first", async () => {
  const response = await post(fakeHandler(), "/", { inputs: "ab cde" }); // logits 2, 0, 3
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "application/json");
  const body = await response.json();
  assertEquals(body.map((row: { label: string }[]) => row.map(({ label }) => label)), [[
    "longest",
    "words",
    "pair",
  ]]);
  const sum = e(2) + e(0) + e(3);
  for (const [i, logit] of [3, 2, 0].entries()) assertAlmostEquals(body[0][i].score, e(logit) / sum, 1e-12);
});

Deno.test("/ takes a list as a batch of texts, objects, singles and pairs", async () => {
  const inputs = ["a", { text: "a b" }, { text: "a", text_pair: "b c" }, ["a b c"], ["a", "b c d"]];
  const response = await post(fakeHandler(), "/", { inputs, parameters: { function_to_apply: "none" } });
  const byLabel = (row: { label: string; score: number }[]) =>
    Object.fromEntries(row.map(({ label, score }) => [label, score]));
  assertEquals((await response.json()).map(byLabel), [
    { words: 1, pair: 0, longest: 1 },
    { words: 2, pair: 0, longest: 1 },
    { words: 1, pair: 2, longest: 1 },
    { words: 3, pair: 0, longest: 1 },
    { words: 1, pair: 3, longest: 1 },
  ]);
});

Deno.test("/ treats a list of two strings as a batch of two, where /predict sees a pair", async () => {
  const handler = fakeHandler();
  assertEquals((await (await post(handler, "/", { inputs: ["a", "b"] })).json()).length, 2);
  assertEquals((await (await post(handler, "/predict", { inputs: ["a", "b"] })).json()).length, 3); // labels of one pair
});

Deno.test("/ applies function_to_apply to the logits and cuts to top_k", async () => {
  const ask = async (parameters: unknown) =>
    await (await post(fakeHandler(), "/", { inputs: "ab cde", parameters })).json();
  assertEquals(await ask({ function_to_apply: "none", top_k: 1 }), [[{ label: "longest", score: 3 }]]);
  const [[{ score }]] = await ask({ function_to_apply: "sigmoid" });
  assertAlmostEquals(score, 1 / (1 + e(-3)), 1e-12);
  assertEquals((await ask({ top_k: 99 }))[0].length, 3);
  assertEquals((await ask({ top_k: null, function_to_apply: null }))[0].length, 3);
  assertEquals((await ask({}))[0].length, 3);
  assertEquals((await ask(null))[0].length, 3);
});

Deno.test("/ gives sigmoid scores for a multi-label model and bare values for regression", async () => {
  const multi = createHandler(fakeClassifier({ problemType: "multi_label_classification" }));
  const [[best]] = await (await post(multi, "/", { inputs: "ab cde" })).json();
  assertAlmostEquals(best.score, 1 / (1 + e(-3)), 1e-12);
  const regression = createHandler(fakeClassifier({ problemType: "regression" }));
  const [values] = await (await post(regression, "/", { inputs: "ab cde" })).json();
  assertEquals(values.map(({ score }: { score: number }) => score), [3, 2, 0]);
});

Deno.test("/ refuses wrong types with 422 and names the field", async () => {
  const handler = fakeHandler();
  for (const inputs of [1, null, true, {}, [1], [["a", "b", "c"]], [[]], [["a", 1]], [[["a"]]]]) {
    const [status, type, message] = await failure(post(handler, "/", { inputs }));
    assertEquals([status, type], [422, "Validation"], JSON.stringify(inputs));
    assertEquals(message, "`inputs`: expected a text, {text, text_pair}, or a list of these");
  }
  for (const top_k of [0, -1, 1.5, "2"]) {
    const [status, , message] = await failure(post(handler, "/", { inputs: "a", parameters: { top_k } }));
    assertEquals([status, message.startsWith("`parameters.top_k`: ")], [422, true]);
  }
  assertEquals((await failure(post(handler, "/", {})))[0], 422);
  assertEquals((await failure(post(handler, "/", [])))[0], 422);
  assertEquals((await failure(post(handler, "/", "null")))[0], 422);
  const wrong = { inputs: "a", parameters: { function_to_apply: "tanh" } };
  assertEquals((await failure(post(handler, "/", wrong)))[0], 422);
});

Deno.test("/models/{id} asks the model of that name, and answers 404 for another", async () => {
  const handler = createHandler([
    fakeClassifier({ id: "a" }),
    fakeClassifier({ id: "b", labels: ["x", "y", "z"] }),
  ]);
  const [[best]] = await (await post(handler, "/models/b", { inputs: "word" })).json();
  assertEquals(best.label, "z");
  const [[first]] = await (await post(handler, "/", { inputs: "word" })).json();
  assertEquals(first.label, "longest");
  assertEquals(
    await failure(post(handler, "/models/secret", { inputs: "a" })),
    [404, "NotFound", "no model of that name is served here"],
  );
  assertEquals((await post(handler, "/models/..%2f..%2fetc", { inputs: "a" })).status, 404);
  assertEquals((await post(handler, "/models/__proto__", { inputs: "a" })).status, 404);
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ClassifierInfo, Explainer, ExplainOptions, TextInput } from "./classifier.ts";
import { fakeClassifier } from "./fake_classifier.ts";
import { createHandler, type HandlerOptions } from "./handler.ts";
import { failure, fakeHandler, get, post } from "./test_support.ts";

/** A handler over a model of 12 layers and 12 heads, which repeats what it is asked to explain. */
function explainingHandler(
  options: HandlerOptions = {},
  info: Partial<ClassifierInfo> = {},
  explain: Explainer["explain"] = (input, options) => Promise.resolve({ input, options }),
) {
  const classifier = { ...fakeClassifier(info), explainer: { layers: 12, heads: 12, explain } };
  return createHandler(classifier, options);
}

async function asked(
  body: unknown,
  ...given: Parameters<typeof explainingHandler>
): Promise<{ input: TextInput; options: ExplainOptions }> {
  const response = await post(explainingHandler(...given), "/v1/explain", body);
  assertEquals(response.status, 200, await response.clone().text());
  return await response.json();
}

Deno.test("/v1/explain asks for attention of all layers of a short text, and for nothing else", async () => {
  const { input, options } = await asked({ inputs: "ab cde" });
  assertEquals(input, { text: "ab cde" });
  const layers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
  assertEquals(options, { maxTokens: 16, layers, importance: [], headEffects: false });
});

Deno.test("/v1/explain passes on what is asked for, each once", async () => {
  const { input, options } = await asked({
    inputs: { text: "a\ud800", text_pair: "b" },
    layers: [3, 1, 3],
    importance: ["occlusion", "occlusion"],
    head_effects: true,
    label: "pair",
  });
  assertEquals(input, { text: "a\ufffd", textPair: "b" });
  const importance = ["occlusion"] as const;
  assertEquals(options, { maxTokens: 16, layers: [1, 3], importance, headEffects: true, label: "pair" });
  assertEquals((await asked({ inputs: "a", layers: [] })).options.layers, []);
});

const words = (n: number) => "w ".repeat(n);

Deno.test("/v1/explain refuses a text of more tokens than its limit with 422, naming it", async () => {
  const info = { maxTokens: 512 };
  const handler = explainingHandler({}, info);
  assertEquals((await post(handler, "/v1/explain", { inputs: words(126) })).status, 200); // and two special tokens
  assertEquals(await failure(post(handler, "/v1/explain", { inputs: words(127) })), [
    422,
    "Validation",
    "`inputs` must have at most 128 tokens to be explained. Given: 129",
  ]);
  assertEquals(
    (await asked({ inputs: words(127) }, { limits: { maxExplainTokens: 129 } }, info)).options.layers.length,
    12,
  );
});

Deno.test("/v1/explain cuts a text at the model's length where the limit allows it, and says so", async () => {
  const response = await post(explainingHandler(), "/v1/explain", { inputs: words(30) });
  assertEquals([response.headers.get("x-truncated"), response.headers.get("x-compute-tokens")], ["1", "16"]);
});

Deno.test("/v1/explain of 512 tokens gives a layer at a time", async () => {
  const given = [{ limits: { maxExplainTokens: 512 } }, { maxTokens: 512 }] as const;
  const inputs = words(510);
  assertEquals((await asked({ inputs }, ...given)).options.layers, [0]); // 12 · 512² = 3 Mi of 4 Mi weights
  assertEquals((await asked({ inputs, layers: [11] }, ...given)).options.layers, [11]);
  assertEquals(await failure(post(explainingHandler(...given), "/v1/explain", { inputs, layers: [0, 1] })), [
    422,
    "Validation",
    "`layers` must be at most 1 at once for 512 tokens. Given: 2",
  ]);
});

Deno.test("/v1/explain refuses layers, labels and methods that do not exist", async () => {
  const fail = (body: object) => failure(post(explainingHandler(), "/v1/explain", { inputs: "a", ...body }));
  assertEquals(await fail({ layers: [12] }), [422, "Validation", "`layers` must be below 12. Given: 12"]);
  assertEquals((await fail({ layers: [-1] }))[0], 422);
  assertEquals((await fail({ label: "constructor" }))[0], 422);
  assertEquals((await fail({ importance: ["magic"] }))[0], 422);
  assertEquals((await fail({ inputs: ["a", "b"] }))[0], 422); // one text at a time
});

Deno.test("/v1/explain of a model without explanations answers 424", async () => {
  const [status, type] = await failure(post(fakeHandler(), "/v1/explain", { inputs: "a" }));
  assertEquals([status, type], [424, "Backend"]);
});

Deno.test("/v1/explain hides why an explanation failed", async () => {
  const errors: unknown[] = [];
  const handler = explainingHandler(
    { onError: (error) => errors.push(error) },
    {},
    () => Promise.reject(new Error("secret")),
  );
  assertEquals(await failure(post(handler, "/v1/explain", { inputs: "a" })), [
    424,
    "Backend",
    "inference failed",
  ]);
  assertEquals(errors.length, 1);
});

Deno.test("an explanation waits its turn behind a batch, counts against the limit, and shows in the metrics", async () => {
  const order: string[] = [];
  const release = Promise.withResolvers<void>();
  const classifier = fakeClassifier();
  const handler = createHandler({
    ...classifier,
    async infer(...batch) {
      order.push("batch begins");
      await release.promise;
      order.push("batch ends");
      return classifier.infer(...batch);
    },
    explainer: {
      layers: 1,
      heads: 1,
      explain: () => {
        order.push("explanation");
        return Promise.resolve({ done: true });
      },
    },
  }, { limits: { maxConcurrentRequests: 33 } });
  const batch = post(handler, "/predict", { inputs: "a" });
  while (order.length === 0) await new Promise((resolve) => setTimeout(resolve));
  const explanation = post(handler, "/v1/explain", { inputs: "a" });
  assertEquals((await get(handler, "/health")).status, 200);
  assertEquals((await failure(post(handler, "/v1/explain", { inputs: "a" })))[0], 429); // 1 + 32 of 33 are taken
  release.resolve();
  assertEquals(await (await explanation).json(), { done: true });
  assertEquals((await batch).status, 200);
  assertEquals(order, ["batch begins", "batch ends", "explanation"]);
  const metrics = handler.metrics();
  assertStringIncludes(metrics, 'te_request_success{method="explain"} 1\n');
  assertStringIncludes(metrics, "taxon_explain_duration_count 1\n");
  assertEquals((await post(handler, "/v1/explain", { inputs: "a" })).status, 200); // its permits came back
});

Deno.test("/v1/explain is described, and behind the key", async () => {
  const handler = explainingHandler({ apiKey: "sesame" });
  assertEquals((await post(handler, "/v1/explain", { inputs: "a" })).status, 401);
  const { paths, components: { schemas } } = await (await get(handler, "/api-doc/openapi.json")).json();
  assertStringIncludes(JSON.stringify(paths["/v1/explain"].post), "#/components/schemas/Explanation");
  assertEquals(schemas.ExplainRequest.required, ["inputs"]);
});

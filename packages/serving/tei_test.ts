import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { fakeClassifier } from "./fake_classifier.ts";
import { createHandler } from "./handler.ts";
import { failure, fakeHandler, get, post } from "./test_support.ts";

const raw = async (inputs: unknown, path = "/predict") =>
  await (await post(fakeHandler(), path, { inputs, raw_scores: true })).json();

Deno.test("/predict answers one text flat, a batch nested, and takes a flat list of two as one pair", async () => {
  const one = [{ score: 2, label: "words" }, { score: 1, label: "longest" }, { score: 0, label: "pair" }];
  const pair = [{ score: 1, label: "words" }, { score: 1, label: "pair" }, { score: 1, label: "longest" }];
  assertEquals(await raw("a b"), one);
  assertEquals(await raw(["a b"]), one);
  assertEquals(await raw(["a", "b"]), pair);
  assertEquals(await raw([["a b"], ["a", "b"]]), [one, pair]);
  assertEquals(await raw([["a", "b"]]), [pair]);
  assertEquals(await raw([["a", "b"]], "/invocations"), [pair]);
});

Deno.test("/predict gives softmax scores unless raw_scores is set", async () => {
  const [best] = await (await post(fakeHandler(), "/predict", { inputs: "ab cde", raw_scores: false }))
    .json();
  assertAlmostEquals(best.score, Math.exp(3) / (Math.exp(2) + 1 + Math.exp(3)), 1e-12);
});

Deno.test("/predict refuses what text-embeddings-inference refuses, with its words", async () => {
  for (
    const inputs of [["a", "b", "c"], [["a"], "b"], ["a", ["b"]], [["a", "b", "c"]], [[]], 7, { text: "a" }]
  ) {
    const [status, type] = await failure(post(fakeHandler(), "/predict", { inputs }));
    assertEquals([status, type], [422, "Validation"], JSON.stringify(inputs));
  }
  assertEquals(
    await failure(post(fakeHandler(), "/predict", { inputs: Array(33).fill(["a"]) })),
    [422, "Validation", "batch size 33 > maximum allowed batch size 32"],
  );
  assertEquals(
    await failure(post(fakeHandler(), "/predict", { inputs: [] })),
    [400, "Empty", "`inputs` cannot be empty"],
  );
});

Deno.test("/predict cuts a long text on the right by default, on the left when told, or refuses it", async () => {
  const handler = createHandler(fakeClassifier({ maxTokens: 4 })); // [CLS] and 3 words, or 3 words and [SEP]
  const ask = (options: Record<string, unknown>) =>
    post(handler, "/predict", { inputs: "a bb ccc dddd eeeee", raw_scores: true, ...options });
  const longest = async (options: Record<string, unknown>) =>
    (await (await ask(options)).json()).find(({ label }: { label: string }) => label === "longest").score;
  assertEquals(await longest({}), 3);
  assertEquals(await longest({ truncate: null, truncation_direction: "Right" }), 3);
  assertEquals(await longest({ truncate: true, truncation_direction: "Left" }), 5);
  assertEquals(await longest({ truncate: true, truncation_direction: "left" }), 5);
  assertEquals(
    await failure(ask({ truncate: false })),
    [422, "Validation", "Input validation error: `inputs` must have less than 4 tokens. Given: 7"],
  );
});

Deno.test("a server without autoTruncate, or a model that wants no cuts, refuses long texts unless truncate is set", async () => {
  const ask = (
    options: Parameters<typeof createHandler>[1],
    longText: "truncate" | "error",
    truncate?: boolean,
  ) =>
    post(createHandler(fakeClassifier({ maxTokens: 4, longText }), options), "/predict", {
      inputs: "a b c d",
      truncate,
    });
  assertEquals((await ask({ limits: { autoTruncate: false } }, "truncate")).status, 422);
  assertEquals((await ask({ limits: { autoTruncate: false } }, "truncate", true)).status, 200);
  assertEquals((await ask({}, "error")).status, 422);
  assertEquals((await ask({}, "error", true)).status, 200);
});

Deno.test("replies carry the cost headers of text-embeddings-inference and the number of cut texts", async () => {
  const handler = createHandler(fakeClassifier({ maxTokens: 4 }));
  for (
    const [path, inputs] of [["/predict", [["a 😀"], ["a b c d"]]], ["/", ["a 😀", "a b c d"]], [
      "/v1/classify",
      ["a 😀", "a b c d"],
    ]]
  ) {
    const { headers } = await post(handler, path as string, { inputs });
    assertEquals(headers.get("x-truncated"), "1");
    assertEquals(headers.get("x-compute-tokens"), "8");
    assertEquals(headers.get("x-compute-characters"), "10"); // code points
    assertEquals(headers.get("x-compute-type"), "cpu");
    for (
      const name of [
        "x-compute-time",
        "x-total-time",
        "x-tokenization-time",
        "x-queue-time",
        "x-inference-time",
      ]
    ) {
      assert(/^\d+$/.test(headers.get(name)!), name);
    }
  }
});

Deno.test("/tokenize gives ids, texts and places in code points; special tokens have no place", async () => {
  const ask = async (body: unknown) => await (await post(fakeHandler(), "/tokenize", body)).json();
  const cls = { id: 1, text: "[CLS]", special: true, start: null, stop: null };
  const sep = { id: 2, text: "[SEP]", special: true, start: null, stop: null };
  const words = [{ id: 4, text: "😀", special: false, start: 0, stop: 1 }, {
    id: 4,
    text: "ab",
    special: false,
    start: 2,
    stop: 4,
  }];
  assertEquals(await ask({ inputs: "😀 ab" }), [[cls, ...words, sep]]);
  assertEquals(await ask({ inputs: ["😀 ab", ""], add_special_tokens: false }), [words, []]);
  assertEquals((await failure(post(fakeHandler(), "/tokenize", { inputs: [] })))[1], "Empty");
  assertEquals((await failure(post(fakeHandler(), "/tokenize", { inputs: Array(33).fill("a") })))[0], 422);
  assertEquals((await failure(post(fakeHandler(), "/tokenize", { inputs: [["a"]] })))[0], 422);
});

Deno.test("/decode turns one list of ids or several into texts", async () => {
  const ask = async (body: unknown) => await (await post(fakeHandler(), "/decode", body)).json();
  assertEquals(await ask({ ids: [1, 4, 5, 2] }), ["xx xxx"]);
  assertEquals(await ask({ ids: [[1, 4], [5]] }), ["xx", "xxx"]);
  assertEquals(await ask({ ids: [1, 4], skip_special_tokens: false }), ["<1> xx"]);
  assertEquals((await failure(post(fakeHandler(), "/decode", { ids: [] })))[1], "Empty");
  assertEquals((await failure(post(fakeHandler(), "/decode", { ids: [1000] })))[1], "Tokenizer");
  for (const ids of [[-1], [1.5], ["1"], [[1], 2], [null], "1", 3, [[[1]]]]) {
    assertEquals((await failure(post(fakeHandler(), "/decode", { ids })))[0], 422, JSON.stringify(ids));
  }
});

Deno.test("/info describes the model with the keys of text-embeddings-inference", async () => {
  const handler = createHandler(fakeClassifier(), { version: "1.2.3", limits: { maxBatchTokens: 8 } });
  assertEquals(await (await get(handler, "/info")).json(), {
    model_id: "tests/fake",
    model_sha: null,
    model_dtype: "float32",
    served_model_name: "fake",
    model_type: {
      classifier: {
        id2label: { "0": "words", "1": "pair", "2": "longest" },
        label2id: { words: 0, pair: 1, longest: 2 },
      },
    },
    max_concurrent_requests: 512,
    max_input_length: 8,
    max_batch_tokens: 8,
    max_batch_requests: null,
    max_client_batch_size: 32,
    auto_truncate: true,
    tokenization_workers: 1,
    version: "1.2.3",
    sha: null,
    docker_label: null,
  });
});

Deno.test("/embed and /rerank answer 424: the model is of another kind", async () => {
  for (const path of ["/embed", "/rerank"]) {
    const [status, type] = await failure(post(fakeHandler(), path, { inputs: "a" }));
    assertEquals([status, type], [424, "Backend"]);
  }
});

Deno.test("/metrics counts requests, texts and batches under the names of text-embeddings-inference", async () => {
  const handler = fakeHandler();
  await post(handler, "/predict", { inputs: "a b" });
  await post(handler, "/predict", { inputs: [["a"], ["b c d"]] });
  await post(handler, "/predict", { inputs: 1 });
  const response = await get(handler, "/metrics");
  assertEquals(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const lines = (await response.text()).split("\n");
  for (
    const line of [
      "# TYPE te_request_count counter",
      'te_request_count{method="single"} 1',
      'te_request_count{method="batch"} 1',
      'te_request_success{method="batch"} 1',
      'te_request_failure{err="validation"} 1',
      "te_predict_count 3",
      "te_predict_success 3",
      "te_queue_size 0",
      "# TYPE te_request_duration histogram",
      'te_request_duration_bucket{le="+Inf"} 2',
      "te_predict_inference_duration_count 3",
      'te_request_input_length_bucket{le="2"} 0',
      'te_request_input_length_bucket{le="4"} 2', // 3 and 4 tokens, special ones included
      'te_request_input_length_bucket{le="8"} 3',
      "te_request_input_length_sum 12",
      'te_batch_next_size_bucket{le="1"} 1',
      'te_batch_next_size_bucket{le="2"} 2',
      "te_batch_next_tokens_sum 12",
    ]
  ) assert(lines.includes(line), line);
  assertEquals(handler.metrics(), lines.join("\n"));
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fakeClassifier } from "./fake_classifier.ts";
import { createHandler, type Handler } from "./handler.ts";
import { failure, fakeHandler, get, post } from "./test_support.ts";

function stream(handler: Handler, chunks: (string | Uint8Array)[], end = true): Promise<Response> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) {
        controller.enqueue(
          typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk as Uint8Array<ArrayBuffer>,
        );
      }
      if (end) controller.close();
    },
  });
  const headers = { "content-type": "application/json" };
  return handler.fetch(new Request("http://localhost/predict", { method: "POST", headers, body }));
}

Deno.test("a body above payloadLimit answers 413, whether its length is told or not", async () => {
  const handler = createHandler(fakeClassifier(), { limits: { payloadLimit: 100 } });
  const body = JSON.stringify({ inputs: "a".repeat(100) });
  assertEquals(
    (await failure(post(handler, "/predict", body, { "content-length": String(body.length) })))[0],
    413,
  );
  assertEquals(
    await failure(stream(handler, Array(60).fill("  "), false)), // and the rest is not waited for
    [413, "PayloadTooLarge", "request body is larger than the limit of 100 bytes"],
  );
  const fits = JSON.stringify({ inputs: "a".repeat(87) });
  assertEquals(fits.length, 100);
  assertEquals((await stream(handler, [fits])).status, 200);
});

Deno.test("a body that does not arrive in time answers 408", async () => {
  const handler = createHandler(fakeClassifier(), { limits: { bodyTimeoutMs: 20 } });
  assertEquals((await failure(stream(handler, ['{"inputs":'], false))).slice(0, 2), [408, "Timeout"]);
});

Deno.test("a body that is not JSON answers 400 without quoting it", async () => {
  for (const body of ["{", "secret", '{"inputs":"a"', "{'inputs':1}", '{"inputs": NaN}', '"\\ud800', "]"]) {
    const [status, type, message] = await failure(post(fakeHandler(), "/predict", body));
    assertEquals([status, type, message], [400, "Validation", "request body is not valid JSON"], body);
  }
  const invalidUtf8 = new Uint8Array([...new TextEncoder().encode('{"inputs":"'), 0xff, 0x22, 0x7d]);
  assertEquals((await failure(stream(fakeHandler(), [invalidUtf8])))[0], 400);
  assertEquals((await failure(post(fakeHandler(), "/predict", ""))).slice(0, 2), [400, "Empty"]);
});

Deno.test("a content type other than JSON answers 415", async () => {
  const ask = async (type: string) =>
    (await failure(post(fakeHandler(), "/predict", { inputs: 1 }, { "content-type": type })))[0];
  for (const type of ["text/plain", "", "application/x-www-form-urlencoded", "application/jsonp", "x/json"]) {
    assertEquals(await ask(type), 415, type);
  }
  for (const type of ["application/json;charset=utf-8", "Application/JSON", "application/ld+json"]) {
    assertEquals(await ask(type), 422, type); // read, and then refused for its number
  }
});

Deno.test("JSON that nests deeper than 64 levels answers 400; 64 levels pass", async () => {
  const nested = (depth: number) => `{"inputs":"a","x":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
  assertEquals((await post(fakeHandler(), "/predict", nested(64))).status, 200);
  assertEquals(
    await failure(post(fakeHandler(), "/predict", nested(65))),
    [400, "Validation", "request body nests deeper than 64 levels"],
  );
  assertEquals((await failure(post(fakeHandler(), "/predict", "[".repeat(1_900_000))))[0], 400);
  assertEquals((await post(fakeHandler(), "/predict", { inputs: "[".repeat(100) + '\\"' })).status, 200); // text, not nesting
});

Deno.test("a body of more values than any request needs is refused before anything is built from it", async () => {
  const many = (values: number, value = "[]") => `[${`${value},`.repeat(values - 1)}${value}]`;
  const refused = [400, "Validation", "request body holds more than 69632 values"];
  const handler = createHandler(fakeClassifier(), { limits: { payloadLimit: 20_000_000 } });
  assertEquals(await failure(post(handler, "/predict", `{"inputs":${many(5_000_000)}}`)), refused);
  const full = many(600_000); // what a body of 2 MB can hold
  assertEquals(await failure(post(fakeHandler(), "/decode", `{"ids":${full}}`)), refused);
  assertEquals(await failure(post(fakeHandler(), "/predict", `{"inputs":"a","unknown":${full}}`)), refused);
  const fits = many(60_000);
  assertEquals(
    await failure(post(fakeHandler(), "/predict", `{"inputs":${fits}}`)),
    [422, "Validation", "batch size 60000 > maximum allowed batch size 32"],
  );
  assertEquals((await failure(post(fakeHandler(), "/predict", `{"inputs":[${fits}]}`)))[0], 422);
  assertEquals((await post(fakeHandler(), "/predict", `{"inputs":"a","unknown":${fits}}`)).status, 200);
  const fields = Array.from({ length: 5000 }, (_, i) => `"${i}":0`).join();
  assertEquals(
    await failure(post(fakeHandler(), "/predict", `{"inputs":"a","unknown":{${fields}}}`)),
    [400, "Validation", "request body holds more than 4096 fields"],
  );
});

Deno.test("commas, colons, quotes and brackets in a text are counted as text", async () => {
  for (const text of [",".repeat(100_000), ":".repeat(9000), '\\"[{,'.repeat(40_000), "\\\\".repeat(999)]) {
    assertEquals((await post(fakeHandler(), "/predict", `{"inputs":"${text}"}`)).status, 200);
  }
  assertEquals((await failure(post(fakeHandler(), "/predict", '{"inputs":"a\\"}')))[0], 400);
});

Deno.test("bodies beyond maxConcurrentBytes answer 429, and make room when they are answered or gone", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const fake = fakeClassifier();
  const limits = { payloadLimit: 1000, maxConcurrentBytes: 2500 };
  const handler = createHandler(
    { ...fake, infer: async (...batch) => (await promise, await fake.infer(...batch)) },
    {
      limits,
    },
  );
  const body = JSON.stringify({ inputs: "a".repeat(900) });
  const waiting = [post(handler, "/predict", body), post(handler, "/v1/classify", body)];
  await new Promise((done) => setTimeout(done));
  for (const path of ["/predict", "/tokenize", "/decode", "/v1/explain", "/v2/models/fake/infer"]) {
    assertEquals(
      await failure(post(handler, path, body)),
      [429, "Overloaded", "model is overloaded"],
      path,
    );
  }
  assertEquals((await post(handler, "/tokenize", { inputs: "short" })).status, 200);
  assertEquals((await get(handler, "/health")).status, 200);
  resolve();
  for (const reply of waiting) assertEquals((await reply).status, 200);
  assertEquals((await failure(stream(handler, ["x".repeat(900), "y".repeat(900)], false)))[0], 413);
  assertEquals((await Promise.all([body, body].map((body) => post(handler, "/predict", body)))).length, 2);
});

Deno.test("/tokenize and /decode take permits for their texts", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const fake = fakeClassifier();
  const handler = createHandler({
    ...fake,
    tokenize: async (...args) => (await promise, await fake.tokenize(...args)),
    decode: async (...args) => (await promise, await fake.decode(...args)),
  }, { limits: { maxConcurrentRequests: 3 } });
  const waiting = [
    post(handler, "/tokenize", { inputs: ["a", "b"] }),
    post(handler, "/decode", { ids: [3] }),
  ];
  await new Promise((done) => setTimeout(done));
  for (
    const [path, body] of [["/tokenize", { inputs: "a" }], ["/decode", { ids: [3] }], ["/", { inputs: "a" }]]
  ) {
    assertEquals((await failure(post(handler, path as string, body)))[0], 429);
  }
  resolve();
  for (const reply of waiting) assertEquals((await reply).status, 200);
  assertEquals((await post(handler, "/", { inputs: "a" })).status, 200);
});

Deno.test("replies of /tokenize and /decode have a largest size, and more is refused rather than cut", async () => {
  const ask = (path: string, body: unknown) => failure(post(fakeHandler(), path, body));
  assertEquals((await ask("/tokenize", { inputs: "!".repeat(1_990_000) })).slice(0, 1), [422]);
  assertStringIncludes(
    (await ask("/tokenize", { inputs: "!".repeat(70_000) }))[2],
    "at most 65536 characters",
  );
  const texts = Array(32).fill("a ".repeat(1000)); // 64,000 characters, 32,064 tokens
  const reply = await (await post(fakeHandler(), "/tokenize", { inputs: texts })).text();
  assert(reply.length < 4e6, `${reply.length} characters`);
  assertStringIncludes((await ask("/tokenize", { inputs: [...texts, "a"] }))[2], "batch size 33");
  const ids = Array(32).fill(Array(2100).fill(3));
  assertStringIncludes((await ask("/decode", { ids }))[2], "`ids` must have at most 65536 ids in all");
  const long = Array(5000).fill(999); // words of 997 letters
  assertStringIncludes(
    (await ask("/decode", { ids: long }))[2],
    "reply must have at most 4194304 characters",
  );
});

Deno.test("lone surrogates, NUL and __proto__ are data like any other", async () => {
  for (const text of ["\\ud800", "a\\udc00b", "\\u0000", "\\u202e"]) {
    assertEquals((await post(fakeHandler(), "/predict", `{"inputs":"${text}"}`)).status, 200, text);
  }
  const polluted = '{"inputs":"a","__proto__":{"raw_scores":true},"constructor":{"prototype":{"x":1}}}';
  const [{ score }] = await (await post(fakeHandler(), "/predict", polluted)).json();
  assert(score < 1);
  assertEquals((await failure(post(fakeHandler(), "/predict", '{"__proto__":{"inputs":"a"}}')))[0], 422);
});

Deno.test("messages stay short and never echo what was sent", async () => {
  const secret = "hunter2".repeat(100);
  const bodies = [{ inputs: { [secret]: 1 } }, { inputs: "a", truncate: secret }, {
    inputs: "a",
    truncation_direction: secret,
  }];
  for (const body of bodies) {
    const [status, , message] = await failure(post(fakeHandler(), "/predict", body));
    assertEquals([status, message.includes("hunter2"), message.length < 300], [422, false, true]);
  }
});

Deno.test("texts beyond maxConcurrentRequests answer 429 with Retry-After, while /health goes on", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const fake = fakeClassifier();
  const handler = createHandler(
    { ...fake, infer: async (...batch) => (await promise, await fake.infer(...batch)) },
    {
      limits: { maxConcurrentRequests: 3 },
    },
  );
  const first = post(handler, "/", { inputs: ["a", "b"] });
  await new Promise((done) => setTimeout(done)); // the first request takes its permits
  const second = await post(handler, "/", { inputs: ["a", "b"] });
  assertEquals([second.status, second.headers.get("retry-after")], [429, "1"]);
  assertEquals(await second.json(), { error: "model is overloaded", error_type: "Overloaded" });
  const third = post(handler, "/", { inputs: ["a"] }); // one permit is left
  assertEquals((await get(handler, "/health")).status, 200);
  resolve();
  assertEquals([(await first).status, (await third).status], [200, 200]);
  assertEquals((await post(handler, "/", { inputs: ["a", "b", "c"] })).status, 200); // all permits are back
  assertEquals((await failure(post(handler, "/", { inputs: ["a", "b", "c", "d"] })))[0], 422); // can never fit
});

Deno.test("permits come back when the model fails", async () => {
  const infer = () => Promise.reject(new Error("broken"));
  const handler = createHandler({ ...fakeClassifier(), infer }, { limits: { maxConcurrentRequests: 1 } });
  for (let i = 0; i < 3; i++) assertEquals((await post(handler, "/", { inputs: "a" })).status, 424);
});

Deno.test("a text of far more characters than the model can use is cut before the tokenizer sees it", async () => {
  const seen: number[] = [];
  const fake = fakeClassifier({ maxTokens: 4 });
  const encode: typeof fake.encode = (inputs, options) => {
    seen.push(...inputs.map(({ text }) => text.length));
    return fake.encode(inputs, options);
  };
  const handler = createHandler({ ...fake, encode });
  const inputs = "😀".repeat(5000); // 10,000 UTF-16 units; the limit is 4 · 250
  const [{ truncated }] = await (await post(handler, "/v1/classify", { inputs })).json();
  assertEquals([truncated, seen], [true, [1000]]);
  const [status, , message] = await failure(post(handler, "/predict", { inputs, truncate: false }));
  assertEquals([status, message.includes("must have less than 1000 characters")], [422, true]);
});

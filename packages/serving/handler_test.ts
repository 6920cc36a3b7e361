import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import type { RequestRecord } from "./api.ts";
import type { Classifier, Encoding, InferredBatch } from "./classifier.ts";
import { fakeClassifier } from "./fake_classifier.ts";
import { createHandler } from "./handler.ts";
import { failure, fakeHandler, get, post } from "./test_support.ts";

Deno.test("health routes answer 200 with an empty body, and 503 once the model cannot answer", async () => {
  let healthy = true;
  const handler = createHandler({ ...fakeClassifier(), healthy: () => healthy });
  for (const path of ["/", "/health", "/ping"]) {
    const response = await get(handler, path);
    assertEquals([response.status, await response.text()], [200, ""]);
  }
  assertEquals((await get(handler, "/health", { method: "HEAD" })).status, 200);
  healthy = false;
  for (const path of ["/", "/health", "/ping", "/v2/health/ready"]) {
    assertEquals(await failure(get(handler, path)), [503, "Unhealthy", "unhealthy"]);
  }
  assertEquals((await get(handler, "/v2/health/live")).status, 200);
});

Deno.test("unknown routes answer 404 and other methods 405 with Allow, both as JSON", async () => {
  const handler = fakeHandler();
  assertEquals(await failure(get(handler, "/nowhere")), [404, "NotFound", "no such route: see /docs"]);
  assertEquals((await post(handler, "/nowhere", {})).status, 404);
  for (
    const [method, path, allow] of [
      ["GET", "/predict", "POST"],
      ["DELETE", "/predict", "POST"],
      ["PUT", "/", "POST, GET, HEAD"],
      ["POST", "/health", "GET, HEAD"],
      ["PATCH", "/models/fake", "POST"],
      ["OPTIONS", "/predict", "POST"],
    ]
  ) {
    const response = await get(handler, path, { method });
    assertEquals([response.status, response.headers.get("allow")], [405, allow], `${method} ${path}`);
    assertEquals((await response.json()).error_type, "MethodNotAllowed");
  }
});

Deno.test("every reply carries a request id, the client's own if it is sane, and nosniff", async () => {
  const id = async (given?: string) =>
    (await get(fakeHandler(), "/nowhere", { headers: given ? { "x-request-id": given } : {} })).headers.get(
      "x-request-id",
    )!;
  assertEquals(await id("abc-1.2_3"), "abc-1.2_3");
  for (const given of [undefined, "a b", "a".repeat(129), "<script>"]) {
    assertMatch(await id(given), /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  }
  assertEquals((await get(fakeHandler(), "/health")).headers.get("x-content-type-options"), "nosniff");
});

Deno.test("with an API key all but the public routes ask for it", async () => {
  const handler = createHandler(fakeClassifier(), { apiKey: "sesame" });
  const inputs = { inputs: "a" };
  for (
    const authorization of [
      "",
      "Bearer",
      "Bearer ",
      "Bearer sesam",
      "Bearer sesame2",
      "Basic sesame",
      "sesame",
    ]
  ) {
    const response = await post(handler, "/predict", inputs, { authorization });
    assertEquals([response.status, response.headers.get("www-authenticate")], [401, "Bearer"], authorization);
    assertEquals((await response.json()).error_type, "Unauthorized");
  }
  for (
    const path of [
      "/",
      "/models/fake",
      "/v1/classify",
      "/tokenize",
      "/decode",
      "/v2/models/fake/infer",
      "/embed",
    ]
  ) {
    assertEquals((await post(handler, path, inputs)).status, 401, path);
  }
  assertEquals((await get(handler, "/info")).status, 401);
  assertEquals((await post(handler, "/predict", inputs, { authorization: "Bearer sesame" })).status, 200);
  assertEquals((await post(handler, "/predict", inputs, { authorization: "bearer sesame" })).status, 200);
  const open = [
    "/",
    "/health",
    "/ping",
    "/metrics",
    "/docs",
    "/api-doc/openapi.json",
    "/v2/health/live",
    "/v2/health/ready",
  ];
  for (const path of open) assertEquals((await get(handler, path)).status, 200, path);
});

Deno.test("an API key is asked for before the body is read", async () => {
  const handler = createHandler(fakeClassifier(), { apiKey: "sesame" });
  const body = new ReadableStream({ pull: () => new Promise(() => {}) }); // never a byte
  const response = await handler.fetch(new Request("http://localhost/predict", { method: "POST", body }));
  assertEquals(response.status, 401);
});

Deno.test("a server without a key answers nothing that is asked of it by a name it does not know", async () => {
  const ask = (handler: ReturnType<typeof fakeHandler>, host: string, path: string, method = "GET") =>
    handler.fetch(new Request(`http://${host}${path}`, { method }));
  const open = createHandler(fakeClassifier(), { allowHosts: ["Taxon.example"] });
  for (
    const [method, path] of [["GET", "/health"], ["GET", "/metrics"], ["POST", "/predict"], [
      "GET",
      "/nowhere",
    ]]
  ) {
    for (const host of ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "localhost."]) {
      const [status, type, message] = await failure(ask(open, host, path, method));
      assertEquals([status, type], [403, "HostNotAllowed"], `${method} ${host}${path}`);
      assertStringIncludes(message, "--allow-host NAME");
    }
  }
  for (const host of ["localhost:8080", "127.0.0.1", "192.168.1.2:80", "[::1]:8080", "taxon.example"]) {
    assertEquals((await ask(open, host, "/health")).status, 200, host);
  }
  const closed = createHandler(fakeClassifier(), { apiKey: "sesame" });
  assertEquals((await ask(closed, "evil.example", "/health")).status, 200); // a page there does not know the key
  assertEquals((await ask(closed, "evil.example", "/info")).status, 401);
});

Deno.test("/metrics asks for the key where it is told to, and shows gauges of others", async () => {
  const gauges = [{ name: "answer", help: "Of everything", read: () => 42 }];
  const handler = createHandler(fakeClassifier(), { apiKey: "sesame", metricsKey: true, gauges });
  assertEquals((await get(handler, "/metrics")).status, 401);
  const reply = await get(handler, "/metrics", { headers: { authorization: "Bearer sesame" } });
  assertStringIncludes(await reply.text(), "# HELP answer Of everything\n# TYPE answer gauge\nanswer 42\n");
});

Deno.test("CORS is closed unless an origin is allowed", async () => {
  const headers = { origin: "https://page.example", "access-control-request-method": "POST" };
  const ask = (corsAllowOrigin?: string[]) =>
    get(createHandler(fakeClassifier(), { corsAllowOrigin }), "/predict", { method: "OPTIONS", headers });
  const closed = await ask();
  assertEquals([closed.status, closed.headers.get("access-control-allow-origin")], [405, null]);
  const open = await ask(["https://page.example"]);
  assertEquals([open.status, open.headers.get("access-control-allow-origin")], [204, "https://page.example"]);
  assertEquals((await ask(["https://other.example"])).headers.get("access-control-allow-origin"), null);
  assertEquals((await ask(["*"])).headers.get("access-control-allow-origin"), "*");
});

Deno.test("the OpenAPI document lists every route, and the docs page shows them with nothing from elsewhere", async () => {
  const document = await (await get(fakeHandler(), "/api-doc/openapi.json")).json();
  assertEquals(document.openapi, "3.1.0");
  for (
    const [path, method] of [
      ["/", "post"],
      ["/", "get"],
      ["/models/{id}", "post"],
      ["/predict", "post"],
      ["/tokenize", "post"],
      ["/v1/classify", "post"],
      ["/info", "get"],
      ["/v2/models/{model}/infer", "post"],
    ]
  ) assert(document.paths[path]?.[method], `${method} ${path}`);
  assertEquals(Object.keys(document.components.schemas.PredictRequest.properties), [
    "inputs",
    "truncate",
    "truncation_direction",
    "raw_scores",
  ]);
  const page = await get(fakeHandler(), "/docs");
  assertEquals(page.headers.get("content-type"), "text/html; charset=UTF-8");
  assertStringIncludes(page.headers.get("content-security-policy")!, "default-src 'none'");
  const html = await page.text();
  assertStringIncludes(html, "/v1/classify");
  assertEquals(/https?:|<script|\ssrc=/.test(html), false);
});

Deno.test("a failing model answers 424 and nothing of its error leaves the server", async () => {
  const secret = new Error("cannot read /srv/secret/model: token abc");
  const broken: [string, number, Partial<Classifier>][] = [
    ["Backend", 424, { infer: () => Promise.reject(secret) }],
    ["Backend", 424, {
      infer: () => {
        throw secret;
      },
    }],
    ["Backend", 424, { infer: () => Promise.resolve({ logits: new Float32Array(2) }) }],
    ["Backend", 424, {
      scores: () => {
        throw secret.message;
      },
    }],
    ["Tokenizer", 422, {
      encode: () => {
        throw secret;
      },
    }],
  ];
  for (const [type, status, methods] of broken) {
    const errors: unknown[] = [];
    const handler = createHandler({ ...fakeClassifier(), ...methods }, {
      onError: (error) => errors.push(error),
    });
    const response = await post(handler, "/predict", { inputs: "a" });
    const text = await response.text();
    assertEquals([response.status, JSON.parse(text).error_type], [status, type]);
    assertEquals(/srv|token abc|Error|at /.test(text), false, text);
    assertEquals(errors.length, 1);
  }
});

Deno.test("a score that is not finite is an error, never null, and does not spoil the rest of its batch", async () => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    const fake = fakeClassifier();
    const infer = async (batch: readonly Encoding[]) => {
      const { logits } = await fake.infer(batch, 100);
      batch.forEach(({ ids }, i) => ids.length === 5 && logits.fill(bad, 3 * i, 3 * i + 1));
      return { logits };
    };
    const handler = createHandler({ ...fake, infer });
    const [good, poisoned] = [
      post(handler, "/", { inputs: "a" }),
      failure(post(handler, "/", { inputs: "a b c" })),
    ];
    assertEquals((await good).status, 200);
    assertEquals(await poisoned, [424, "Backend", "model gave a score that is not a finite number"]);
    assertEquals(fake.batches.length, 1);
  }
  const handler = createHandler({ ...fakeClassifier(), scores: () => [NaN, 0, 0] });
  assertEquals((await failure(post(handler, "/v1/classify", { inputs: "a" })))[0], 424);
});

Deno.test("a request is logged with its route and cost, never with its text or an unknown path", async () => {
  const records: RequestRecord[] = [];
  const handler = createHandler(fakeClassifier(), { onRequest: (record) => records.push(record) });
  await post(handler, "/models/fake", { inputs: "secret words" }, { "x-request-id": "r1" });
  await get(handler, "/secret?q=secret");
  const [{ ms, ...first }, second] = records;
  assert(ms >= 0);
  assertEquals(first, {
    requestId: "r1",
    method: "POST",
    route: "/models/{id}",
    status: 200,
    model: "fake",
    inputs: 1,
    tokens: 4,
    truncated: 0,
  });
  assertEquals([second.route, second.status, second.error], [null, 404, "NotFound"]);
  assertEquals(JSON.stringify(records).includes("secret"), false);
});

Deno.test("drain() resolves when the last request has been answered, and turns /health to 503", async () => {
  const { promise, resolve } = Promise.withResolvers<InferredBatch>();
  const handler = createHandler({ ...fakeClassifier(), infer: () => promise });
  const reply = post(handler, "/predict", { inputs: "a" });
  await new Promise((done) => setTimeout(done)); // the request reaches the model
  let drained = false;
  const draining = handler.drain().then(() => drained = true);
  assertEquals((await get(handler, "/health")).status, 503);
  assertEquals(drained, false);
  resolve({ logits: Float32Array.of(1, 2, 3) });
  assertEquals((await reply).status, 200);
  await draining;
});

Deno.test("createHandler() refuses models and limits that cannot work", () => {
  const refuse = (make: () => unknown, message: string) => assertThrows(make, RangeError, message);
  refuse(() => createHandler([]), "Cannot serve without a model");
  refuse(() => createHandler(fakeClassifier({ id: "../x" })), 'Cannot serve model "../x"');
  refuse(() => createHandler([fakeClassifier(), fakeClassifier()]), 'Cannot serve two models as "fake"');
  refuse(() => createHandler(fakeClassifier({ labels: [] })), "it has no labels");
  refuse(
    () => createHandler(fakeClassifier(), { limits: { payloadLimit: 0 } }),
    "Cannot set payloadLimit to 0",
  );
  refuse(
    () => createHandler(fakeClassifier(), { limits: { autoTruncate: false, maxBatchTokens: 8 } }),
    "it reads 16 tokens, a batch holds 8",
  );
});

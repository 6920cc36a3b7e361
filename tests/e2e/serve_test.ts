import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inScratch } from "../support/scratch.ts";
import { startServer, writeRandomModel } from "../support/server.ts";

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

Deno.test("serve answers over HTTP, 64 at once as one by one, and ends with 0 on SIGTERM", () =>
  inScratch(async (folder) => {
    await writeRandomModel(`${folder}/desk`);
    await using server = await startServer(["--model", `${folder}/desk`, "--max-batch-tokens", "256"]);
    const health = await fetch(`${server.url}/health`);
    assertEquals([health.status, await health.text()], [200, ""]);

    const texts = Array.from({ length: 64 }, (_, i) => "the bank ".repeat(i % 13) + "word ".repeat(i % 5));
    const ask = async (inputs: string) => await (await post(`${server.url}/`, { inputs })).json();
    const alone = [];
    for (const text of texts) alone.push(await ask(text));
    assertEquals(await Promise.all(texts.map(ask)), alone);
    assertEquals(new Set(alone.map((reply) => JSON.stringify(reply))).size, 64);

    const long = await post(`${server.url}/v1/classify`, { inputs: "word ".repeat(100) });
    assertEquals(long.headers.get("x-truncated"), "1");
    const [{ label, scores, tokens, truncated }] = await long.json();
    assertEquals([tokens, truncated], [32, true]);
    assertEquals(Object.keys(scores).sort(), ["billing", "bug", "praise"]);
    assertEquals(label, Object.keys(scores)[0]);
    const { served_model_name, max_input_length } = await (await fetch(`${server.url}/info`)).json();
    assertEquals([served_model_name, max_input_length], ["desk", 32]);

    server.stop();
    const { code, stdout, stderr } = await server.ended;
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, "3 labels, cpu (1 thread");
    const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(lines.length, 131);
    assertEquals(lines.at(-2).tokens, 32);
    assertEquals(stdout.includes("bank"), false);
  }));

Deno.test("serve places tokens in the text, and decodes what it encoded", () =>
  inScratch(async (folder) => {
    await writeRandomModel(`${folder}/desk`);
    await using server = await startServer(["--model", `${folder}/desk`]);
    const inputs = "the 😀 bank";
    const [tokens] = await (await post(`${server.url}/tokenize`, { inputs })).json();
    for (const { text, special, start, stop } of tokens) {
      if (special) assertEquals([start, stop], [null, null]);
      else assertEquals([...inputs].slice(start, stop).join(""), text);
    }
    assertEquals(tokens.filter(({ special }: { special: boolean }) => special).length, 2);
    const ids = tokens.map(({ id }: { id: number }) => id);
    assertEquals((await (await post(`${server.url}/decode`, { ids })).json()).length, 1);
  }));

Deno.test("serve explains a pair: what it answers has the form of the API description, and its parts agree", () =>
  inScratch(async (folder) => {
    await writeRandomModel(`${folder}/desk`, { typeVocabSize: 2, ngramRows: 1 });
    await using server = await startServer(["--model", `${folder}/desk`, "--max-explain-tokens", "20"]);
    const inputs = { text: "the 😀 bank", text_pair: "a word" };
    const response = await post(`${server.url}/v1/explain`, {
      inputs,
      layers: [1],
      importance: ["integrated_gradients", "occlusion"],
      head_effects: true,
      label: "bug",
    });
    assertEquals(response.status, 200);
    const explanation = await response.json();
    const { components: { schemas } } = await (await fetch(`${server.url}/api-doc/openapi.json`)).json();
    const described = Object.keys(schemas.Explanation.properties).filter((name) =>
      name !== "encoderIsSilent"
    );
    assertEquals(Object.keys(explanation).sort(), described.sort()); // this encoder has a say

    const { tokens, labels, scores, attention, statistics, headEffects, importance } = explanation;
    const texts = [inputs.text, inputs.text_pair];
    for (const { text, special, sequence, start, end } of tokens) {
      if (special) assertEquals([sequence, start, end], [null, null, null]);
      else if (text !== "[UNK]") assertEquals(texts[sequence].slice(start, end), text.replace(/^##/, ""));
    }
    const [classified] = await (await post(`${server.url}/v1/classify`, { inputs })).json();
    assertEquals(classified.scores[explanation.predicted], Math.max(...scores));
    assertEquals(Object.keys(classified.scores).sort(), labels.toSorted());
    assertEquals([attention.layers, attention.heads, attention.tokens], [2, 2, tokens.length]);
    assertEquals(attention.included.map(({ layer }: { layer: number }) => layer), [1]);
    assertEquals(Uint8Array.fromBase64(attention.included[0].data).length, 2 * 2 * tokens.length ** 2);
    assertEquals([statistics.entropy.length, headEffects.length, headEffects[0].length], [2, 2, 2]);
    for (const { label, values } of importance) assertEquals([label, values.length], ["bug", tokens.length]);
    const [gradients] = importance;
    const total = gradients.values.reduce((a: number, b: number) => a + b);
    assert(
      gradients.complete && Math.abs(total - gradients.logitChange) <= gradients.completenessError + 1e-9,
    );

    const [status, error] = await post(`${server.url}/v1/explain`, { inputs: "word ".repeat(25) })
      .then(async (refused) => [refused.status, (await refused.json()).error]);
    assertEquals(status, 422);
    assertStringIncludes(error, "at most 20 tokens");
  }));

Deno.test("serve takes several models, and a key from the environment", () =>
  inScratch(async (folder) => {
    await writeRandomModel(`${folder}/a`);
    await writeRandomModel(`${folder}/b`, {
      labels: ["yes", "no"],
      problemType: "multi_label_classification",
    });
    await using server = await startServer(["--model", `${folder}/a`, "--model", `two=${folder}/b`], {
      API_KEY: "sesame",
    });
    const closed = await post(`${server.url}/`, { inputs: "hello" });
    assertEquals([closed.status, (await closed.json()).error_type], [401, "Unauthorized"]);
    const authorization = "Bearer sesame";
    const [scores] = await (await post(`${server.url}/models/two`, { inputs: "hello" }, { authorization }))
      .json();
    assertEquals(scores.map(({ label }: { label: string }) => label).sort(), ["no", "yes"]);
    const first = await post(`${server.url}/`, { inputs: "hello" }, { authorization });
    assertEquals((await first.json())[0].length, 3);
  }));

Deno.test("serve answers /health while the model computes, and finishes the request after SIGTERM", () =>
  inScratch(async (folder) => {
    await writeRandomModel(`${folder}/large`, {
      modelSize: 256,
      layers: 6,
      feedForwardSize: 1024,
      maxTokens: 256,
    });
    await using server = await startServer(["--model", `${folder}/large`, "--max-batch-tokens", "2048"]);
    let answered = false;
    const inputs = new Array(8).fill("word ".repeat(256)); // 2048 tokens: about a second of work
    const reply = post(`${server.url}/`, { inputs }).finally(() => answered = true);
    while (!(await (await fetch(`${server.url}/metrics`)).text()).includes("te_batch_next_size_count 1")) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const health = await fetch(`${server.url}/health`);
    assertEquals([health.status, await health.text()], [200, ""]);
    assertEquals(answered, false);
    server.stop();
    const response = await reply;
    assertEquals([response.status, (await response.json()).length], [200, 8]);
    assertEquals((await server.ended).code, 0);
  }));

Deno.test("serve explains what it cannot serve, with 2 for wrong flags and 1 for a broken model", () =>
  inScratch(async (folder) => {
    const fail = async (...args: string[]) => {
      await using server = await startServer(args);
      assertEquals(server.url, "");
      const { code, stderr } = await server.ended;
      assert(!stderr.includes("    at "), stderr); // no stack
      return [code, stderr.trim()] as const;
    };
    assertEquals(await fail(), [2, "Cannot start without a model: write --model FOLDER"]);
    assertEquals(await fail("--modle", "x"), [2, "Cannot use --modle: unknown flag, did you mean --model"]);
    assertEquals((await fail("--model", `${folder}/none`))[0], 2);
    await Deno.mkdir(`${folder}/empty`); // errors of the address come before those of the model
    const at = (...args: string[]) => fail("--model", `${folder}/empty`, ...args);
    assertEquals(await at("--host", "nosuch.invalid"), [
      2,
      "Cannot listen on nosuch.invalid:0: the host is not known; choose another --host",
    ]);
    assertEquals((await at("--host", "0.0.0.0"))[0], 2);
    assertStringIncludes((await at("--host", "0.0.0.0"))[1], "without an API key");
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    assertEquals(await at("--metrics-port", String(taken.addr.port)), [
      2,
      `Cannot listen on 127.0.0.1:${taken.addr.port}: another program has this port; end it, ` +
      "or choose another --metrics-port",
    ]);

    await writeRandomModel(`${folder}/broken`);
    await Deno.writeFile(`${folder}/broken/model.safetensors`, new Uint8Array(100));
    const [code, message] = await fail("--model", `${folder}/broken`);
    assertEquals(code, 1);
    assertStringIncludes(message, "Cannot ");

    await writeRandomModel(`${folder}/desk`);
    const [backendCode, backendMessage] = await fail("--model", `${folder}/desk`, "--backend", "webgpu");
    assertEquals(backendCode, 1);
    assertStringIncludes(backendMessage, "webgpu");
  }));

import { assertEquals } from "@std/assert";
import type { Classifier, Encoding, TextInput, UnreadText } from "./classifier.ts";
import { fakeClassifier } from "./fake_classifier.ts";
import { createHandler } from "./handler.ts";
import { failure, post } from "./test_support.ts";

/** A classifier that reads texts of up to 8 characters with their batch, and cannot read "?"; it notes what it gets. */
function readsShortTexts(): { classifier: Classifier; encoded: string[]; batches: (string | number)[][] } {
  const fake = fakeClassifier({ maxTokens: 4 });
  const encoded: string[] = [];
  const batches: (string | number)[][] = [];
  const read = async (input: TextInput, { options }: UnreadText): Promise<Encoding | Error> => {
    if (input.text === "?") return new Error("no such character");
    return (await fake.encode([input], options))[0];
  };
  const classifier: Classifier = {
    ...fake,
    unreadCharacters: 8,
    encode(inputs, options) {
      encoded.push(...inputs.map(({ text }) => text));
      return fake.encode(inputs, options);
    },
    async infer(batch, maxBatchTokens) {
      batches.push(batch.map((text) => "ids" in text ? text.ids.length : text.input.text));
      const texts = await Promise.all(batch.map((text) => "ids" in text ? text : read(text.input, text)));
      const { logits } = await fake.infer(texts.filter((text) => "ids" in text), maxBatchTokens);
      const counts = texts.map((text) =>
        text instanceof Error ? text : { tokens: text.ids.length, totalTokens: text.totalTokens }
      );
      return { logits, read: counts };
    },
  };
  return { classifier, encoded, batches };
}

Deno.test("short texts go into the batch unread, long ones encoded, and the answers are those of encoded texts", async () => {
  const { classifier, encoded, batches } = readsShortTexts();
  const inputs = ["a", "a b", "something else", "a b c d", { text: "one", text_pair: "two" }, "at the end"];
  const ask = (classifier: Classifier) => post(createHandler(classifier), "/v1/classify", { inputs });
  const reply = await ask(classifier);
  assertEquals(encoded, ["something else", "at the end"]);
  assertEquals(batches, [["a", "a b", 4, "a b c d", "one", 4]]);
  const same = await ask(fakeClassifier({ maxTokens: 4 }));
  assertEquals(await reply.json(), await same.json());
  for (const name of ["x-compute-tokens", "x-compute-characters", "x-truncated"]) {
    assertEquals(reply.headers.get(name), same.headers.get(name));
  }
});

Deno.test("an unread text that may not be cut is refused as an encoded one is", async () => {
  for (const classifier of [readsShortTexts().classifier, fakeClassifier({ maxTokens: 4 })]) {
    assertEquals(
      await failure(post(createHandler(classifier), "/predict", { inputs: "a b c d", truncate: false })),
      [422, "Validation", "Input validation error: `inputs` must have less than 4 tokens. Given: 6"],
    );
  }
});

Deno.test("a text that cannot be tokenized with its batch is an error of the tokenizer, and no other's", async () => {
  const handler = createHandler(readsShortTexts().classifier);
  const texts = ["a", "?", "a b c"];
  const replies = await Promise.all(texts.map((inputs) => post(handler, "/v1/classify", { inputs })));
  assertEquals(replies.map(({ status }) => status), [200, 422, 200]);
  assertEquals((await replies[1].json()).error_type, "Tokenizer");
  const alone = createHandler(fakeClassifier({ maxTokens: 4 }));
  assertEquals(
    await replies[2].json(),
    await (await post(alone, "/v1/classify", { inputs: "a b c" })).json(),
  );
});

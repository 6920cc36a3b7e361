import { assertEquals, assertRejects } from "@std/assert";
import { Batcher } from "./batcher.ts";
import type { Encoding } from "./classifier.ts";
import { fakeClassifier } from "./fake_classifier.ts";
import { createHandler } from "./handler.ts";
import { post } from "./test_support.ts";

/** An encoding of `length` tokens that all are `name`. */
const encoding = (name: number, length = 1): Encoding => ({
  ids: new Int32Array(length).fill(name),
  totalTokens: length,
});

/** A batcher whose model answers each text's first id, and computes a batch when `step` is called. */
function steppedBatcher(maxBatchTokens: number) {
  const batches: number[][] = [];
  const running: (() => void)[] = [];
  const batcher = new Batcher({
    classes: 1,
    maxBatchTokens,
    infer(batch: readonly Encoding[]) {
      batches.push(batch.map(({ ids }) => ids[0]));
      const logits = Float32Array.from(batch, ({ ids }) => ids[0]);
      return new Promise((resolve) => running.push(() => resolve({ logits })));
    },
  });
  const tick = () => new Promise((resolve) => setTimeout(resolve));
  const step = async () => {
    running.shift()!();
    await tick();
  };
  return { batcher, batches, step, tick };
}

Deno.test("Batcher groups texts that come together, and those that wait while a batch runs", async () => {
  const { batcher, batches, step, tick } = steppedBatcher(100);
  const replies = [batcher.submit(encoding(1)), batcher.submit(encoding(2))];
  await tick();
  replies.push(batcher.submit(encoding(3)), batcher.submit(encoding(4)));
  await step();
  await step();
  assertEquals(batches, [[1, 2], [3, 4]]);
  const logits = (await Promise.all(replies)).map((reply) => [...reply.logits]);
  assertEquals(logits, [[1], [2], [3], [4]]);
});

Deno.test("Batcher keeps the sum of tokens within the budget, and runs a longer text alone", async () => {
  const { batcher, batches, step, tick } = steppedBatcher(10);
  const replies = [[1, 4], [2, 6], [3, 30], [4, 5], [5, 5]].map(([name, n]) =>
    batcher.submit(encoding(name, n))
  );
  await tick();
  for (let i = 0; i < 3; i++) await step();
  assertEquals(batches, [[1, 2], [3], [4, 5]]);
  await Promise.all(replies);
});

Deno.test("Batcher fills a batch past a text that does not fit, but lets each text be overtaken once only", async () => {
  const { batcher, batches, step, tick } = steppedBatcher(10);
  // 1 and 4 leave together past 2 and 3; then 2 leaves, and 5 may not pass 3 once more
  const lengths = [[1, 6], [2, 8], [3, 9], [4, 4], [5, 2]];
  const replies = lengths.map(([name, n]) => batcher.submit(encoding(name, n)));
  await tick();
  for (let i = 0; i < 4; i++) await step();
  assertEquals(batches, [[1, 4], [2], [3], [5]]);
  await Promise.all(replies);
});

Deno.test("a long text is answered in the second batch at the latest under a stream of short ones", async () => {
  const { batcher, batches, step, tick } = steppedBatcher(10);
  const replies = [batcher.submit(encoding(1, 2)), batcher.submit(encoding(99, 10))];
  await tick();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 20; i++) replies.push(batcher.submit(encoding(2, 1)));
    await step();
  }
  assertEquals(batches[1], [99]);
  while (batcher.waiting) await step();
  await step();
  await Promise.all(replies);
});

Deno.test("Batcher drops a text whose client has gone before its batch begins", async () => {
  const { batcher, batches, step, tick } = steppedBatcher(10);
  const client = new AbortController();
  const first = batcher.submit(encoding(1));
  await tick();
  const gone = assertRejects(
    () => batcher.submit(encoding(2), client.signal),
    Error,
    "client closed the connection",
  );
  const stays = batcher.submit(encoding(3), new AbortController().signal);
  client.abort();
  await step();
  await step();
  await Promise.all([first, gone, stays]);
  assertEquals(batches, [[1], [3]]);
});

Deno.test("Batcher goes on after a batch that failed", async () => {
  let calls = 0;
  const batcher = new Batcher({
    classes: 1,
    maxBatchTokens: 10,
    infer: () =>
      calls++ ? Promise.resolve({ logits: Float32Array.of(5) }) : Promise.reject(new Error("lost")),
  });
  await assertRejects(() => batcher.submit(encoding(1)), Error, "inference failed");
  assertEquals((await batcher.submit(encoding(1))).logits, Float32Array.of(5));
});

Deno.test("64 requests at once get exactly the scores of one-by-one requests, in fewer batches", async () => {
  const texts = Array.from(
    { length: 64 },
    (_, i) => Array.from({ length: 1 + i % 13 }, (_, j) => "w".repeat(1 + (i * j) % 7)).join(" "),
  );
  const fake = fakeClassifier();
  const handler = createHandler(fake, { limits: { maxBatchTokens: 64 } });
  const ask = async (inputs: string) => await (await post(handler, "/", { inputs })).json();
  const alone = [];
  for (const text of texts) alone.push(await ask(text));
  assertEquals(fake.batches.length, 64);
  assertEquals(await Promise.all(texts.map(ask)), alone);
  assertEquals(fake.batches.length < 128, true);
  const tokens = fake.batches.map((batch) => batch.join(" ").split(" ").length);
  assertEquals(Math.max(...tokens) <= 64, true);
});

Deno.test("Batcher runs work alone between batches, one of either in turn", async () => {
  const { batcher, batches, step, tick } = steppedBatcher(1);
  const done: string[] = [];
  const texts = [1, 2, 3].map((name) => batcher.submit(encoding(name)));
  const work = ["a", "b"].map((name) =>
    batcher.runAlone(() => {
      done.push(`${name} after batch ${batches.length}`);
      return Promise.resolve(name);
    })
  );
  await tick();
  for (let i = 0; i < 3; i++) await step();
  await Promise.all(texts);
  assertEquals(await Promise.all(work), ["a", "b"]);
  assertEquals(done, ["a after batch 1", "b after batch 2"]);
});

Deno.test("Batcher goes on after work that failed, and skips work whose client has gone", async () => {
  const { batcher } = steppedBatcher(1);
  const failed = batcher.runAlone(() => Promise.reject(new Error("broken")));
  const gone = batcher.runAlone(() => Promise.resolve("never"), AbortSignal.abort());
  const last = batcher.runAlone(() => Promise.resolve("done"));
  await assertRejects(() => failed, Error, "inference failed");
  await assertRejects(() => gone, Error, "client closed the connection");
  assertEquals(await last, "done");
});

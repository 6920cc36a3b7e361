/**
 * A text classifier behind HTTP, without a socket: a `Request` goes in, a `Response` comes out.
 *
 * @example Any object with these few methods can be served
 * ```ts
 * import { softmax } from "@taxon/decision";
 * import { type Classifier, createHandler, type Encoding } from "@taxon/serving";
 * import { assertEquals } from "@std/assert";
 *
 * const lengthClassifier: Classifier = {
 *   info: {
 *     id: "length",
 *     modelId: "length",
 *     labels: ["short", "long"],
 *     problemType: "single_label_classification",
 *     maxTokens: 8,
 *     longText: "truncate",
 *     vocabSize: 0x110000,
 *     dtype: "float32",
 *     backend: "cpu",
 *   },
 *   encode: (inputs, { maxTokens }) =>
 *     Promise.resolve(inputs.map(({ text }) => {
 *       const ids = Int32Array.from(text, (c) => c.codePointAt(0)!);
 *       return { ids: ids.slice(0, maxTokens), totalTokens: ids.length };
 *     })),
 *   tokenize: (texts) => Promise.resolve(texts.map(() => undefined)),
 *   decode: (lists) => Promise.resolve(lists.map((ids) => String.fromCodePoint(...ids))),
 *   infer: (batch: readonly Encoding[]) =>
 *     Promise.resolve({ logits: Float32Array.from(batch.flatMap(({ ids }) => [4, ids.length])) }),
 *   scores: softmax,
 * };
 *
 * const handler = createHandler(lengthClassifier);
 * const reply = await handler.fetch(
 *   new Request("http://localhost/v1/classify", {
 *     method: "POST",
 *     headers: { "content-type": "application/json" },
 *     body: JSON.stringify({ inputs: ["hi", "good morning"] }),
 *   }),
 * );
 * const [hi, morning] = await reply.json();
 * assertEquals([hi.label, hi.truncated], ["short", false]);
 * assertEquals([morning.label, morning.truncated], ["long", true]);
 * ```
 *
 * @module
 */
export type * from "./classifier.ts";
export type { ReadGauge } from "./metrics.ts";
export { createHandler, type Handler, type HandlerOptions } from "./handler.ts";
export type { RequestRecord } from "./api.ts";
export type { Page } from "./routes/page.ts";
export { DEFAULT_LIMITS, type Limits } from "./limits.ts";
export { type LabelScore, rank } from "./rank.ts";

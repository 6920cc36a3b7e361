import { assert, assertEquals } from "@std/assert";
import { encodeInputs, ModelFolder } from "@taxon/classifier";
import { predictLogits, scores } from "@taxon/model";
import { compare } from "../compare.ts";
import type { ToleranceClass } from "../tolerance.ts";

/** What `pipeline("text-classification", top_k=None)` of transformers answers. */
interface Recorded {
  text: string;
  text_pair?: string;
  input_ids: number[];
  logits: number[];
  softmax?: { label: string; score: number }[];
  sigmoid?: number[];
}

/** Text in, label and score out: truncation, an empty text and pairs included. */
export async function endToEnd(folder: URL, { output: { rtol, atol } }: ToleranceClass): Promise<void> {
  const directory = decodeURIComponent(folder.pathname).replace(/\/$/, "");
  const recorded = JSON.parse(await Deno.readTextFile(`${directory}/texts.json`));
  const cases: Recorded[] = [...recorded.single, ...recorded.pair];
  const opened = new ModelFolder(directory);
  using model = opened.load().model;
  const { config } = model;
  assertEquals(config.maxTokens, recorded.max_length);
  const inputs = cases.map(({ text, text_pair: textPair }) => ({ text, textPair }));
  const texts = encodeInputs(opened.tokenizer, config, inputs);
  const logits = await predictLogits(model, texts);
  const close = (got: ArrayLike<number>, expected: readonly number[], what: string) => {
    const scale = Math.max(...expected.map(Math.abs));
    const { gap, over } = compare(got, expected, atol + rtol * scale);
    assert(over === 0, `${what}: got ${Array.from(got)}, expected ${expected}, apart by ${gap}`);
  };
  for (
    const [i, { text, input_ids, logits: expected, softmax, sigmoid }] of cases.entries()
  ) {
    assertEquals([...texts[i].ids as Int32Array], input_ids, text);
    const own = logits.subarray(i * config.labels.length, (i + 1) * config.labels.length);
    close(own, expected, `logits of "${text}"`);
    if (softmax) {
      const byLabel = new Map(softmax.map(({ label, score }) => [label, score]));
      close(scores(own, config), config.labels.map((label) => byLabel.get(label)!), `scores of "${text}"`);
    }
    if (sigmoid) close(scores(own, config, "sigmoid"), sigmoid, `sigmoids of "${text}"`);
  }
}

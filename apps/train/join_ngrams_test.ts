import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { scores } from "@taxon/decision";
import { EncoderClassifier, encoderConfig, predictLogits } from "@taxon/model";
import { useBackend } from "@taxon/tensor";
import { countNgrams } from "@taxon/text";
import { trainLinearBaseline } from "@taxon/train";
import { joinNgrams } from "./join_ngrams.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

const words = [["refund", "charge", "invoice"], ["crash", "freeze", "error"]];
const rows = Array.from({ length: 40 }, (_, i) => `${words[i % 2][i % 3]} number ${i}`);
const truth = Float32Array.from(rows, (_, i) => i % 2);
const texts = rows.map((text, i) => ({ ids: [2, 5 + i % 7, 3], ngrams: countNgrams(text) }));

const problem = { problemType: "single_label_classification", classes: 2 } as const;

Deno.test("joinNgrams() leaves an encoder that knows nothing no say: the model answers as the linear one", async () => {
  using encoder = new EncoderClassifier(encoderConfig({ vocabSize: 20, modelSize: 8 })).initialize(1);
  const linear = trainLinearBaseline(rows, truth, problem);
  const prepared = { eval: { examples: [], texts, targets: truth, truncated: 0 } };
  const { model, encoderShare } = await joinNgrams(encoder, prepared, linear.table());
  using _model = model;
  assertEquals(encoderShare, 0);
  const logits = await predictLogits(model, texts);
  linear.predict(rows).forEach((probability, i) => {
    const row = scores(logits.subarray(i - i % 2, i - i % 2 + 2), model.config);
    assertAlmostEquals(row[i % 2], probability, 1e-5);
  });
});

Deno.test("joinNgrams() pools the logits of encoder and n-grams by the share", async () => {
  using encoder = new EncoderClassifier(encoderConfig({ vocabSize: 20, modelSize: 8 })).initialize(1);
  const deep = await predictLogits(encoder, texts);
  const margins = Array.from(texts, (_, row) => deep[2 * row + 1] - deep[2 * row]);
  const middle = margins.toSorted((a, b) => a - b)[margins.length / 2];
  const chosen = Float32Array.from(margins, (margin) => Number(margin > middle)); // what the encoder goes by
  const linear = trainLinearBaseline(rows, truth, problem); // n-grams go by something else
  const prepared = { eval: { examples: [], texts, targets: chosen, truncated: 0 } };
  const { model, encoderShare } = await joinNgrams(encoder, prepared, linear.table());
  using _model = model;
  assert(encoderShare > 0.5, `${encoderShare}`);
  const wide = linear.predict(rows).map(Math.log);
  const pooled = deep.map((logit, i) => encoderShare * logit + (1 - encoderShare) * wide[i]);
  const logits = await predictLogits(model, texts);
  for (let row = 0; row < rows.length; row++) {
    const of = (values: Float32Array) => scores(values.subarray(2 * row, 2 * row + 2), model.config)[0];
    assertAlmostEquals(of(logits), of(pooled), 1e-5);
  }
});

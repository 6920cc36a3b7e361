import { assertAlmostEquals } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { scores } from "@taxon/decision";
import { EncoderClassifier, encoderConfig, predictLogits } from "@taxon/model";
import { useBackend } from "@taxon/tensor";
import { countNgrams } from "@taxon/text";
import { trainLinearBaseline } from "@taxon/train";
import { withNgrams } from "./join_ngrams.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

const words = [["refund", "charge", "invoice"], ["crash", "freeze", "error"]];
const rows = Array.from({ length: 40 }, (_, i) => `${words[i % 2][i % 3]} number ${i}`);
const truth = Float32Array.from(rows, (_, i) => i % 2);
const texts = rows.map((text, i) => ({ ids: [2, 5 + i % 7, 3], ngrams: countNgrams(text) }));

const problem = { problemType: "single_label_classification", classes: 2 } as const;

Deno.test("withNgrams() pools the logits of encoder and n-grams by the share; with 0 the n-grams answer alone", async () => {
  using encoder = new EncoderClassifier(encoderConfig({ vocabSize: 20, modelSize: 8 })).initialize(1);
  const linear = trainLinearBaseline(rows, truth, problem);
  const deep = await predictLogits(encoder, texts);
  const wide = linear.predict(rows).map(Math.log);
  for (const share of [0, 0.3, 1]) {
    using model = await withNgrams(encoder, linear.table(), share);
    const logits = await predictLogits(model, texts);
    const pooled = deep.map((logit, i) => share * logit + (1 - share) * wide[i]);
    for (let row = 0; row < rows.length; row++) {
      const of = (values: Float32Array) => scores(values.subarray(2 * row, 2 * row + 2), model.config)[0];
      assertAlmostEquals(of(logits), of(pooled), 1e-5);
    }
  }
});

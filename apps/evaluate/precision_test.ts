import { assertAlmostEquals, assertEquals } from "@std/assert";
import { encoderConfig } from "@taxon/model";
import { comparePrecision, describePrecision } from "./precision.ts";

Deno.test("comparePrecision() gives loss, agreement of the answers and cosine", () => {
  const config = encoderConfig({ labels: ["a", "b"] });
  const full = Float32Array.of(1, 0, 0, 1, 3, 4, 1, 0);
  const low = Float32Array.of(1, 0, 0, 1, 4, 3, 1, 0); // the third text turns over
  const report = comparePrecision(config, low, full, { macro_f1: 0.75 }, { macro_f1: 1 });
  assertEquals([report.loss, report.agreement], [0.25, 0.75]);
  assertAlmostEquals(report.cosine, 27 / 28, 1e-12);
  assertEquals(
    describePrecision("int8", report),
    "int8 beside f32: macro_f1 0.7500 and 1.0000, a loss of 0.2500, the same answer for 75.00 % of the texts, " +
      "cosine of the logits 0.96429",
  );
});

Deno.test("comparePrecision() counts a multi-label text as the same only if all its labels are", () => {
  const config = encoderConfig({
    labels: ["a", "b"],
    problemType: "multi_label_classification",
    thresholds: [0.5, 0.9],
    temperature: 2,
  });
  const full = Float32Array.of(1, 4.3, -1, 4.5); // b counts from 2 · log 9 = 4.394
  const low = Float32Array.of(1, 4.5, -1, 4.4);
  const values = { macro_f1: 1 };
  assertEquals(comparePrecision(config, low, full, values, values).agreement, 0.5);
});

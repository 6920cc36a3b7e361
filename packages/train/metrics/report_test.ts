import { assertEquals } from "@std/assert";
import { classificationMetrics } from "./classification.ts";
import { multiLabelMetrics } from "./multi_label.ts";
import { classificationReport } from "./report.ts";

// The tables below are what scikit-learn 1.9.1 prints for these inputs with digits=4 and zero_division=0.

Deno.test("classificationReport() prints scikit-learn's table, rounding ties to even", () => {
  const truth = [...Array(5).fill(0), ...Array(30).fill(1)];
  const predicted = [...Array(32).fill(0), 1, 1, 1];
  const report = classificationReport(classificationMetrics(truth, predicted, 2), ["no", "yes"]);
  assertEquals(
    report,
    `              precision    recall  f1-score   support

          no     0.1562    1.0000    0.2703         5
         yes     1.0000    0.1000    0.1818        30

    accuracy                         0.2286        35
   macro avg     0.5781    0.5500    0.2260        35
weighted avg     0.8795    0.2286    0.1945        35
`,
  );
});

Deno.test("classificationReport() widens for long names and keeps classes without rows", () => {
  const truth = [0, 0, 0, 2, 2, 3];
  const predicted = [0, 1, 0, 2, 0, 3];
  const names = ["billing", "bug", "how-to question", "praise"];
  assertEquals(
    classificationReport(classificationMetrics(truth, predicted, 4), names),
    `                 precision    recall  f1-score   support

        billing     0.6667    0.6667    0.6667         3
            bug     0.0000    0.0000    0.0000         0
how-to question     1.0000    0.5000    0.6667         2
         praise     1.0000    1.0000    1.0000         1

       accuracy                         0.6667         6
      macro avg     0.6667    0.5417    0.5833         6
   weighted avg     0.8333    0.6667    0.7222         6
`,
  );
});

Deno.test("classificationReport() ends with micro and samples averages for several labels a row", () => {
  const truth = [1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0];
  const predicted = [1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0];
  assertEquals(
    classificationReport(multiLabelMetrics(truth, predicted, 3), ["a", "b", "c"]),
    `              precision    recall  f1-score   support

           a     1.0000    1.0000    1.0000         2
           b     1.0000    0.5000    0.6667         2
           c     0.0000    0.0000    0.0000         1

   micro avg     0.7500    0.6000    0.6667         5
   macro avg     0.6667    0.5000    0.5556         5
weighted avg     0.8000    0.6000    0.6667         5
 samples avg     0.6250    0.5000    0.5000         5
`,
  );
});

// The figures that TF-IDF with logistic regression reaches in scikit-learn are 89.8 (TREC) and 80.9 (SST-2).
import { assertGreaterOrEqual } from "@std/assert";
import { argmaxRows, classificationMetrics } from "../metrics/mod.ts";
import { trainLinearBaseline } from "./mod.ts";

/** Folder of the public corpora, which are not part of this repository. */
const shared = Deno.env.get("TAXON_SHARED") ?? `${import.meta.dirname}/../../../../shared`;

for (
  const { name, folder, labelColumn, textColumn, atLeast } of [
    { name: "TREC-6", folder: "trec", labelColumn: 0, textColumn: 2, atLeast: 0.885 },
    { name: "SST-2", folder: "sst2", labelColumn: 0, textColumn: 1, atLeast: 0.8 },
  ]
) {
  const present = exists(`${shared}/data/${folder}/train.tsv`);
  Deno.test({
    name: `trainLinearBaseline() reaches ${atLeast} accuracy on the test split of ${name}${
      present ? "" : " (no data here)"
    }`,
    ignore: !present,
    fn() {
      const read = (split: string) =>
        Deno.readTextFileSync(`${shared}/data/${folder}/${split}.tsv`).trimEnd().split("\n").map((line) => {
          const fields = line.split("\t");
          return { label: fields[labelColumn], text: fields[textColumn] };
        });
      const [train, test] = [read("train"), read("test")];
      const labels = [...new Set(train.map(({ label }) => label))].sort();
      const ids = (rows: typeof train) => rows.map(({ label }) => labels.indexOf(label));

      const baseline = trainLinearBaseline(train.map(({ text }) => text), ids(train), {
        problemType: "single_label_classification",
        classes: labels.length,
      });
      const predicted = argmaxRows(baseline.predict(test.map(({ text }) => text)), labels.length);
      const { accuracy } = classificationMetrics(ids(test), predicted, labels.length);
      assertGreaterOrEqual(accuracy, atLeast, `accuracy ${accuracy} with C = ${baseline.c}`);
    },
  });
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

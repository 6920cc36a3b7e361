// The figures that TF-IDF with logistic regression reaches in scikit-learn are 89.8 (TREC) and 80.9 (SST-2).
import { assertGreater, assertGreaterOrEqual } from "@std/assert";
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
      const read = (split: string) => readRows(`${folder}/${split}.tsv`, labelColumn, textColumn);
      const { accuracy, c } = score(read("train"), read("test"));
      assertGreaterOrEqual(accuracy, atLeast, `accuracy ${accuracy} with C = ${c}`);
    },
  });
}

Deno.test({
  name:
    "trainLinearBaseline() with naive Bayes beats the one without on sentiment, on texts that neither saw",
  ignore: !exists(`${shared}/data/sst2/train.tsv`),
  fn() {
    const [train, held] = ["train", "dev"].map((split) => readRows(`sst2/${split}.tsv`, 0, 1));
    const [plain, bayes] = [false, true].map((naiveBayes) => score(train, held, naiveBayes).accuracy);
    assertGreater(bayes, plain);
  },
});

interface Row {
  label: string;
  text: string;
}

function readRows(path: string, labelColumn: number, textColumn: number): Row[] {
  return Deno.readTextFileSync(`${shared}/data/${path}`).trimEnd().split("\n").map((line) => {
    const fields = line.split("\t");
    return { label: fields[labelColumn], text: fields[textColumn] };
  });
}

function score(train: Row[], test: Row[], naiveBayes = false): { accuracy: number; c: number } {
  const labels = [...new Set(train.map(({ label }) => label))].sort();
  const ids = (rows: Row[]) => rows.map(({ label }) => labels.indexOf(label));
  const options = { problemType: "single_label_classification", classes: labels.length, naiveBayes } as const;
  const baseline = trainLinearBaseline(train.map(({ text }) => text), ids(train), options);
  const predicted = argmaxRows(baseline.predict(test.map(({ text }) => text)), labels.length);
  return { accuracy: classificationMetrics(ids(test), predicted, labels.length).accuracy, c: baseline.c };
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

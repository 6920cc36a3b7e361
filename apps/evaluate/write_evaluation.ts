import { createOutputFolder, predictionsCsv, visibleLine, writeFileAtomic } from "@taxon/app-shared";
import type { Judgement } from "@taxon/classifier/training";
import type { EncoderClassifierConfig } from "@taxon/model";
import type { Example } from "@taxon/data";

/** Writes an evaluation as files, in a new folder. */
export async function writeEvaluation(
  folder: string,
  config: EncoderClassifierConfig,
  values: Record<string, number>,
  judgement: Judgement,
  examples: readonly Example[],
  scores: Float64Array,
): Promise<void> {
  await createOutputFolder(folder, "give another --output");
  await writeFileAtomic(`${folder}/results.json`, JSON.stringify(values, null, 2) + "\n");
  await writeFileAtomic(`${folder}/classification_report.txt`, judgement.report(visibleLine));
  await writeFileAtomic(`${folder}/predictions.csv`, predictionsCsv(config, examples, scores));
  if (judgement.confusion) {
    const matrix = { labels: config.labels, truth_by_predicted: judgement.confusion };
    await writeFileAtomic(`${folder}/confusion_matrix.json`, JSON.stringify(matrix, null, 2) + "\n");
  }
}

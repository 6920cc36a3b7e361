import { asFlags, type Log } from "@taxon/app-shared";
import { checkData, type DataReport, type Dataset, renderDataReport } from "@taxon/data";
import { describeLabels } from "./describe_labels.ts";
import type { Prepared } from "./prepare.ts";

/** Says what the data is and what in it deserves a look, before anything is trained on it. */
export function describeData(
  dataset: Dataset,
  { tokenizer, config, train, eval: evaluation, test }: Prepared,
  log: Log,
  onProgress: (share: number) => void,
): DataReport {
  const splits = {
    train: dataset.train,
    ...(dataset.eval.length > 0 && { eval: dataset.eval }),
    ...(dataset.test && { test: dataset.test }),
  };
  const unknownId = tokenizer.tokenToId("[UNK]") ?? tokenizer.tokenToId("<unk>");
  const rows = Object.values(splits).reduce((sum, { length }) => sum + length, 0);
  let counted = 0;
  const report = checkData(splits, {
    problemType: config.problemType,
    maxTokens: config.maxTokens,
    countTokens: (text, pair) => {
      onProgress(counted++ / rows);
      const { ids } = tokenizer.encode(text, pair, { padding: null, truncation: null });
      return { tokens: ids.length, unknown: ids.filter((id) => id === unknownId).length };
    },
  });
  onProgress(1);
  log.note(`problem type: ${config.problemType} (${dataset.problemTypeReason})`);
  if (dataset.problemTypeDoubt) log.warn(asFlags(dataset.problemTypeDoubt));
  log.note(renderDataReport(report).join("\n"));
  describeLabels(dataset, report, log);
  const cut = train.truncated + (evaluation?.truncated ?? 0) + (test?.truncated ?? 0);
  if (cut > 0) {
    log.warn(
      `${cut} rows are longer than ${config.maxTokens} tokens and were cut; raise --max-length to keep all`,
    );
  }
  return report;
}

import {
  comparison,
  describeSplit,
  encodeTexts,
  judge,
  type Log,
  openClassifier,
  readRows,
  scoreRows,
  targetsOf,
} from "@taxon/app-shared";
import { assembleSplit } from "@taxon/text";
import { baselinesOf } from "./baselines_of_run.ts";
import type { EvaluateFlags } from "./command.ts";
import { writeEvaluation } from "./write_evaluation.ts";

/** Measures a model folder on a file of labelled texts. */
export async function evaluate(flags: EvaluateFlags, log: Log): Promise<void> {
  using classifier = await openClassifier(flags.model, flags);
  const { config, tokenizer } = classifier;
  const examples = assembleSplit(await readRows(flags.data, flags), config.problemType, config.labels);
  const { texts, truncated } = encodeTexts(tokenizer, config, examples);
  const logits = await classifier.logits(texts);
  const targets = targetsOf(examples, config.labels, config.problemType);
  const scores = scoreRows(logits, config);
  const split = {
    model: judge(config, scores, targets),
    uncalibrated: judge(config, scoreRows(logits, { ...config, temperature: 1 }), targets).values.ece,
  };
  const baselines = (await baselinesOf(flags, config, log))?.judge(examples);

  const values = { rows: examples.length, truncated, ...split.model.values };
  if (flags.output !== undefined) {
    await writeEvaluation(flags.output, config, values, split.model, examples, scores);
  }
  if (flags.json) {
    log.result(JSON.stringify({ ...values, ...(baselines && flat({ ...baselines })) }));
    return;
  }
  log.note(`backend: ${classifier.backendSummary}`);
  log.result(
    `Results on ${flags.data} (${examples.length} rows, ${truncated} cut at ${config.maxTokens} tokens)\n`,
  );
  log.result(describeSplit(config, split));
  if (baselines) log.result(comparison(config.problemType, split.model, baselines));
}

function flat(baselines: Record<string, { values: Record<string, number> }>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(baselines).flatMap(([name, { values }]) => {
      return Object.entries(values).map(([metric, value]) => [`baseline_${name}_${metric}`, value]);
    }),
  );
}

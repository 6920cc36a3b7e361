import {
  compareRuns,
  comparison,
  describeSplit,
  type Log,
  openClassifier,
  readSplit,
} from "@taxon/app-shared";
import { scoreRows } from "@taxon/classifier";
import { judge, targetsOf } from "@taxon/classifier/training";
import { baselinesOf } from "./baselines_of_run.ts";
import type { EvaluateFlags } from "./command.ts";
import { comparePrecision, describePrecision, type PrecisionReport } from "./precision.ts";
import { writeEvaluation } from "./write_evaluation.ts";

/**
 * Measures a model folder on a file of labelled texts; in another precision than f32 beside f32.
 *
 * @returns The exit code: 1 if the precision costs more than `--max-loss`.
 */
export async function evaluate(flags: EvaluateFlags, log: Log): Promise<number> {
  using opened = await openClassifier(flags.model, flags);
  const { classifier, backendSummary } = opened;
  const { config } = classifier;
  const examples = await readSplit(flags.data, flags, config, log);
  const texts = classifier.encodeAll(examples);
  const truncated = texts.filter((text) => text.truncated).length;
  const logits = await classifier.logits(texts);
  const targets = targetsOf(examples, config.labels, config.problemType);
  const scores = scoreRows(logits, config);
  const split = {
    rows: examples.length,
    model: judge(config, scores, targets),
    uncalibrated: judge(config, scoreRows(logits, { ...config, temperature: 1 }), targets).values.ece,
  };
  const precision = flags.precision === "f32" ? undefined : await besideF32();
  const baselines = (await baselinesOf(flags, config, log))?.judge({ examples });

  const values = { rows: examples.length, truncated, ...split.model.values };
  if (flags.output !== undefined) {
    await writeEvaluation(flags.output, config, values, split.model, examples, scores);
  }
  if (flags.json) {
    log.result(
      JSON.stringify({
        ...values,
        ...(baselines && flat({ majority: baselines.majority, linear: baselines.linear })),
        ...(precision && { precision }),
      }),
    );
    return verdict();
  }
  log.note(`backend: ${backendSummary}`);
  log.report(
    `Results on ${flags.data} (${examples.length} rows, ${truncated} cut at ${config.maxTokens} tokens)\n`,
  );
  log.report(describeSplit(config, split, log.columns));
  if (baselines) {
    const beside = await compareRuns(baselines.linearRun, { name: "this model", config, examples, scores });
    log.report(comparison(config.problemType, split.model, baselines, beside));
  }
  if (precision) log.report(describePrecision(flags.precision, precision));
  return verdict();

  async function besideF32(): Promise<PrecisionReport> {
    using exact = await openClassifier(flags.model, { ...flags, precision: "f32" });
    const full = await exact.classifier.logits(texts);
    return comparePrecision(
      config,
      logits,
      full,
      split.model.values,
      judge(config, scoreRows(full, config), targets).values,
    );
  }

  function verdict(): number {
    if (precision === undefined || precision.loss <= flags.maxLoss) return 0;
    log.warn(
      `${flags.precision} loses ${
        precision.loss.toFixed(4)
      } of ${precision.metric}, allowed is ${flags.maxLoss}: ` +
        `stay with f32, or allow more with --max-loss`,
    );
    return 1;
  }
}

function flat(baselines: Record<string, { values: Record<string, number> }>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(baselines).flatMap(([name, { values }]) => {
      return Object.entries(values).map(([metric, value]) => [`baseline_${name}_${metric}`, value]);
    }),
  );
}

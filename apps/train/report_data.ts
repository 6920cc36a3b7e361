import { digitsOf, flagName, perCallFlags, runName, verdict, version } from "@taxon/app-shared";
import { type DataReport, renderDataFindings } from "@taxon/data";
import { calibrationErrorByChance } from "@taxon/train";
import type {
  ClassRow,
  DataSummary,
  Fact,
  MetricRow,
  SettingGroup,
  TrainingReport,
} from "@taxon/visualization";
import { describeShare } from "./encoder_share.ts";
import type { FinishedRun } from "./finished_run.ts";
import { labelDoubts } from "./label_doubts.ts";
import { describeReuse, describeTemperature, reportedSplit, type SplitResults } from "./measure.ts";
import { worstMistakes } from "./mistakes.ts";
import { choiceTable, hadChoice } from "./recipes/describe_choice.ts";
import { trainingCharts } from "./training_charts.ts";

/** What report.html tells of a run: what it was, how it went and what it is worth. */
export function reportData(run: FinishedRun): TrainingReport {
  const { results, state, flags, prepared, encoderShare } = run;
  const { config } = results;
  const { name, split } = reportedSplit(results);
  const { model, uncalibrated, uncalibratedBins } = split;
  return {
    title: runName(flags),
    encoderShare,
    verdict: [describeShare(encoderShare), verdict(results.besideLinear), describeReuse(results)].filter(
      Boolean,
    )
      .join(" "),
    facts: facts(run, split),
    choice: hadChoice(results.choice) ? choiceTable(results.choice, config.problemType) : undefined,
    charts: trainingCharts(state, results.eval, flags),
    split: { name, rows: split.examples.length },
    metrics: metricRows(split),
    simplest: config.problemType === "regression" ? "mean" : "majority class",
    classes: classRows(split, config.labels, config.thresholds),
    confusion: model.confusion && { labels: config.labels, counts: model.confusion },
    calibration: model.calibration && {
      note: describeTemperature(results)!,
      byChance: calibrationErrorByChance(model.calibration),
      temperature: config.temperature,
      before: { ece: uncalibrated!, bins: uncalibratedBins! },
      after: { ece: model.values.ece, bins: model.calibration },
    },
    scatter: config.problemType === "regression"
      ? split.examples.map(({ target }, row) => [target!, split.scores[row]] as const)
      : undefined,
    mistakes: worstMistakes(config, split),
    data: dataSummary(run.data, labelDoubts(results)),
    settings: settingGroups(run, prepared.train.texts.length),
  };
}

function facts(
  { state, seconds, flags, results, encoderShare }: FinishedRun,
  { model, baselines, examples }: SplitResults,
): Fact[] {
  const figure = (value: number) => value.toFixed(digitsOf(examples.length));
  const shown = results.config.problemType === "regression"
    ? ["pearson", "spearman", "mae"]
    : ["macro_f1", "accuracy", "ece"];
  const minutes = seconds < 120
    ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
    : `${(seconds / 60).toFixed(0)} min`;
  return [
    ...shown.map((name) => ({
      name: metricName(name),
      value: name in model.values ? figure(model.values[name]) : "–",
      note: name in baselines.linear.values
        ? `linear baseline ${figure(baselines.linear.values[name])}`
        : undefined,
    })),
    ...(encoderShare === undefined ? [] : [{
      name: "Share of the encoder",
      value: encoderShare.toFixed(2),
      note: "the n-grams have the rest",
    }]),
    {
      name: "Training time",
      value: minutes,
      note: state.global_step > 0 ? `${state.global_step} steps` : "exact fit",
    },
    ...(encoderShare === 0 || state.global_step === 0 ? [] : [{
      name: "Epochs",
      value: String(Math.round(state.epoch)),
      note: [
        `weights of epoch ${state.log_history.find(({ step }) => step === state.best_global_step)!.epoch}`,
        state.stopped_early ? `stopped early, ${flags.epochs} planned` : "",
      ].filter(Boolean).join("; "),
    }]),
  ];
}

const metricNames: Record<string, string> = {
  macro_f1: "Macro F1",
  micro_f1: "Micro F1",
  weighted_f1: "Weighted F1",
  samples_f1: "F1 over texts",
  accuracy: "Accuracy",
  mcc: "Matthews correlation",
  ece: "Calibration error",
  brier: "Brier score",
  log_loss: "Log loss",
  hamming_loss: "Hamming loss",
  pearson: "Pearson correlation",
  spearman: "Spearman correlation",
  mse: "Mean squared error",
  mae: "Mean absolute error",
  r2: "R²",
};
const lowerIsBetter = new Set(["ece", "brier", "log_loss", "hamming_loss", "mse", "mae"]);

function metricName(name: string): string {
  return metricNames[name] ?? name;
}

function metricRows({ model, baselines: { linear, majority } }: SplitResults): MetricRow[] {
  const names = new Set([model, linear, majority].flatMap(({ values }) => Object.keys(values)));
  return [...names].map((name) => ({
    name: metricName(name),
    better: lowerIsBetter.has(name) ? "lower" : "higher",
    ...(name === "ece" && { simplestHasItForFree: true }), // whoever always says the mean rate is calibrated
    model: model.values[name],
    linear: linear.values[name],
    simplest: majority.values[name],
  }));
}

function classRows(
  { model, baselines: { linear, majority } }: SplitResults,
  labels: readonly string[],
  thresholds?: readonly number[],
): ClassRow[] | undefined {
  return model.perClass?.map((scores, id) => ({
    label: labels[id],
    ...scores,
    linearF1: linear.perClass![id].f1,
    simplestF1: majority.perClass![id].f1,
    threshold: thresholds?.[id],
  }));
}

function dataSummary(report: DataReport, doubts: readonly string[]): DataSummary {
  return {
    lengthUnit: report.lengthUnit,
    splits: report.splits.map(({ split, truncated = [], ...summary }) => {
      return { name: split, ...summary, truncated: truncated.length };
    }),
    findings: [...renderDataFindings(report), ...doubts],
  };
}

function settingGroups(
  { model, flags, backend, results }: FinishedRun,
  trainingTexts: number,
): SettingGroup[] {
  const { labels, thresholds: _thresholds, ...config } = results.config; // both have their table
  const list = (values: object) =>
    Object.entries(values).filter(([, value]) => value !== undefined).map(([name, value]) => {
      return { name, value: String(value) };
    });
  return [
    {
      title: "Run",
      settings: list({
        version,
        backend,
        "training texts": trainingTexts.toLocaleString("en"),
        labels: labels.length,
        parameters: model.parameterCount().toLocaleString("en"),
      }),
    },
    {
      title: "Flags",
      settings: list(flags).filter(({ name }) => !perCallFlags.has(name)).map(({ name, value }) => {
        return { name: `--${flagName(name)}`, value };
      }),
    },
    { title: "Model", settings: list(config) },
  ];
}

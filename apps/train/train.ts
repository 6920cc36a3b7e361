import {
  asFlags,
  type BeginPhase,
  datasetOf,
  findRun,
  type Interrupt,
  interruptiblePhases,
  type JudgedRun,
  type Log,
  pretrainedModel,
  readData,
  readDataset,
  requireSameData,
  runName,
  type StartedRun,
  startTraining,
  trainBaselines,
  trainingBackend,
  trainNgrams,
  withoutNaN,
  withRemedy,
} from "@taxon/app-shared";
import { addLora, EncoderClassifier, type LoadPlan, mergeLora } from "@taxon/model";
import { numel } from "@taxon/tensor";
import { checkData, type DataReport, type Dataset, renderDataReport } from "@taxon/data";
import { Tokenizer } from "@taxon/text";
import type { TrainFlags } from "./command.ts";
import { compareWith, readRival } from "./compare_with.ts";
import { createTrainer } from "./create_trainer.ts";
import { describeLabels } from "./describe_labels.ts";
import { fit } from "./fit.ts";
import { joinNgrams } from "./join_ngrams.ts";
import { measure } from "./measure.ts";
import { type ParameterGroups, parameterGroups } from "./parameter_groups.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { fineTuningOptions, withFineTuningDefaults } from "./pretrained.ts";
import { printResults } from "./report.ts";
import { writeResults } from "./write_results.ts";

/**
 * Trains a classifier from flags to a finished run folder.
 *
 * @param written The flags of this call.
 * @param given Names of those that were not left to their defaults.
 */
export async function train(
  written: TrainFlags,
  given: ReadonlySet<string>,
  log: Log,
  interrupt: Interrupt,
): Promise<void> {
  const { signal } = interrupt;
  const beginPhase = interruptiblePhases(interrupt, written);
  const run = await findRun(withFineTuningDefaults(written, given), given, runName(written));
  const { finished } = run;
  if (finished !== undefined) {
    return log.note(`${finished} is finished; serve it with:\n  deno task serve --model ${finished}`);
  }
  const rows = await readDataset(run.flags, log);
  const read = readData(rows, run.flags);
  requireSameData(run, read, log);
  const dataset = await datasetOf(rows, run.flags, log);
  const { flags, base } = await pretrainedModel(run.flags, log, signal);
  const known = run.tokenizer === undefined ? undefined : Tokenizer.fromJson(run.tokenizer);
  const prepared = prepare(dataset, flags, known, base, beginPhase);
  const rival = flags.compare === undefined ? undefined : await readRival(flags.compare, prepared);
  const groups = parameterGroups(flags, prepared.config);
  const chosen = await trainingBackend(run, flags, log);
  using _backend = chosen.backend;
  const loaded = base?.load(fineTuningOptions(flags, dataset));
  using model = loaded?.model ?? new EncoderClassifier(prepared.config).initialize(flags.seed);
  if (flags.lora) addLora(model, { rank: flags.lora, alpha: flags.loraAlpha, seed: flags.seed });
  if (loaded) log.note(describePlan(flags.from!, loaded.plan));
  const parameters = describeParameters(model, groups);
  const begun = await startTraining(run, { ...chosen, ...prepared, read, parameters }, log);
  const work = {
    begun,
    dataset,
    prepared,
    model,
    groups,
    rival,
    flags: chosen.flags,
    log,
    interrupt,
    beginPhase,
  };
  await trainToTheEnd(work).catch((error) => {
    throw withRemedy(error, "train", begun, chosen.flags, log);
  });
}

/** All that a started run works with. */
interface Work {
  begun: StartedRun;
  dataset: Dataset;
  prepared: Prepared;
  model: EncoderClassifier;
  groups: ParameterGroups;
  /** The run of `--compare`. */
  rival?: JudgedRun;
  flags: TrainFlags;
  log: Log;
  interrupt: Interrupt;
  beginPhase: BeginPhase;
}

async function trainToTheEnd(work: Work): Promise<void> {
  const { begun, dataset, prepared, model, groups, rival, flags, log, interrupt, beginPhase } = work;
  const { path, output } = begun;
  const data = describeData(dataset, prepared, log, beginPhase("Data check"));
  const started = performance.now();
  const training = await createTrainer(model, prepared, flags, groups, beginPhase);
  using _trainer = training.trainer;
  const state = await fit({ run: path, model, ...training, prepared, flags, log, interrupt });
  mergeLora(model);
  const seconds = (performance.now() - started) / 1000;

  log.note("training the baselines on the same texts");
  const baselines = trainBaselines(
    prepared.config,
    dataset.train,
    dataset.eval,
    flags.seed,
    beginPhase("Baseline"),
  );
  const joined = prepared.wide
    ? await joinNgrams(
      model,
      prepared,
      trainNgrams(prepared.config, dataset.train, flags.seed, beginPhase("N-grams")),
      beginPhase("Share of n-grams"),
    )
    : undefined;
  using _joined = joined?.model;
  const results = await measure(joined?.model ?? model, prepared, baselines, beginPhase);
  interrupt.check(); // a run that was told to stop leaves no results: --resume makes them
  const values = await writeResults(path, {
    model: joined?.model ?? model,
    encoderShare: joined?.encoderShare,
    prepared,
    data,
    results,
    state,
    flags,
    seconds,
    backend: flags.backend,
  });
  await begun.finish();
  const comparison = rival && await compareWith(rival, output, results);
  if (flags.json) log.result(JSON.stringify({ run: output, ...values, comparison }, withoutNaN));
  else printResults(results, { flags, state, encoderShare: joined?.encoderShare }, comparison, log);
  log.note(
    `\nTrained in ${seconds.toFixed(0)} s. Everything is in ${output}\n` +
      `Serve it with:\n  deno task serve --model ${output}`,
  );
}

/** Says how large a model is, and how much of it is trained, if not all. */
function describeParameters(model: EncoderClassifier, { trainable }: ParameterGroups): string {
  let count = 0;
  for (const [name, { shape }] of model.namedParameters()) if (trainable(name)) count += numel(shape);
  const all = model.parameterCount();
  const trained = count === all ? "" : `, ${count.toLocaleString("en")} of them trained`;
  return `${all.toLocaleString("en")} parameters${trained}`;
}

/** Says what of a pretrained model is used. */
function describePlan(from: string, { loaded, fresh, ignored }: LoadPlan): string {
  const left = ignored.size === 0
    ? ""
    : `; ${ignored.size} tensors left out (${[...new Set(ignored.values())].join("; ")})`;
  return `from: ${from}, ${loaded.size} tensors; new: ${fresh.join(", ")}${left}`;
}

/** Says what the data is and what in it deserves a look, before anything is trained on it. */
function describeData(
  dataset: Dataset,
  { tokenizer, config, train, eval: evaluation, test }: Prepared,
  log: Log,
  onProgress: (share: number) => void,
): DataReport {
  const splits = { train: dataset.train, eval: dataset.eval, ...(dataset.test && { test: dataset.test }) };
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
  const cut = train.truncated + evaluation.truncated + (test?.truncated ?? 0);
  if (cut > 0) {
    log.warn(
      `${cut} rows are longer than ${config.maxTokens} tokens and were cut; raise --max-length to keep all`,
    );
  }
  return report;
}

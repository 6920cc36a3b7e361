import {
  asFlags,
  type BeginPhase,
  buildIfWanted,
  datasetOf,
  findRun,
  type Interrupt,
  Interrupted,
  interruptiblePhases,
  type JudgedRun,
  type LocalCheckpoint,
  localCheckpoint,
  type Log,
  readData,
  readDataset,
  requireSameData,
  resumeCommand,
  runName,
  type StartedRun,
  trainBaselines,
  trainNgrams,
  warnOfOtherBackend,
  withoutNaN,
} from "@taxon/app-shared";
import { ModelFolder } from "@taxon/classifier";
import { scaleHead, targetScaleOf } from "@taxon/classifier/training";
import { selectBackend } from "@taxon/backend-auto";
import { addLora, EncoderClassifier, type LoadPlan, mergeLora } from "@taxon/model";
import { DeviceLostError, numel, useBackend } from "@taxon/tensor";
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
  const checkpoint = await findCheckpoint(run.flags, log, signal);
  const base = checkpoint && new ModelFolder(checkpoint.folder);
  const flags = { ...run.flags, from: checkpoint?.from };
  const known = run.tokenizer === undefined ? undefined : Tokenizer.fromJson(run.tokenizer);
  const prepared = prepare(dataset, flags, known, base, beginPhase);
  const rival = flags.compare === undefined ? undefined : await readRival(flags.compare, prepared);
  const groups = parameterGroups(flags, prepared.config);
  await buildIfWanted(flags.backend, log);
  const { threads, precision } = flags;
  const { backend: created, summary } = await selectBackend(flags.backend, { threads, precision });
  using backend = useBackend(created);
  const loaded = base?.load(fineTuningOptions(flags, dataset));
  using model = loaded?.model ?? new EncoderClassifier(prepared.config).initialize(flags.seed);
  const newHead = loaded === undefined || loaded.plan.fresh.includes("head.weight");
  if (prepared.config.problemType === "regression" && newHead) {
    scaleHead(model, targetScaleOf(prepared.train.targets));
  }
  if (flags.lora) addLora(model, { rank: flags.lora, alpha: flags.loraAlpha, seed: flags.seed });
  // What "auto" came to: it may come to another one when the run is resumed
  const chosen = { ...flags, backend: backend.name as TrainFlags["backend"] };
  warnOfOtherBackend(run, backend.name, log);
  const begun = await run.start(chosen, JSON.stringify(prepared.tokenizer.toJson()), read);
  if (loaded) log.note(describePlan(flags.from!, loaded.plan));
  const { layers, modelSize, heads, headDim, vocabSize } = prepared.config;
  log.note(
    `backend: ${summary}\n` +
      `model: ${layers} layers, ${modelSize} features, ${heads} heads of ${headDim}, ${vocabSize} tokens; ` +
      `${model.parameterCount().toLocaleString("en")} parameters${describeTrained(model, groups)}\n` +
      `seed: ${flags.seed}\nrun: ${begun.path}`,
  );
  if (begun.path !== begun.output) log.note(`it takes the place of ${begun.output} when it is finished`);
  const work = { begun, dataset, prepared, model, groups, rival, flags: chosen, log, interrupt, beginPhase };
  await trainToTheEnd(work).catch((error) => {
    throw withRemedy(error, work);
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

/** Says of a run that ends before it is finished how it goes on, and what became of the one that it was to replace. */
function withRemedy(error: unknown, { begun: { path, output }, flags, log }: Work): unknown {
  const command = resumeCommand("train", output, flags);
  if (error instanceof Interrupted) log.note(`Go on with: ${command}`);
  else if (path !== output) log.note(`${output} still holds what was there before`);
  if (!(error instanceof DeviceLostError)) return error;
  return new DeviceLostError(`${error.message}, from the last checkpoint: ${command}`, { cause: error });
}

/** Brings what --from names onto this machine; afterwards there is no network any more. */
async function findCheckpoint(
  { from, progress, quiet }: TrainFlags,
  log: Log,
  signal: AbortSignal,
): Promise<LocalCheckpoint | undefined> {
  try {
    return from === undefined
      ? undefined
      : await localCheckpoint(from, { log, signal, progress: progress && !quiet });
  } finally {
    await Deno.permissions.revoke({ name: "net" });
  }
}

/** Says how much of a model is trained, if not all of it. */
function describeTrained(model: EncoderClassifier, { trainable }: ParameterGroups): string {
  let count = 0;
  for (const [name, { shape }] of model.namedParameters()) if (trainable(name)) count += numel(shape);
  return count === model.parameterCount() ? "" : `, ${count.toLocaleString("en")} of them trained`;
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

import {
  type BeginPhase,
  cachedEncoders,
  call,
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
  UsageError,
  withoutNaN,
  withRemedy,
} from "@taxon/app-shared";
import { scaleHead, targetScaleOf } from "@taxon/classifier/training";
import { addLora, EncoderClassifier, type LoadPlan } from "@taxon/model";
import { numel } from "@taxon/tensor";
import { type Dataset, type Fold, stratifiedFolds } from "@taxon/data";
import { Tokenizer } from "@taxon/text";
import type { TrainFlags } from "./command.ts";
import { compareWith, readRival } from "./compare_with.ts";
import { describeData } from "./describe_data.ts";
import { measure } from "./measure.ts";
import { type ParameterGroups, parameterGroups } from "./parameter_groups.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { fineTuningOptions } from "./pretrained.ts";
import { requireMetric } from "./recipes/choose_recipe.ts";
import { asStarted, settleRecipe } from "./recipes/settle_recipe.ts";
import { trainRecipes } from "./recipes/train_recipes.ts";
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
  const run = await findRun(settleRecipe(written, given), given, runName(written));
  const { finished } = run;
  if (finished !== undefined) {
    return log.note(`${finished} is finished; serve it with:\n  ${call} serve --model ${finished}`);
  }
  const rows = await readDataset(run.flags, log);
  const read = readData(rows, run.flags);
  requireSameData(run, read, log);
  const dataset = await datasetOf(rows, run.flags, log);
  const { flags, base } = await pretrainedModel(asStarted(run.flags), log, signal);
  const chosen = await trainingBackend(run, flags, log);
  using _backend = chosen.backend;
  const known = run.tokenizer === undefined ? undefined : Tokenizer.fromJson(run.tokenizer);
  const prepared = prepare(dataset, flags, known, base, beginPhase);
  const rival = flags.compare === undefined ? undefined : await readRival(flags.compare, prepared);
  const folds = foldsOf(dataset, prepared, flags);
  requireMetric(flags.metric, dataset.problemType);
  const groups = parameterGroups(flags, prepared.config);
  const make = (targets: ArrayLike<number>) => {
    const loaded = base?.load(fineTuningOptions(flags, dataset));
    const model = loaded?.model ?? new EncoderClassifier(prepared.config).initialize(flags.seed);
    const newHead = loaded === undefined || loaded.plan.fresh.includes("head.weight");
    if (dataset.problemType === "regression" && newHead) scaleHead(model, targetScaleOf(targets));
    return { model, plan: loaded?.plan };
  };
  const { model, plan } = make(prepared.train.targets);
  using _model = model;
  if (flags.lora) addLora(model, { rank: flags.lora, alpha: flags.loraAlpha, seed: flags.seed });
  if (plan) log.note(describePlan(flags.from!, plan));
  const parameters = describeParameters(model, groups);
  const begun = await startTraining(run, { ...chosen, ...prepared, read, parameters }, log);
  const work = {
    begun,
    dataset,
    prepared,
    folds,
    model,
    fresh: (targets: ArrayLike<number>) => make(targets).model,
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

/** From so many rows on one split of them says enough. */
const MANY_ROWS = 1000;

/** All that a started run works with. */
interface Work {
  begun: StartedRun;
  dataset: Dataset;
  prepared: Prepared;
  /** Of the training rows. */
  folds: readonly Fold[];
  model: EncoderClassifier;
  /** Makes another one like it, which is to be trained on such targets. */
  fresh: (targets: ArrayLike<number>) => EncoderClassifier;
  groups: ParameterGroups;
  /** The run of `--compare`. */
  rival?: JudgedRun;
  flags: TrainFlags;
  log: Log;
  interrupt: Interrupt;
  beginPhase: BeginPhase;
}

async function trainToTheEnd(work: Work): Promise<void> {
  const { begun, dataset, prepared, folds, rival, flags, log, interrupt, beginPhase } = work;
  const { path: run, output } = begun;
  const data = describeData(dataset, prepared, log, beginPhase("Data check"));
  const started = performance.now();
  using models = new DisposableStack();
  const trained = await trainRecipes({ ...work, run }, models);
  const { state, encoderShare } = trained;
  const seconds = (performance.now() - started) / 1000;

  log.note("training the baselines on the same texts");
  const baselines = trainBaselines(prepared.config, prepared.train, prepared.eval, {
    seed: flags.seed,
    ...(prepared.eval === undefined && { folds }),
    onProgress: beginPhase("Baseline"),
  });
  const results = await measure(trained, prepared, baselines, beginPhase);
  interrupt.check(); // a run that was told to stop leaves no results: --resume makes them
  const values = await writeResults(run, {
    model: trained.model,
    encoderShare,
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
  else {
    printResults(results, { flags, state, encoderShare }, comparison, log);
    if (flags.from === undefined && flags.recipe === "auto") await describeCached(log);
  }
  log.note(
    `\nTrained in ${seconds.toFixed(0)} s. Everything is in ${output}\n` +
      `Serve it with:\n  ${call} serve --model ${output}`,
  );
}

/** Says what is on this machine that was not tried. */
async function describeCached(log: Log): Promise<void> {
  const [first, ...others] = await cachedEncoders();
  if (first === undefined) return;
  const more = others.length === 0
    ? ""
    : ` (as ${others.length === 1 ? "is" : "are"} ${others.slice(0, 3).join(", ")})`;
  log.report(
    `${first} is in the cache of the Hugging Face Hub${more}. With --from ${first} a linear model on its vectors ` +
      `and the model itself, fine-tuned, are compared too; on few rows they are usually far better (docs/training.md).`,
  );
}

/**
 * Folds of the training rows. Beside an evaluation split only strengths of penalties are chosen by them, for which one of
 * the folds is enough where there are many rows.
 */
function foldsOf(
  { problemType, train }: Dataset,
  { eval: evaluation }: Prepared,
  { seed }: TrainFlags,
): Fold[] {
  const folds = stratifiedFolds(train, { problemType, seed });
  if (folds.length === 0 && evaluation === undefined) {
    throw new UsageError(
      `Cannot judge a model on ${train.length} rows: no label has two different texts; give more rows, or others ` +
        `with --eval`,
    );
  }
  return evaluation && train.length >= MANY_ROWS ? folds.slice(0, 1) : folds;
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

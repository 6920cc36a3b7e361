import {
  architectureOf,
  call,
  findRun,
  type Interrupt,
  Interrupted,
  interruptiblePhases,
  learnVocabulary,
  type Log,
  pretrainedModel,
  Progress,
  refuseArchitecture,
  requireSameData,
  runName,
  startTraining,
  tokenizerConfig,
  trainingBackend,
  UsageError,
  withRemedy,
  writeFileAtomic,
} from "@taxon/app-shared";
import {
  EncoderClassifier,
  encoderConfig,
  type LoadOptions,
  MaskedLanguageModel,
  saveEncoder,
} from "@taxon/model";
import { Tokenizer } from "@taxon/text";
import { learningRateAt, refuseNonFiniteParameters, Trainer } from "@taxon/train";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import type { PretrainFlags } from "./command.ts";
import { perplexity, pretrainingTask } from "./task.ts";
import { readSplits, sequencesOf } from "./texts.ts";

/** Rate at which a pretrained model goes on. */
const GO_ON_RATE = 5e-5;

/**
 * Pretrains an encoder from flags to a folder that `train --from` takes.
 *
 * @param given Names of the flags that were not left to their defaults.
 */
export async function pretrain(
  written: PretrainFlags,
  given: ReadonlySet<string>,
  log: Log,
  interrupt: Interrupt,
): Promise<void> {
  const run = await findRun(withDefaults(written, given), given, `${runName(written)}-pretrained`);
  if (run.finished !== undefined) return log.note(`${run.finished} is finished`);
  const splits = await readSplits(run.flags, log);
  const read = { train: { file: run.flags.train, rows: splits.all } };
  requireSameData(run, read, log);
  const { flags, base } = await pretrainedModel(run.flags, log, interrupt.signal);
  const beginPhase = interruptiblePhases(interrupt, written);
  const { vocabSize, lowercase } = flags;
  const tokenizer = run.tokenizer !== undefined ? Tokenizer.fromJson(run.tokenizer) : base?.tokenizer ??
    learnVocabulary(
      splits.train.map((text) => ({ text })),
      { vocabSize, lowercase },
      beginPhase("Vocabulary"),
    );
  const maskId = tokenizer.tokenToId("[MASK]") ?? tokenizer.tokenToId("<mask>");
  if (maskId === undefined) throw new Error(`Cannot pretrain ${flags.from}: its tokenizer has no mask token`);

  const chosen = await trainingBackend(run, flags, log);
  using _backend = chosen.backend;
  using model = base?.load(loadOptions(flags)).model ?? freshModel(flags, tokenizer);
  using mlm = new MaskedLanguageModel(model.base);
  mlm.initialize(flags.seed, [...mlm.namedParameters().keys()].filter((name) => !name.startsWith("base.")));
  const masking = { maskId, vocabSize: tokenizer.vocabSize };
  const [train, held] = [splits.train, splits.eval].map((texts) => {
    const onProgress = beginPhase("Tokens");
    const sequences = sequencesOf(tokenizer, texts, model.config.maxTokens, onProgress);
    onProgress(1);
    return sequences;
  });
  if (train.length === 0 || held.length === 0) {
    throw new UsageError(`Cannot pretrain on ${flags.train}: no words in it`);
  }
  using trainer = createTrainer(pretrainingTask(mlm, train, masking), flags);
  const { config } = model;
  const parameters = `${mlm.parameterCount().toLocaleString("en")} parameters`;
  const begun = await startTraining(run, { ...chosen, tokenizer, read, config, parameters }, log);
  log.note(`texts: ${splits.train.length} in ${train.length} sequences, ${splits.eval.length} held out`);
  const evaluate = () => perplexity(mlm, held, masking, () => interrupt.check());
  try {
    const history = await fit({ run: begun.path, mlm, trainer, evaluate, flags, log, interrupt });
    const results = { eval_perplexity: history.at(-1)!.eval_perplexity, steps: trainer.totalSteps };
    await writeModel(begun.path, model, tokenizer, history, results);
    await begun.finish();
    if (flags.json) log.result(JSON.stringify({ run: begun.output, ...results }));
    else log.report(`perplexity of held-out texts: ${results.eval_perplexity.toFixed(1)}`);
    log.note(`Train a classifier on it with:\n  ${call} train --from ${begun.output} --train FILE`);
  } catch (error) {
    throw withRemedy(error, "pretrain", begun, chosen.flags, log);
  }
}

/** What a fit works with. */
interface FitContext {
  /** Folder of the run. */
  run: string;
  mlm: MaskedLanguageModel;
  trainer: Trainer;
  /** Perplexity of the texts held out. */
  evaluate: () => Promise<number>;
  flags: PretrainFlags;
  log: Log;
  interrupt: Interrupt;
}

/** Trains to the end, going on from the latest checkpoint if there is one; evaluates and saves after each epoch. */
async function fit({ run, mlm, trainer, evaluate, flags, log, interrupt }: FitContext) {
  const history = await loadCheckpoint(run, mlm, trainer);
  const save = () => saveCheckpoint(run, mlm, trainer, history);
  /** Judges the model at the end of an epoch, unless it was judged before. */
  const endEpoch = async () => {
    const { step, loss, eval_perplexity } = history.at(-1) ?? {};
    if (step === undefined || step % trainer.stepsPerEpoch !== 0 || eval_perplexity !== undefined) return;
    const value = history.at(-1)!.eval_perplexity = await evaluate();
    log.note(
      `epoch ${step / trainer.stepsPerEpoch}/${flags.epochs}: loss ${loss.toFixed(4)}, ` +
        `perplexity of held-out texts ${value.toFixed(1)}`,
    );
  };
  let bar: Progress | undefined;
  try {
    await endEpoch(); // the run may have been stopped meanwhile
    bar = progressOf(trainer, flags);
    for await (const { step, epoch, loss, learningRate, epochEnd } of trainer.run()) {
      history.push({ step, epoch: Number(epoch.toFixed(4)), loss, learning_rate: learningRate });
      bar?.update((step - 1) % trainer.stepsPerEpoch + 1, { loss: loss.toFixed(4) });
      if (!epochEnd && !interrupt.requested) continue;
      await refuseNonFiniteParameters(step, trainer.task.parameters);
      interrupt.check();
      await endEpoch();
      await save();
      bar = progressOf(trainer, flags);
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    bar?.clear();
    await save();
    log.note(`Saved ${run}/checkpoint-${trainer.optimizer.steps}`);
    throw error;
  }
  return history;
}

function withDefaults(flags: PretrainFlags, given: ReadonlySet<string>): PretrainFlags {
  if (flags.from === undefined) return flags;
  refuseArchitecture(given, flags.from);
  return given.has("lr") ? flags : { ...flags, lr: GO_ON_RATE };
}

function loadOptions({ seed, maxLength, dropout }: PretrainFlags): LoadOptions {
  return {
    newHead: { labels: ["0", "1"], problemType: "single_label_classification", seed }, // is not used
    maxTokens: maxLength,
    settings: { dropout, attentionDropout: dropout },
  };
}

/** The encoder that `train` makes from nothing, at another size. */
function freshModel(flags: PretrainFlags, { vocabSize }: Tokenizer): EncoderClassifier {
  const { maxLength: maxTokens, dropout, seed } = flags;
  return new EncoderClassifier(encoderConfig({ ...architectureOf(flags), vocabSize, maxTokens, dropout }))
    .initialize(seed);
}

function createTrainer(task: Trainer["task"], flags: PretrainFlags): Trainer {
  const totalSteps = Math.ceil(task.examples / flags.batchSize) * flags.epochs;
  const warmupSteps = Math.round(flags.warmup * totalSteps);
  const schedule = { schedule: "linear", learningRate: flags.lr, warmupSteps, totalSteps } as const;
  return new Trainer(task, {
    seed: flags.seed,
    epochs: flags.epochs,
    batchSize: flags.batchSize,
    microBatchSize: Math.ceil(flags.batchSize / flags.gradAccum),
    learningRate: (step) => learningRateAt(step, schedule),
    weightDecay: flags.weightDecay,
  });
}

/** Writes what `train --from` takes; `all_results.json` comes last and marks the run as finished. */
async function writeModel(
  path: string,
  model: EncoderClassifier,
  tokenizer: Tokenizer,
  history: readonly Record<string, number>[],
  results: Record<string, number>,
): Promise<void> {
  const { config, weights } = await saveEncoder(model);
  const json = (value: unknown) => JSON.stringify(value, null, 2) + "\n";
  await writeFileAtomic(`${path}/config.json`, config);
  await writeFileAtomic(`${path}/model.safetensors`, weights);
  await writeFileAtomic(`${path}/tokenizer_config.json`, json(tokenizerConfig(tokenizer, model.config)));
  await writeFileAtomic(
    `${path}/metrics.jsonl`,
    history.map((entry) => JSON.stringify(entry) + "\n").join(""),
  );
  await writeFileAtomic(`${path}/all_results.json`, json(results));
}

function progressOf({ optimizer, stepsPerEpoch }: Trainer, flags: PretrainFlags): Progress | undefined {
  if (flags.quiet || !flags.progress) return undefined;
  const epoch = Math.floor(optimizer.steps / stepsPerEpoch) + 1;
  return new Progress({ label: `Epoch ${epoch}/${flags.epochs}`, total: stepsPerEpoch });
}

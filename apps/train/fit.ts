import {
  type Interrupt,
  Interrupted,
  latestCheckpoint,
  type Log,
  Progress,
  pruneCheckpoints,
} from "@taxon/app-shared";
import { scoreRows } from "@taxon/classifier";
import { judge, primaryMetric } from "@taxon/classifier/training";
import type { EncoderClassifier } from "@taxon/model";
import {
  refuseNonFiniteLogits,
  refuseNonFiniteParameters,
  type StepReport,
  type Trainer,
} from "@taxon/train";
import { initialState, loadCheckpoint, restoreWeights, type RunState, saveCheckpoint } from "./checkpoint.ts";
import type { TrainFlags } from "./command.ts";
import { writeLogFiles } from "./log_files.ts";
import type { Prepared } from "./prepare.ts";

/** What a fit works with. */
export interface FitContext {
  /** Folder of the run. */
  run: string;
  model: EncoderClassifier;
  trainer: Trainer;
  /** Logits of the evaluation split, with the weights of the moment; absent where there is no such split. */
  evalLogits?: (onBatch: () => void) => Promise<Float32Array>;
  prepared: Prepared;
  flags: TrainFlags;
  log: Log;
  /** Its reason is thrown after a checkpoint was saved. */
  interrupt: Interrupt;
}

/** Without an evaluation split the end of an epoch is nothing special: so long may pass until the next checkpoint. */
const SAVE_EVERY_MS = 60_000;

/**
 * Trains to the end, going on from the latest checkpoint if there is one; evaluates and saves after each epoch.
 * Afterwards the model holds the weights of the best epoch, or of the last if that is wanted or there is no evaluation
 * split, without which it is saved every minute.
 */
export async function fit(context: FitContext): Promise<RunState> {
  const { run, model, trainer, flags, interrupt } = context;
  let state = await restore(context);
  let savedAt = performance.now();
  if (lacksEvaluation(context, state, trainer)) state = await endEpoch(context, state);
  let bar = progressOf(context);
  if (!state.stopped_early) {
    for await (const report of trainer.run()) {
      state = logged(state, report, {
        loss: report.loss,
        learning_rate: report.learningRate,
        grad_norm: report.gradNorm,
      });
      const inEpoch = (report.step - 1) % trainer.stepsPerEpoch + 1;
      bar?.update(inEpoch, { loss: report.loss.toFixed(4), lr: report.learningRate.toExponential(1) });
      const evaluates = report.epochEnd &&
        (context.evalLogits !== undefined || report.step === trainer.totalSteps);
      const saves = evaluates || interrupt.requested ||
        (flags.saveSteps > 0 && report.step % flags.saveSteps === 0) ||
        (context.evalLogits === undefined && performance.now() - savedAt > SAVE_EVERY_MS);
      if (saves) await refuseNonFiniteParameters(report.step, trainer.task.parameters);
      if (saves) savedAt = performance.now();
      if (evaluates) {
        state = await endEpoch(context, state);
        bar = progressOf(context);
      } else if (saves) {
        await save(context, state);
      }
      if (report.epochEnd && !evaluates) bar = progressOf(context);
      if (saves && interrupt.requested) {
        bar?.clear();
        endSaved(context, state);
      }
      if (state.stopped_early) break;
    }
  }
  await restoreWeights(`${run}/${state.best_model_checkpoint}`, model, trainer);
  return state;
}

/** Whether the run was stopped while the evaluation split was judged at the end of an epoch. */
function lacksEvaluation(
  { evalLogits }: FitContext,
  { global_step, log_history }: RunState,
  { stepsPerEpoch, totalSteps }: Trainer,
): boolean {
  if (evalLogits === undefined && global_step < totalSteps) return false;
  return global_step > 0 && global_step % stepsPerEpoch === 0 && log_history.at(-1)!.loss !== undefined;
}

/** Ends a run that was interrupted and is saved. */
function endSaved({ run, log, interrupt }: FitContext, { global_step }: RunState): void {
  log.note(`Saved ${run}/checkpoint-${global_step}`);
  interrupt.check();
}

async function restore({ run, model, trainer, flags, log }: FitContext): Promise<RunState> {
  const checkpoint = await latestCheckpoint(run);
  if (checkpoint === undefined) return initialState();
  const state = await loadCheckpoint(`${run}/${checkpoint}`, model, trainer);
  await writeLogFiles(run, state, flags); // the process may have been killed between the checkpoint and these files
  log.note(`going on from ${run}/${checkpoint}, step ${state.global_step} of ${trainer.totalSteps}`);
  return state;
}

/** Logits of the evaluation split; a run that is interrupted meanwhile is saved as it was before. */
async function evaluated(
  context: FitContext,
  evalLogits: NonNullable<FitContext["evalLogits"]>,
  state: RunState,
): Promise<Float32Array> {
  try {
    return await evalLogits(() => context.interrupt.check());
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    await save(context, state);
    endSaved(context, state);
    throw error;
  }
}

/** Judges the model on the evaluation split, if there is one, remembers whether it is the best so far, and saves. */
async function endEpoch(context: FitContext, before: RunState): Promise<RunState> {
  const { model, flags, log, trainer } = context;
  const [step, loss] = [before.global_step, before.log_history.at(-1)!.loss];
  const values = await evalValues(context, before);
  const metric = primaryMetric(model.config.problemType);
  const value: number | undefined = values?.[metric]; // constant predictions have no correlation
  const better = flags.keep === "last" || values === undefined ||
    before.best_model_checkpoint === undefined ||
    (value !== undefined && value > (before.best_metric ?? -Infinity));
  let state = values === undefined ? before : logged(
    before,
    { step, epoch: before.epoch },
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`eval_${name}`, value])),
  );
  state = better
    ? {
      ...state,
      best_metric: value,
      best_global_step: step,
      best_model_checkpoint: `checkpoint-${step}`,
      epochs_without_gain: 0,
    }
    : { ...state, epochs_without_gain: state.epochs_without_gain + 1 };
  state.stopped_early = flags.patience > 0 && state.epochs_without_gain >= flags.patience;
  const epoch = `${Math.round(before.epoch)}/${flags.epochs}`;
  const evaluated = values &&
    `, eval ${metric} ${value?.toFixed(4) ?? "undefined"}${better ? ` (${flags.keep})` : ""}`;
  log.note(`epoch ${epoch}: loss ${loss.toFixed(4)}${evaluated ?? ""}`);
  if (state.stopped_early && step < trainer.totalSteps) {
    log.note(`stopped early: no gain for ${flags.patience} epochs`);
  }
  await save(context, state);
  return state;
}

async function evalValues(context: FitContext, state: RunState): Promise<Record<string, number> | undefined> {
  const { model, prepared, trainer, evalLogits } = context;
  if (evalLogits === undefined) return undefined;
  const logits = await evaluated(context, evalLogits, state);
  await refuseNonFiniteLogits(state.global_step, logits, trainer.task.parameters);
  return judge(model.config, scoreRows(logits, model.config), prepared.eval!.targets).values;
}

async function save({ run, model, trainer, prepared, flags }: FitContext, state: RunState): Promise<void> {
  await saveCheckpoint(run, model, trainer, state, prepared.tokenizer);
  await writeLogFiles(run, state, flags);
  await pruneCheckpoints(run, flags.saveTotalLimit, state.best_model_checkpoint);
}

function logged(
  state: RunState,
  { step, epoch }: Pick<StepReport, "step" | "epoch">,
  entry: Record<string, number>,
): RunState {
  state.log_history.push({ step, epoch: Number(epoch.toFixed(4)), ...entry });
  return { ...state, global_step: step, epoch };
}

function progressOf({ flags, trainer }: FitContext): Progress | undefined {
  if (flags.quiet || !flags.progress) return undefined;
  const epoch = Math.floor(trainer.optimizer.steps / trainer.stepsPerEpoch) + 1;
  return new Progress({ label: `Epoch ${epoch}/${flags.epochs}`, total: trainer.stepsPerEpoch });
}

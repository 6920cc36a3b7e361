import {
  judge,
  latestCheckpoint,
  type Log,
  primaryMetric,
  Progress,
  pruneCheckpoints,
  scoreRows,
} from "@taxon/app-shared";
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
  /** Logits of the evaluation split, with the weights of the moment. */
  evalLogits: () => Promise<Float32Array>;
  prepared: Prepared;
  flags: TrainFlags;
  log: Log;
  /** Aborts on Ctrl-C or SIGTERM; its reason is thrown after a checkpoint was saved. */
  signal: AbortSignal;
}

/**
 * Trains to the end, going on from the latest checkpoint if there is one; evaluates and saves after each epoch.
 * Afterwards the model holds the weights of the best epoch, or of the last if that is wanted.
 */
export async function fit(context: FitContext): Promise<RunState> {
  const { run, model, trainer, flags, log, signal } = context;
  let state = await restore(context);
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
      const saves = report.epochEnd || signal.aborted ||
        (flags.saveSteps > 0 && report.step % flags.saveSteps === 0);
      if (saves) await refuseNonFiniteParameters(report.step, trainer.task.parameters);
      if (report.epochEnd) {
        state = await endEpoch(context, state, report);
        bar = progressOf(context);
      } else if (saves) {
        await save(context, state);
      }
      if (signal.aborted) {
        bar?.clear();
        log.note(
          `Saved ${run}/checkpoint-${report.step}; go on with: deno task train --output ${run} --resume`,
        );
        throw signal.reason;
      }
      if (state.stopped_early) break;
    }
  }
  await restoreWeights(`${run}/${state.best_model_checkpoint}`, model, trainer);
  return state;
}

async function restore({ run, model, trainer, flags, log }: FitContext): Promise<RunState> {
  const checkpoint = await latestCheckpoint(run);
  if (checkpoint === undefined) return initialState();
  const state = await loadCheckpoint(`${run}/${checkpoint}`, model, trainer);
  await writeLogFiles(run, state, flags); // the process may have been killed between the checkpoint and these files
  log.note(`going on from ${run}/${checkpoint}, step ${state.global_step} of ${trainer.totalSteps}`);
  return state;
}

/** Judges the model on the evaluation split, remembers whether it is the best so far, and saves. */
async function endEpoch(context: FitContext, before: RunState, report: StepReport): Promise<RunState> {
  const { model, prepared, flags, log, trainer, evalLogits } = context;
  const { config } = model;
  const logits = await evalLogits();
  await refuseNonFiniteLogits(report.step, logits, trainer.task.parameters);
  const scores = scoreRows(logits, config);
  const { values } = judge(config, scores, prepared.eval.targets);
  const metric = primaryMetric(config.problemType);
  const value: number | undefined = values[metric]; // constant predictions have no correlation
  const better = flags.keep === "last" || before.best_model_checkpoint === undefined ||
    (value !== undefined && value > (before.best_metric ?? -Infinity));
  let state = logged(
    before,
    report,
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`eval_${name}`, value])),
  );
  state = better
    ? {
      ...state,
      best_metric: value,
      best_global_step: report.step,
      best_model_checkpoint: `checkpoint-${report.step}`,
      epochs_without_gain: 0,
    }
    : { ...state, epochs_without_gain: state.epochs_without_gain + 1 };
  state.stopped_early = flags.patience > 0 && state.epochs_without_gain >= flags.patience;
  const epoch = `${Math.round(report.epoch)}/${flags.epochs}`;
  log.note(
    `epoch ${epoch}: loss ${report.loss.toFixed(4)}, eval ${metric} ${value?.toFixed(4) ?? "undefined"}${
      better ? ` (${flags.keep})` : ""
    }`,
  );
  if (state.stopped_early && report.step < trainer.totalSteps) {
    log.note(`stopped early: no gain for ${flags.patience} epochs`);
  }
  await save(context, state);
  return state;
}

async function save({ run, model, trainer, prepared, flags }: FitContext, state: RunState): Promise<void> {
  await saveCheckpoint(run, model, trainer, state, prepared.tokenizer);
  await writeLogFiles(run, state, flags);
  await pruneCheckpoints(run, flags.saveTotalLimit, state.best_model_checkpoint);
}

function logged(state: RunState, { step, epoch }: StepReport, entry: Record<string, number>): RunState {
  state.log_history.push({ step, epoch: Number(epoch.toFixed(4)), ...entry });
  return { ...state, global_step: step, epoch };
}

function progressOf({ flags, trainer }: FitContext): Progress | undefined {
  if (flags.quiet || !flags.progress) return undefined;
  const epoch = Math.floor(trainer.optimizer.steps / trainer.stepsPerEpoch) + 1;
  return new Progress({ label: `Epoch ${epoch}/${flags.epochs}`, total: trainer.stepsPerEpoch });
}

/**
 * What all commands share: flags, help, exit codes, progress, and files that appear whole or not at all.
 *
 * @module
 */
export { compareRuns, decidingMetric, type RunComparison, withoutNaN } from "./compare_runs/compare_runs.ts";
export { alignColumns } from "./columns.ts";
export { describeComparison, describeFlips, describeLabels } from "./compare_runs/describe_comparison.ts";
export { type JudgedRun, readJudgedRun } from "./compare_runs/judged_run.ts";
export { requireSameLabels, requireSameRows } from "./compare_runs/same_rows.ts";
export { architectureFlags, architectureOf, refuseArchitecture, settingFlags } from "./architecture_flags.ts";
export { buildIfWanted } from "./build_if_wanted.ts";
export { computeFlags, jsonFlag, outputFlags, trainingComputeFlags } from "./common_flags.ts";
export {
  type Command,
  defineCommand,
  type Flag,
  flagName,
  type Flags,
  type FlagValues,
  inGroup,
} from "./command.ts";
export {
  createOutputFolder,
  createRunFolder,
  largestRunNumber,
  readIfPresent,
  removeAtomic,
  writeFileAtomic,
  writeFolderAtomic,
} from "./files.ts";
export { type ParsedArguments, parseFlags, UsageError } from "./flags.ts";
export { cachedEncoders } from "./hub/cached_encoders.ts";
export {
  type LocalCheckpoint,
  localCheckpoint,
  type LocalCheckpointOptions,
} from "./hub/local_checkpoint.ts";
export { call, CALL_VARIABLE } from "./call.ts";
export { denoFlags } from "./deno_flags.ts";
export { helpText, twoColumns } from "./help.ts";
export { type Interrupt, Interrupted, watchInterrupt } from "./interrupt.ts";
export { createLog, type Log, printError } from "./log.ts";
export { type BeginPhase, interruptiblePhases } from "./phases.ts";
export { Progress, type ProgressFields, type ProgressOptions } from "./progress.ts";
export { describeError, runMain } from "./run_main.ts";
export { terminalColumns } from "./terminal.ts";
export { cutEnd, cutMiddle, pad, textWidth } from "./text_width.ts";
export { suggest } from "@taxon/data";
export { version } from "./version.ts";
export { visibleLine } from "./visible.ts";
export { type OpenClassifier, openClassifier, type OpenOptions } from "./classifier.ts";
export {
  asFlags,
  dataFlags,
  type DataFlagValues,
  fileFlags,
  inFlags,
  parseOptions,
  readBytes,
  readRows,
  reasonOf,
} from "./data_files.ts";
export { type BaselineResults, type BaselineRows, type Baselines, trainBaselines } from "./baselines.ts";
export { calibrate } from "./calibrate.ts";
export { pickRows } from "./pick_rows.ts";
export { confusionTable } from "./confusion_table.ts";
export { comparison, describeSplit, digitsOf, type JudgedSplit, verdict } from "./comparison.ts";
export { columnFlag, columnNames } from "./column_names.ts";
export { type Cell, delimitedText, type DelimitedTextOptions } from "./delimited_text.ts";
export { columnsOf, describeRemembered, JOINER } from "./data_columns.ts";
export { type DatasetFlags, datasetOf, loadDataset, readDataset, readSplit, runName } from "./dataset.ts";
export { type ReadData, readData } from "./data_fingerprint.ts";
export { predictionsCsv } from "./predictions_csv.ts";
export { tokenizerConfig } from "./tokenizer_config.ts";
export { findRun, perCallFlags, type Run, type RunFlags, type StartedRun } from "./run_folder.ts";
export { requireSameData } from "./resume_checks.ts";
export { readTrainerState, type TrainerState } from "./trainer_state.ts";
export {
  learnVocabulary,
  pretrainedModel,
  startTraining,
  trainingBackend,
  withRemedy,
} from "./training_setup.ts";
export { latestCheckpoint, pruneCheckpoints } from "./run_checkpoints.ts";
export { wrap } from "./wrap.ts";

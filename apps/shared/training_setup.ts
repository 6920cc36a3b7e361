import { selectBackend } from "@taxon/backend-auto";
import { ModelFolder } from "@taxon/classifier";
import type { EncoderConfig } from "@taxon/model";
import { type Backend, DeviceLostError, useBackend } from "@taxon/tensor";
import { type Tokenizer, trainWordPiece, type WordPieceTrainerOptions } from "@taxon/text";
import { buildIfWanted } from "./build_if_wanted.ts";
import type { ReadData } from "./data_fingerprint.ts";
import { localCheckpoint } from "./hub/local_checkpoint.ts";
import { Interrupted } from "./interrupt.ts";
import type { Log } from "./log.ts";
import { warnOfOtherBackend } from "./resume_checks.ts";
import { resumeCommand } from "./resume_command.ts";
import type { Run, RunFlags, StartedRun } from "./run_folder.ts";

/** Flags of every command that trains. */
export interface TrainingFlags extends RunFlags {
  seed: number;
  threads?: number;
  precision: "f32" | "bf16";
  quiet: boolean;
  progress: boolean;
}

/**
 * Brings the model of `--from` onto this machine; afterwards there is no network any more.
 *
 * @returns The flags, with what means the same files for good, and the model's folder, if there is one.
 */
export async function pretrainedModel<F extends TrainingFlags>(
  flags: F,
  log: Log,
  signal: AbortSignal,
): Promise<{ flags: F; base?: ModelFolder }> {
  const { from, progress, quiet } = flags;
  try {
    if (from === undefined) return { flags };
    const checkpoint = await localCheckpoint(from, { log, signal, progress: progress && !quiet });
    return { flags: { ...flags, from: checkpoint.from }, base: new ModelFolder(checkpoint.folder) };
  } finally {
    await Deno.permissions.revoke({ name: "net" });
  }
}

/** Learns a vocabulary of texts, first telling how many of them are counted, then how much is learnt. */
export function learnVocabulary(
  texts: readonly { text: string; textPair?: string }[],
  options: WordPieceTrainerOptions,
  onProgress: (share: number) => void,
): Tokenizer {
  function* counted() {
    for (const [i, { text, textPair }] of texts.entries()) {
      onProgress(i / texts.length / 2);
      yield text;
      if (textPair !== undefined) yield textPair;
    }
  }
  const tokenizer = trainWordPiece(counted(), {
    ...options,
    onProgress: (share) => onProgress((1 + share) / 2),
  });
  onProgress(1);
  return tokenizer;
}

/** The backend that a run is computed on, in use. */
export interface TrainingBackend<F> {
  backend: Backend;
  /** How it was chosen, in words. */
  summary: string;
  /** The flags, with what "auto" came to: it may come to another one when the run is resumed. */
  flags: F;
}

/** Chooses the backend of a run, and warns if it went on elsewhere so far. */
export async function trainingBackend<F extends TrainingFlags>(
  run: Run<F>,
  flags: F,
  log: Log,
): Promise<TrainingBackend<F>> {
  await buildIfWanted(flags.backend, log);
  const { threads, precision } = flags;
  const { backend, summary } = await selectBackend(flags.backend, { threads, precision });
  warnOfOtherBackend(run, backend.name, log);
  return {
    backend: useBackend(backend),
    summary,
    flags: { ...flags, backend: backend.name as F["backend"] },
  };
}

/** What is told of a run when it starts. */
export interface TrainingStart<F> extends Pick<TrainingBackend<F>, "flags" | "summary"> {
  tokenizer: Tokenizer;
  read: ReadData;
  config: EncoderConfig;
  /** How many there are, and how many of them are trained. */
  parameters: string;
}

/** Makes the folder of a run, and says what is trained in it and where. */
export async function startTraining<F extends TrainingFlags>(
  run: Run<F>,
  { flags, summary, tokenizer, read, config, parameters }: TrainingStart<F>,
  log: Log,
): Promise<StartedRun> {
  const begun = await run.start(flags, JSON.stringify(tokenizer.toJson()), read);
  const { layers, modelSize, heads, headDim, vocabSize } = config;
  log.note(
    `backend: ${summary}\n` +
      `model: ${layers} layers, ${modelSize} features, ${heads} heads of ${headDim}, ${vocabSize} tokens; ` +
      `${parameters}\nseed: ${flags.seed}\nrun: ${begun.path}`,
  );
  if (begun.path !== begun.output) log.note(`it takes the place of ${begun.output} when it is finished`);
  return begun;
}

/** Says of a run that ends before it is finished how it goes on, and what became of the one that it was to replace. */
export function withRemedy<F extends TrainingFlags>(
  error: unknown,
  task: "train" | "pretrain",
  { path, output }: StartedRun,
  flags: F,
  log: Log,
): unknown {
  const command = resumeCommand(task, output, flags);
  if (error instanceof Interrupted) log.note(`Go on with: ${command}`);
  else if (path !== output) log.note(`${output} still holds what was there before`);
  if (!(error instanceof DeviceLostError)) return error;
  return new DeviceLostError(`${error.message}, from the last checkpoint: ${command}`, { cause: error });
}

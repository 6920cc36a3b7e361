import { architectureFlags, flagName, refuseArchitecture, UsageError } from "@taxon/app-shared";
import type { TrainFlags } from "../command.ts";
import { fineTuningFlags } from "../fine_tuning_flags.ts";

/** A way to make a classifier of labelled texts. */
export type RecipeName = "linear" | "frozen" | "fine-tune" | "scratch";

/** Those that start from a pretrained model. */
const FROM_PRETRAINED: ReadonlySet<string> = new Set(["frozen", "fine-tune"]);

/** Flags that say how an encoder is trained in steps: only such recipes know them. */
const TRAINING = [
  "dropout",
  "tokenDropout",
  "epochs",
  "batchSize",
  "lr",
  "schedule",
  "warmup",
  "weightDecay",
  "maxGradNorm",
  "labelSmoothing",
  "patience",
  "keep",
] as const;

/** Flags that describe an encoder made from nothing, and its vocabulary. */
const FROM_NOTHING = ["vocabulary", "vocabSize", "lowercase", ...Object.keys(architectureFlags)];

/** Flags about a pretrained model. */
const FINE_TUNING_ONLY = Object.keys(fineTuningFlags);

/** What flags that are not written mean where a pretrained model is trained by hand; Devlin et al. 2019, appendix A.3. */
const BY_HAND = {
  lr: 5e-5,
  epochs: 3,
  dropout: 0.1,
  tokenDropout: 0,
  labelSmoothing: 0,
  ngrams: false,
  pooling: undefined, // as the model says
} as const;

/** What else they mean where the encoder is frozen: a linear model needs larger and more steps, which cost little. */
const HEAD_ALONE = { lr: 5e-3, epochs: 20 } as const;

/** The same for updates of low rank, which start at zero. */
const LOW_RANK = { lr: 1e-3 } as const;

/** Share of the training rows that is carved off to evaluate on. */
export const EVAL_FRACTION = 0.1;

/**
 * The flags of a call, with what those mean that were not written: the recipe, where one of them fits only one, and the
 * defaults of fine-tuning. A recipe that is set up by hand, flag by flag, is trained as it was before there were others,
 * on a split of the rows.
 *
 * @param given Names of the flags that were written.
 * @throws {UsageError} If two of them contradict each other.
 */
export function settleRecipe(flags: TrainFlags, given: ReadonlySet<string>): TrainFlags {
  const { from, recipe } = flags;
  const written = (names: readonly string[]) => names.find((name) => given.has(name));
  const foreign = from === undefined ? written(FINE_TUNING_ONLY) : undefined;
  if (foreign !== undefined) {
    throw new UsageError(
      `Cannot use --${flagName(foreign)} without --from: it says how a pretrained model is trained`,
    );
  }
  if (from !== undefined) refuseArchitecture(given, from);
  if (FROM_PRETRAINED.has(recipe) && from === undefined) {
    throw new UsageError(
      `Cannot use --recipe ${recipe} without --from: it starts from a pretrained model; name one, such as ` +
        `--from sentence-transformers/all-MiniLM-L6-v2`,
    );
  }
  if (recipe === "scratch" && from !== undefined) {
    throw new UsageError("Cannot use --recipe scratch with --from: choose one");
  }
  if (recipe === "linear" && from !== undefined) {
    throw new UsageError("Cannot use --recipe linear with --from: it has no encoder; leave one out");
  }
  if (recipe === "linear" && !flags.ngrams) {
    throw new UsageError("Cannot use --recipe linear with --no-ngrams: n-grams are all that it has");
  }
  const onlyOne = written([...TRAINING, ...FINE_TUNING_ONLY]) ??
    (from === undefined ? written(FROM_NOTHING) : undefined);
  if ((recipe === "linear" || recipe === "frozen") && onlyOne !== undefined) {
    throw new UsageError(
      `Cannot use --${
        flagName(onlyOne)
      } with --recipe ${recipe}: it trains no encoder; leave one of the two out`,
    );
  }
  refuseTokenDropout(flags, given);
  const own = from === undefined ? "scratch" : "fine-tune";
  if (onlyOne !== undefined) return byHand(flags, given, own);
  const alone = from === undefined && !flags.ngrams; // nothing else is left
  return {
    ...flags,
    recipe: recipe === "auto" && alone ? own : recipe,
    ...(from !== undefined && {
      pooling: given.has("pooling") ? flags.pooling : BY_HAND.pooling,
      dropout: BY_HAND.dropout,
    }),
  };
}

function byHand(flags: TrainFlags, given: ReadonlySet<string>, recipe: RecipeName): TrainFlags {
  const defaults = flags.from === undefined ? {} : {
    ...BY_HAND,
    ...(flags.trainLayers === 0 ? HEAD_ALONE : {}),
    ...(flags.lora !== undefined ? LOW_RANK : {}),
  };
  const unwritten = Object.entries({ ...defaults, evalFraction: EVAL_FRACTION })
    .filter(([name]) => !given.has(name));
  return { ...flags, ...Object.fromEntries(unwritten), recipe, byHand: true };
}

function refuseTokenDropout(flags: TrainFlags, given: ReadonlySet<string>): void {
  if (flags.trainLayers !== 0 || !given.has("tokenDropout") || flags.tokenDropout === 0) return;
  throw new UsageError(
    "Cannot use --token-dropout with --train-layers 0: the encoder sees each text only once",
  );
}

/** The flags of a run that was started before there were recipes: it is trained as it was. */
export function asStarted(flags: TrainFlags): TrainFlags {
  if ((flags.recipe as string | undefined) !== undefined) return flags;
  const recipe = flags.from === undefined ? "scratch" : "fine-tune";
  return { ...flags, recipe, byHand: true, metric: "log_loss", budget: 0 };
}

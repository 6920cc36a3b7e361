import { assert, assertEquals } from "@std/assert";
import cpu from "@taxon/backend-cpu";
import { EncoderClassifier } from "@taxon/model";
import { useBackend } from "@taxon/tensor";
import { type Interrupt, Interrupted, latestCheckpoint } from "../apps/shared/mod.ts";
import type { RunState } from "../apps/train/checkpoint.ts";
import type { TrainFlags } from "../apps/train/command.ts";
import { createTrainer } from "../apps/train/create_trainer.ts";
import { fit } from "../apps/train/fit.ts";
import { parameterGroups } from "../apps/train/parameter_groups.ts";
import { inScratch, readJson } from "./support/scratch.ts";
import { embeddedFlags, prepareEmbedded } from "./support/small_task.ts";

const values = {
  "model-size": 16,
  layers: 1,
  heads: 2,
  "head-dim": 8,
  "feed-forward-size": 32,
  "batch-size": 512,
  epochs: 2,
};

/** An interruption that comes when `check` or `requested` is asked for the given time. */
function interruptAt(count: number): Interrupt {
  const controller = new AbortController();
  const ask = () => {
    if (--count === 0) controller.abort(new Interrupted(130));
    return controller.signal.aborted;
  };
  return {
    signal: controller.signal,
    get requested() {
      return ask();
    },
    check() {
      if (ask()) throw controller.signal.reason;
    },
  };
}

/** Trains in `run` until the interruption comes; gives the weights and the state of a run that ends. */
async function train(
  run: string,
  flags: TrainFlags,
  interrupt: Interrupt,
): Promise<{ weights: Float32Array[]; state: RunState }> {
  using _backend = useBackend(await cpu.create({ threads: 1 }));
  const prepared = await prepareEmbedded(values);
  using model = new EncoderClassifier(prepared.config).initialize(flags.seed);
  const training = await createTrainer(model, prepared, flags, parameterGroups(flags, prepared.config));
  using _trainer = training.trainer;
  const log = { result() {}, report() {}, note() {}, warn() {}, columns: Infinity };
  const state = await fit({ run, model, ...training, prepared, flags, log, interrupt });
  return { weights: await Promise.all([...model.namedParameters().values()].map((p) => p.data())), state };
}

Deno.test("train stops at any step and at any batch of an evaluation, and goes on to the same bits", () =>
  inScratch(async (folder) => {
    const flags = embeddedFlags({ ...values, "report-to": "none" });
    const [whole, run] = [`${folder}/whole`, `${folder}/run`];
    await Deno.mkdir(whole);
    await Deno.mkdir(run);
    const expected = await train(whole, flags, interruptAt(Infinity));
    const stops: { step: number; judged: boolean }[] = [];
    for (let count = 1;; count++) { // each call goes on a moment longer than the one before
      try {
        assertEquals(await train(run, flags, interruptAt(count)), expected);
        break;
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        const { log_history } = readJson(`${run}/${await latestCheckpoint(run)}/trainer_state.json`);
        stops.push({ step: log_history.at(-1).step, judged: log_history.at(-1).loss === undefined });
      }
    }
    assert(stops.some(({ step, judged }) => step === 3 && !judged), JSON.stringify(stops)); // within the evaluation
    assert(stops.some(({ step }) => step % 3 !== 0), JSON.stringify(stops));
  }));

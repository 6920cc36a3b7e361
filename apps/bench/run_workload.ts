import { valueAndGrad } from "@taxon/autograd";
import { type EncodedText, type EncoderClassifier, packBatch, predictLogits } from "@taxon/model";
import { crossEntropy } from "@taxon/nn";
import { type Precision, tensor } from "@taxon/tensor";
import { AdamW } from "@taxon/train";
import { checkLogits, loadAnchored } from "./anchors.ts";
import { countDeviceCalls, type DeviceCalls } from "./device_calls.ts";
import { type Input, seededInput, storedInput } from "./inputs.ts";
import { seededModel } from "./model.ts";
import { time, type Timing } from "./timing.ts";
import { type Workload, type WorkloadName, WORKLOADS } from "./workload.ts";

const SEED = 1234;
const LEARNING_RATE = 1e-4;

/** What running a workload showed. */
export interface Measured extends Timing {
  input: Input;
  /** Logits of the first sequence, before any training step. */
  logits0: number[];
  /** Losses of the first steps, warm-up included. */
  losses?: number[];
  /** Of one call, on a graphics processor. */
  deviceCalls?: DeviceCalls;
}

/** Where weights and inputs come from, and how long to time. */
export interface RunOptions {
  /** The comparison systems' folder; without it weights and inputs are seeded. */
  folder?: string;
  budgetMs: number;
  /** Of the backend's products. */
  precision?: Precision;
}

/**
 * Times one workload on the current backend.
 *
 * @throws {Error} If `folder` is given and the logits are not the comparison systems'.
 */
export async function runWorkload(
  name: WorkloadName,
  { folder, budgetMs, precision }: RunOptions,
): Promise<Measured> {
  const workload: Workload = WORKLOADS[name];
  const { model, input, expected } = folder === undefined || workload.architecture !== "article"
    ? await seeded(workload, folder)
    : await loadAnchored(folder, name, workload);
  using _ = model;
  const texts = input.sequences.map((ids): EncodedText => ({ ids }));
  const classes = model.config.labels.length;
  const logits0 = Array.from((await predictLogits(model, texts)).subarray(0, classes));
  // After the timing: what the check leaves in the process is no memory of the workload
  const check = async () => expected && checkLogits(name, logits0, await expected(), precision);
  if (!workload.train) {
    const infer = async () => void await predictLogits(model, texts);
    const timing = await time(infer, budgetMs);
    await check();
    return { ...timing, input, logits0, deviceCalls: await countDeviceCalls(infer) };
  }
  using optimizer = new AdamW(model.namedParameters(), { weightDecay: 0.01 });
  const losses: number[] = [];
  const step = async () => void losses.push(await trainStep(model, optimizer, texts, input));
  const timing = await time(step, budgetMs);
  await check();
  return { ...timing, input, logits0, losses: losses.slice(0, 4), deviceCalls: await countDeviceCalls(step) };
}

/** Random weights, and the comparison systems' inputs if there are any. */
async function seeded(workload: Workload, folder: string | undefined) {
  const model = seededModel(workload, SEED);
  const input = folder === undefined
    ? seededInput(workload.input, model.config.vocabSize, SEED)
    : storedInput(await Deno.readTextFile(`${folder}/workloads.json`), workload.input);
  return { model, input, expected: undefined };
}

/** Forward, backward and update of all parameters, the whole embedding table included; gives the loss before. */
async function trainStep(
  model: EncoderClassifier,
  optimizer: AdamW,
  texts: EncodedText[],
  { labels }: Input,
): Promise<number> {
  const names = [...optimizer.parameters.keys()];
  const { value, grads } = valueAndGrad([...optimizer.parameters.values()], () => {
    return crossEntropy(model.forward(packBatch(texts)).logits, tensor(labels));
  });
  optimizer.step(new Map(names.map((name, i) => [name, grads[i]!])), LEARNING_RATE);
  const [loss] = await value.data();
  for (const tensor of [value, ...grads]) tensor?.dispose();
  return loss;
}

import { valueAndGrad } from "@taxon/autograd";
import { full, type Tensor } from "@taxon/tensor";
import { AdamW, clipScale, learningRateAt, readNorms } from "@taxon/train";
import type { Checker } from "../checker.ts";
import type { GoldenCase } from "../golden_case.ts";

/**
 * Optimiser steps with warm-up, linear decay, clipping and decay groups: loss, norm and rate of each, and the
 * parameters after them.
 *
 * @param parameters By recorded name; changed in place.
 * @param loss The mean loss of the batch of a step.
 */
export async function checkSteps(
  golden: GoldenCase,
  check: Checker,
  parameters: ReadonlyMap<string, Tensor>,
  loss: (step: number) => () => Tensor,
): Promise<void> {
  const { adamw, schedule, clip_grad_norm: maxNorm = Infinity } = golden.config;
  if (adamw === undefined || schedule === undefined) return;
  const { beta1, beta2, eps, weight_decay: weightDecay } = adamw;
  using optimizer = new AdamW(parameters, { beta1, beta2, eps, weightDecay });
  const [losses, norms, rates]: number[][] = [[], [], []];
  for (let step = 0; step < schedule.steps; step++) {
    const { value, grads } = valueAndGrad([...parameters.values()], loss(step));
    const named = new Map([...parameters.keys()].map((name, i) => [name, grads[i]!]));
    const read = await readNorms(value, named);
    const rate = rateOf(step, adamw.lr, schedule);
    using scale = full([], clipScale(read.norms.global, maxNorm), { backend: golden.backend });
    optimizer.step(named, rate, scale);
    losses.push(read.loss);
    norms.push(read.norms.global);
    rates.push(rate);
    for (const tensor of [value, ...named.values()]) tensor.dispose();
  }
  await check.output("out.step_loss", losses);
  await check.output("out.step_grad_norm", norms);
  await check.output("out.step_lr", rates);
  for (const [name, parameter] of parameters) await check.updated(`after.${name}`, parameter);
}

/** lr · (s + 1) / warmup while warming up, so the recording is one step ahead of Hugging Face there. */
function rateOf(step: number, learningRate: number, { steps, warmup }: { steps: number; warmup: number }) {
  const options = { schedule: "linear", learningRate, warmupSteps: warmup, totalSteps: steps } as const;
  return learningRateAt(step < warmup ? step + 1 : step, options);
}
